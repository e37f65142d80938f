"""What several tests need: the seeds, and the articles they must become."""

import gc
import json
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# The same examples on every machine, however busy: `--hypothesis-profile=anew` looks for others.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("anew", deadline=None)
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=10)
settings.load_profile("same")


@pytest.fixture(scope="session")
def seeds():
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def expected_articles():
    lines = (ROOT / "tests" / "data" / "seeds_expected.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def pytest_unconfigure():
    """Undo `gc.freeze`, which runs inside of tests call as workers do. DuckDB would report frozen objects as leaks."""
    gc.unfreeze()
