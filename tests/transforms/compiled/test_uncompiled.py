"""Compiled and as plain Python, each module of `transforms/compiled` gives the same results.

A module has its cases in CASES: functions that take the module, and return what both must agree on.
"""

import importlib
import sys
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from boiloff.transforms import compiled

FOLDER = Path(compiled.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def arrays(trees):
    """Three trees of three questions about five columns; eighths, which C floats and Python's add alike."""
    questions = np.array([[0, 1, 4], [4, 4, 0], [1, 0, 4]])
    thresholds = np.array([[0.5, 2, 3], [1, 2, 4], [1, 1.5, 0]], dtype=np.float32)
    leaves = (np.arange(24, dtype=np.float32).reshape(3, 8) * 7 % 11 - 5) / 8
    return trees.TreeArrays(questions, thresholds, leaves)


def leaves(trees):
    table = np.random.default_rng(1).integers(0, 6, (5, 40)).astype(np.float32)
    found = np.empty((3, 40), dtype=np.int32)
    arrays(trees).leaf_numbers(table, found)
    return found


def log_odds(trees):
    total = np.full(40, 0.5)
    arrays(trees).add_leaves(leaves(trees), total)
    return total.tolist()


def heaviest(trees):
    some = np.random.default_rng(2).integers(0, 2, (40, 5), dtype=np.uint8)
    return arrays(trees).heaviest(leaves(trees), some)


def too_few_columns(trees):
    with pytest.raises(ValueError, match="ask about 5 columns") as refused:
        arrays(trees).leaf_numbers(np.zeros((4, 2), dtype=np.float32), np.empty((3, 2), dtype=np.int32))
    return str(refused.value)


def a_leaf_that_is_not_there(trees):
    with pytest.raises(IndexError):
        arrays(trees).add_leaves(np.full((3, 1), 24, dtype=np.int32), np.zeros(1))


CASES = {
    "trees": [lambda trees: leaves(trees).tolist(), log_odds, heaviest, too_few_columns, a_leaf_that_is_not_there],
}


def uncompiled(name):
    """The module from its source, as a part of a package in which all modules are; compiled ones stay what they are."""
    package = "boiloff.transforms.uncompiled"
    if package not in sys.modules:
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = [f"{FOLDER}/."]
        sys.path_importer_cache[f"{FOLDER}/."] = FileFinder(str(FOLDER), (SourceFileLoader, SOURCE_SUFFIXES))
    return importlib.import_module(f"{package}.{name}")


@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(name, case, id=f"{name}-{case.__name__}") for name in CASES for case in CASES[name]]
)
def test_both_give_the_same(name, case):
    plain, fast = uncompiled(name), importlib.import_module(f"{compiled.__name__}.{name}")
    assert plain.__file__.endswith(".py")
    assert fast.__file__.endswith(tuple(EXTENSION_SUFFIXES))
    assert case(plain) == case(fast)


def test_every_module_has_a_case():
    assert sorted(CASES) == MODULES
