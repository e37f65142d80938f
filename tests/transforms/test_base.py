"""Transforms: each has a file and a name of its own, and where one fails its error names the line of its own code."""

import json
from collections import Counter
from pathlib import Path

import pytest

from boiloff import transforms
from boiloff.transforms import Page, PageTransform, StepError, clean_page
from boiloff.transforms.core.base import STEPS, transform


class ReadNothing(PageTransform):
    """Fails inside a library that it calls."""

    def clean(self, page: Page) -> Page:
        json.loads("tides")  # the line of the error
        return page


class GiveNothing(PageTransform):
    """Fails after its last line."""

    def clean(self, page: Page) -> Page:
        return None


def error_of(step):
    with pytest.raises(StepError) as raised:
        clean_page(Page(), [step])
    return str(raised.value)


def test_the_line_of_the_step_that_called_is_reported_and_not_that_of_the_library():
    assert error_of(ReadNothing()).endswith("(char 0) (test_base.py, line 18)")


def test_where_no_line_of_the_step_failed_none_is_reported():
    assert error_of(GiveNothing()) == "GiveNothing failed: TypeError: clean() returned None, not a page"


def test_each_file_beside_the_package_holds_one_transform():
    files = Counter({path.stem: 1 for path in Path(transforms.__file__).parent.glob("[!_]*.py")})
    homes = Counter(step.__module__.rpartition(".")[2] for step in STEPS.values())
    assert homes == files, "a file in transforms/ holds one class with @transform; what several share lies in a folder"


def test_a_name_belongs_to_one_transform():
    other = type("RemoveBylines", (PageTransform,), {})
    with pytest.raises(ValueError, match=r"boiloff[.]transforms[.]bylines already has a transform with this name"):
        transform(other)
    assert STEPS["RemoveBylines"] is transforms.RemoveBylines
