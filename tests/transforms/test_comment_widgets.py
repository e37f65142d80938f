from __future__ import annotations

from cases import page_of

from boiloff.transforms.comment_widgets import RemoveCommentWidgets


def test_a_system_is_named_only_for_a_name_of_its_own() -> None:
    markup = "<p>@</p><div class=must-log-in><p>Log in, please.</p></div><div class=comment-list><p>First!</p></div>"
    evidence = [mark.evidence for mark in RemoveCommentWidgets().clean(page_of({"html": markup})).removals if mark]
    assert [words.rpartition("> ")[2] for words in evidence] == ["(WordPress comments)", "(common to comment sections)"]
