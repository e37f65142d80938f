"""Runs whose reports are looked at, and the windows they are looked at in."""

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
