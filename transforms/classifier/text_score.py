"""How sure the classifier is that a page's text is the article and whole: a calibrated probability."""

from __future__ import annotations

from functools import cache
from math import exp, log, log1p
from typing import TYPE_CHECKING

from ..compiled.verdicts import weigh
from ..data import read_data
from ..matching.outline import outline_of

if TYPE_CHECKING:
    from ..core.page import Page
    from .classify import Classification, LogOdds

DATA = "text_score"
# The evidence, in the order of `evidence`: log-odds of the shares of the kept text that is article and of the article
# that is kept, as far as the probabilities of the blocks say; the share of doubtful text; how much text there is; how
# much of it is running text, and how much of the page's running text it is; in how many stretches it stands.
EVIDENCE = ("precision", "recall", "doubtful", "size", "prose", "share of prose", "stretches")
# Kept blocks below this probability are doubtful.
SURE = 0.85
# Nearer to 0 and 1 a share says no more.
LEAST = 1e-3


def evidence(page: Page, found: Classification, article: LogOdds, threshold: float) -> tuple[float, ...]:
    """Return the evidence that the score is made of, in the order of `EVIDENCE`.

    `article` has the probabilities of the blocks. Empty where no block is kept.
    """
    outline, container = outline_of(page), found.container
    kept, expected, missed, doubtful, kept_prose, all_prose, stretches = weigh(
        article,
        container.removed,
        container.weighed.captions,
        outline.block_width,
        outline.block_prose,
        threshold,
        SURE,
    )
    if not kept:
        return ()
    return (
        _log_odds(expected / kept),
        _log_odds(expected / (expected + missed)) if expected + missed else 0.0,
        doubtful / kept,
        log1p(kept),
        kept_prose / kept,
        kept_prose / all_prose if all_prose else 0.0,
        log1p(stretches),
    )


def text_score(page: Page, found: Classification, article: LogOdds, threshold: float) -> float:
    """Return the probability that the kept text is the article, with little else and little missing.

    That is a tenth at most of either. docs/accuracy.md compares it with pages of unseen publishers. 0 where nothing is
    kept.
    """
    values = evidence(page, found, article, threshold)
    if not values:
        return 0.0
    weights, bias = _weights()
    total = bias + sum(weight * value for weight, value in zip(weights, values, strict=True))
    return round(1 / (1 + exp(-max(min(total, 30.0), -30.0))), 4)


@cache
def _weights() -> tuple[tuple[float, ...], float]:
    document = read_data(DATA)
    return tuple(document["weights"][name] for name in EVIDENCE), document["bias"]


def _log_odds(share: float) -> float:
    share = min(max(share, LEAST), 1 - LEAST)
    return log(share / (1 - share))
