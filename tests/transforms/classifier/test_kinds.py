"""Pages that are no article: what elements that look alike share, and where their text is cut."""

from __future__ import annotations

import numpy as np
import pytest

from boiloff.transforms import Capture, Page, parse
from boiloff.transforms.classifier.classify import ArticleContainer, classify, table_of_kind
from boiloff.transforms.classifier.features import (
    CUTS,
    KIND_FEATURES,
    MAX_CUT,
    MIN_CUT,
    best_cut,
    favour_container,
    level,
)
from boiloff.transforms.core.page import KINDS

ENTRY = "<li class=entry><a href=/{0}>The lamplighters, part {0}</a></li>"
PAGE = parse(
    Capture(body=f"<h1>Harbour</h1><ul>{''.join(ENTRY.format(number) for number in range(4))}</ul><p>Imprint</p>")
)
OPEN = np.ones(6, dtype=np.bool_)


def of_kind(kind: str) -> Page:
    return PAGE.replaced(kind=kind, cache={})


def test_entries_share_half_of_their_log_odds() -> None:
    own = np.array([1.0, 4, 0, 0, 0, -3])
    assert level(PAGE, own, OPEN).tolist() == [1, 2.5, 0.5, 0.5, 0.5, -3]


def test_removed_blocks_have_no_share() -> None:
    own = np.array([1.0, 4, 0, 0, 0, -3])
    assert level(PAGE, own, np.array([True, False, True, True, True, True]))[2] == 0


def test_the_container_of_the_entries_is_favoured() -> None:
    own = np.array([-3.0, 4, 4, -1, 4, -3])
    assert favour_container(of_kind("listing"), own, OPEN).tolist() == [-3, 5, 5, 0, 5, -3]
    assert favour_container(of_kind("product"), own, OPEN).tolist() == own.tolist()


def test_a_page_without_content_favours_nothing_more() -> None:
    own = np.full(6, -2.0)
    assert set(favour_container(of_kind("documentation"), own, ~OPEN).tolist()) <= {-2.0, -1.0}


@pytest.mark.parametrize("kind", CUTS)
def test_each_kind_has_its_cut(kind: str) -> None:
    assert best_cut(of_kind(kind), np.full(6, 0.01), OPEN) == CUTS[kind]  # type: ignore[index]


def test_a_doubtful_listing_is_cut_lower_than_a_sure_one() -> None:
    doubtful = best_cut(of_kind("listing"), np.array([0.01, 0.2, 0.2, 0.2, 0.2, 0.01]), OPEN)
    sure = best_cut(of_kind("listing"), np.array([0.01, 0.9, 0.9, 0.9, 0.9, 0.3]), OPEN)
    assert doubtful == 0.2
    assert sure == MAX_CUT
    assert MIN_CUT < doubtful < sure


def test_a_listing_without_open_blocks_has_a_cut() -> None:
    assert best_cut(of_kind("listing"), np.full(6, 0.5), ~OPEN) == MAX_CUT


@pytest.mark.parametrize("kind", KINDS[1:])
def test_the_table_names_the_kind(kind: str) -> None:
    page = of_kind(kind)
    table = table_of_kind(page, ArticleContainer(page))
    assert table.shape == (6, len(KIND_FEATURES))
    assert table[:, KIND_FEATURES.index(f"page is {kind}")].tolist() == [1] * 6
    found = classify(page)
    assert found.features == KIND_FEATURES
    assert np.isfinite(found.log_odds).all()


def test_an_article_does_not_see_the_other_trees() -> None:
    assert classify(of_kind("article")).table.shape[1] < len(KIND_FEATURES)
