from __future__ import annotations

from cases import newly_marked

from boiloff.transforms.core.page import Capture
from boiloff.transforms.line_runs import RemoveLineRuns
from boiloff.transforms.parsing.parse import parse

MENU = ("Home", "News", "Harbour", "Shop")
ARTICLE = (
    "The ferry to the outer islands left an hour late on Tuesday, because the harbour master had mislaid the key.",
    "Nobody on the quay seemed to mind. Two women shared a flask of tea, and a boy counted the gulls on the roof.",
)


def test_evidence_names_the_sign_of_a_whole_page() -> None:
    lines = ["Late ferry | The Quay", *MENU, "Late ferry", *ARTICLE]
    page = RemoveLineRuns().clean(parse(Capture("\n".join(lines), media="text")))
    evidence = {mark.evidence for mark in page.removals if mark}
    assert evidence == {"above the article; the page's title is above its headline"}


def test_a_menu_is_as_long_as_min_run_says() -> None:
    lines = ["The Quay", *MENU, "Late ferry keeps three islands waiting", *ARTICLE, *MENU, "© 2024 The Quay"]
    page = parse(Capture("\n".join(lines), media="text"))
    assert newly_marked(page, RemoveLineRuns().clean(page)) == [*MENU, *MENU, "© 2024 The Quay"]
    assert newly_marked(page, RemoveLineRuns(min_run=5).clean(page)) == [*MENU, "© 2024 The Quay"]
