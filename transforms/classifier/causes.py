"""Why a block was judged to be no article, in words for the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..core.page import Page, Reason
from ..site_memory.memory import Container
from .judgement import Judgement
from .table import FEATURES
from .telling import told

RULE, SITE_RULE = "main_content", "main_content.site"
# Above this share of its text a container is known for what most of it is.
MOSTLY = 0.5

Cause = tuple[Reason, str, str]
NOBODY = -1
CAPTION: Cause = ("other", RULE, "a caption")


class Causes:
    """Reason, rule and evidence for the blocks of one page that main content takes away."""

    def __init__(self, page: Page, judgement: Judgement) -> None:
        self.page = page
        self.judgement = judgement
        self._weighed = judgement.container.weighed
        self._outside = self._around_body()

    def plain(self, speakers: Iterable[int]) -> dict[int, Cause]:
        """For what is inside these elements, whose names or tags say what it is, and for captions.

        By the numbers that `compiled.container.Weighed.speakers_of` gives. Few elements speak, for many blocks.
        """
        return {speaker: self._named(speaker) if speaker >= 0 else CAPTION for speaker in speakers if speaker != NOBODY}

    def known(self, known: Container) -> Cause:
        """Return the words for a block that its own features would keep and the other pages of its site remove."""
        memory = self.page.site_memory
        site, sampled = (memory.site, memory.sampled) if memory else ("", 0)
        reason: Reason = "link-list" if known.linked > MOSTLY else "other"
        where = f"inside <{known.path.rpartition('/')[2]}>, mostly no article"
        seen = f", last seen {known.last_seen}" if known.last_seen else ""
        return reason, SITE_RULE, f"{where} on the {known.articles} of {sampled} articles of {site} that have it{seen}"

    def weighed(self, position: int, column: int, value: float) -> Cause:
        """For a block that nothing plain speaks against: its links, its place, and the evidence that weighed most.

        That is the `value` of the feature in this `column`.
        """
        weighed = f"weighed most: {told(FEATURES[column], value)}"
        if self._weighed.linked[position]:
            share = self.page.columns.link_chars[position] / self.page.columns.block_length(position)
            links = f"{share:.0%} of its text is links"
            return "link-list", RULE, links if FEATURES[column] == "link_density" else f"{links}; {weighed}"
        first, last, outside = self._outside
        if not first <= position <= last:
            return "navigation", RULE, f"{outside}; {weighed}"
        return "other", RULE, f"unlike the article around it; {weighed}"

    def _named(self, speaker: int) -> Cause:
        found = self.judgement.container.named(speaker)
        assert found is not None  # it speaks for itself
        return found[0], RULE, f"inside {self._start_tag(speaker)}"

    def _start_tag(self, element: int) -> str:
        columns = self.page.columns
        return start_tag(
            columns.tag_name(columns.element_tags[element]),
            columns.pool[columns.ids[element]],
            columns.classes(columns.class_lists[element]),
        )

    def _around_body(self) -> tuple[int, int, str]:
        """First and last block of the body, and what a block outside it is; without a body none is outside."""
        container = self.judgement.container
        if container.body is None:
            return 0, len(self.page.blocks), ""
        outside = f"outside {self._start_tag(container.body)}, which holds the article"
        return container.outline.first[container.body], container.outline.last[container.body], outside


def start_tag(tag: str, identity: str, classes: Sequence[str]) -> str:
    """An element's tag, id and classes as HTML writes them.

    >>> start_tag("div", "main", ("story", "wide"))
    '<div id="main" class="story wide">'
    """
    named = f' id="{identity}"' if identity else ""
    classed = f' class="{" ".join(classes)}"' if classes else ""
    return f"<{tag}{named}{classed}>"
