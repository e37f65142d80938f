"""Runs whose reports are looked at, the windows they are looked at in, and how a page of them is opened."""

from pathlib import Path

from click.testing import CliRunner

from boiloff.pipeline.cli.app import boiloff

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "out" / "screenshots"
# A folder or file of real captures, which the project does not hold.
CAPTURES = "BOILOFF_CAPTURES"
WIDE, NARROW = (1280, 900), (390, 844)


def run_of(inputs, folder):
    """Run boiloff over some captures, and return the report."""
    words = ["clean", *map(str, inputs), "--output", str(folder), "--report", "--quiet"]
    done = CliRunner().invoke(boiloff, words, catch_exceptions=False)
    assert done.exit_code == 0
    return folder / "report.html"


def open_page(page, number, finger=False):
    """Choose a page of the list, and wait for it: a browser reports the new address some time after the click."""
    link = page.locator("#list a").nth(number)
    (link.tap if finger else link.click)()
    page.wait_for_function(
        "number => document.querySelectorAll('#list a')[number].hasAttribute('aria-current')", arg=number
    )
