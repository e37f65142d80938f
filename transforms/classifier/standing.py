"""Where a block stands: how surely it was judged to be article, and what spoke for and against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..site_memory.site_prior import Prior as Voice
from .judgement import Flags, Judgement
from .table import FEATURES
from .telling import told

# So many pieces of evidence are told on either side: what follows them weighs little.
MOST_TOLD = 4
# Several features are about one thing.
SUBJECTS = ("best container",)
# Fainter voices, in log-odds, are not told: they move a probability by two hundredths at most.
FAINT = 0.1
# With so many blocks of the other fate a block is compared, spread over the page.
COMPARED = 16

Numbers = npt.NDArray[np.float64]


class Standing(NamedTuple):
    """A block's probability of being article, the threshold below which it goes, and what spoke on either side.

    `speaks_for` and `speaks_against` tell, loudest first, how the block differs from the page's blocks of the other
    fate. `rule` and `memory` are what the rule about containers and the site's other pages add, in log-odds.
    """

    probability: float
    threshold: float
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    rule: float
    memory: float


@dataclass(frozen=True)
class Weighing:
    """How the blocks of a page were weighed: `article` has the probabilities that decided of those that are open (see
    `Judgement`), `by_itself` what the page alone shows, `voices` what the site's other pages say of each block. Open
    blocks below `threshold` go.
    """

    judged: Judgement
    article: Numbers
    by_itself: Numbers
    voices: list[Voice | None]
    threshold: float

    def probabilities(self) -> dict[int, float]:
        """The probability of being article of each block that was weighed, by position."""
        return {position: float(self.article[position]) for position in np.flatnonzero(self.judged.is_open).tolist()}

    def standing(self, position: int) -> Standing:
        """Where one of these blocks stands."""
        judged, voice = self.judged, self.voices[position]
        own = judged.table[position]
        columns, voices = _voices(judged, position, self.article >= self.threshold)
        order = np.argsort(voices, kind="stable")
        loudest = [(FEATURES[columns[i]], float(own[columns[i]]), float(voices[i])) for i in order]
        rule = float(judged.log_odds[position] - judged.trees.log_odds(judged.table[position : position + 1])[0])
        return Standing(
            float(self.article[position]),
            self.threshold,
            _told((name, value) for name, value, voice in loudest[::-1] if voice > FAINT),
            _told((name, value) for name, value, voice in loudest if voice < -FAINT),
            rule,
            voice.log_odds if voice else 0.0,
        )


def _told(evidence: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    """The first of these features in words; of those about one thing only the first."""
    by_subject: dict[str, str] = {}
    for name, value in evidence:
        subject = next((subject for subject in SUBJECTS if name.endswith(subject)), name)
        by_subject.setdefault(subject, told(name, value))
    return tuple(dict.fromkeys(by_subject.values()))[:MOST_TOLD]


def _voices(judged: Judgement, position: int, is_article: Flags) -> tuple[npt.NDArray[np.intp], Numbers]:
    """How loud each feature speaks for a block: what the trees would lose, had it the value of one of the other fate.

    The mean over such blocks. Features in which it is like all of these say nothing, and are left out.
    """
    own = judged.table[position]
    others = judged.table[judged.is_open & (is_article != is_article[position])]
    others = others[np.unique(np.linspace(0, len(others) - 1, COMPARED).astype(int))] if len(others) else others
    asked = np.unique(judged.trees.questions)
    columns = asked[(others[:, asked] != own[asked]).any(axis=0)]
    if not len(columns):
        return columns, np.zeros(0)
    changed = np.tile(own, (len(columns), len(others), 1))
    for number, column in enumerate(columns):
        changed[number, :, column] = others[:, column]
    trees = judged.trees
    log_odds = trees.log_odds(changed.reshape(-1, len(own)))
    as_is = trees.log_odds(judged.table[position : position + 1])[0]
    voices: Numbers = as_is - log_odds.reshape(len(columns), len(others)).mean(axis=1)
    return columns, voices
