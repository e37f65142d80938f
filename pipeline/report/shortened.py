"""Pages shortened so that a report stays small: what is left out is counted, and said beside what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .page_view import PageView


@dataclass(frozen=True)
class Measure:
    """How much is shown: characters of a block, and blocks of a page."""

    block_chars: int
    blocks: int


# From everything that anybody reads to as little as shows what happened.
MEASURES = (Measure(20_000, 5_000), Measure(4_000, 1_500), Measure(1_200, 600), Measure(500, 300), Measure(240, 160))
# A page is held in memory with at most about so many characters, whatever it had.
PAGE_CHARS = 120_000


@dataclass(frozen=True)
class ShortPage:
    """A page as far as it is shown. `lengths` are those of its blocks before they were cut; `more` and `more_removed`
    count the blocks after the last one shown, and those of them that were removed.
    """

    view: PageView
    lengths: tuple[int, ...]
    more: int = 0
    more_removed: int = 0

    @classmethod
    def of(cls, view: PageView, lengths: Mapping[int, int] | None = None) -> ShortPage:
        """The page by the largest measure under which it is not too large to hold.

        `lengths` has those of blocks whose texts were cut before, by position.
        """
        known = lengths or {}
        page = cls(view, tuple(known.get(block.position, len(block.text)) for block in view.blocks))
        for measure in MEASURES:
            shorter = page.by(measure)
            if sum(len(block.text) + len(block.evidence) for block in shorter.view.blocks) <= PAGE_CHARS:
                break
        return shorter

    def by(self, measure: Measure) -> ShortPage:
        """The page shortened to this measure."""
        shown, rest = self.view.blocks[: measure.blocks], self.view.blocks[measure.blocks :]
        cut = tuple(replace(block, text=block.text[: measure.block_chars]) for block in shown)
        return ShortPage(
            replace(self.view, blocks=cut),
            self.lengths[: measure.blocks],
            self.more + len(rest),
            self.more_removed + sum(not block.is_kept for block in rest),
        )


def alike(pages: Sequence[ShortPage], measure: Measure) -> list[ShortPage]:
    """All pages by one measure."""
    return [page.by(measure) for page in pages]
