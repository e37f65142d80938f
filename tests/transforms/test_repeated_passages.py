from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from marking_cases import check_marks_only, newly_marked, page_of, pages, params

from boiloff.transforms.core.page import Page
from boiloff.transforms.repeated_passages import RemoveRepeatedPassages


@pytest.mark.parametrize("case", params("repeated_passages"))
def test_marks_these_blocks_and_no_others(case: dict[str, Any]) -> None:
    page = page_of(case)
    assert newly_marked(page, RemoveRepeatedPassages().clean(page)) == case["gone"]


@given(page=pages())
@settings(max_examples=150)
def test_any_page_is_only_marked(page: Page) -> None:
    check_marks_only(RemoveRepeatedPassages(), page)
