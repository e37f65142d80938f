"""A step that fails: its error names the line of its own code that was at work."""

import json

import pytest

from boiloff.transforms import Page, PageTransform, StepError, clean_page


class ReadNothing(PageTransform):
    """Fails inside a library that it calls."""

    def clean(self, page: Page) -> Page:
        json.loads("tides")  # the line told
        return page


class GiveNothing(PageTransform):
    """Fails after its last line."""

    def clean(self, page: Page) -> Page:
        return None


def error_of(step):
    with pytest.raises(StepError) as raised:
        clean_page(Page(), [step])
    return str(raised.value)


def test_the_line_of_the_step_that_called_is_told_and_not_that_of_the_library():
    assert error_of(ReadNothing()).endswith("(char 0) (test_step_error.py, line 14)")


def test_where_no_line_of_the_step_failed_none_is_told():
    assert error_of(GiveNothing()) == "GiveNothing failed: TypeError: clean() returned None, not a page"
