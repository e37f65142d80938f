"""Compiled and as plain Python, each module of `transforms/compiled` gives the same results.

A module has its cases in CASES: functions that take the module, and return what both must agree on.
"""

import importlib
import sys
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from langdetect.detector_factory import PROFILES_DIRECTORY

from boiloff.transforms import compiled
from boiloff.transforms.core.limits import Limits

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


MARKUP = """<html lang="en"><head><title>Tides &amp; Times</title><meta name="author" content="Una &quot;U&quot; Roe"><link rel="canonical" href="/tides"><script type="application/ld+json">{"a": "<b>"}</script></head><body class="wide"><h2>Ebb<a href="#ebb">#</a></h2><p>One <b id="x">bold</b> word,<br>then <i>next</i>&nbsp;<a href="/a?b&amp;c">here</a>.</p><!-- no --><div hidden="" class="sr-only it">of\u200bf</div><svg><p>not read</p></svg><table><tbody><tr><td>a</td><td>潮 汐</td></tr></tbody></table><pre>
  x = 1
</pre><x-y role="note">tail</x-y><xmp><b></xmp></body></html>"""


def scanned(markup, *limits):
    """What a module makes of markup, as plain rows."""

    def case(scan):
        columns, *rest = scan.scan(markup.encode(), *limits)
        return tuple(columns.block_rows), tuple(columns.element_rows), rest

    return case


def languages(language):
    detector = language.LanguageDetector(PROFILES_DIRECTORY, 0)
    return [detector.probabilities(text, 1) for text in ("The master printed the tables.", "潮の満ち引き", "1 2")]


TAGS = (
    "<DIV a=1 b='>' =c/><ul><li><i>a<li>b</ul><svg><g/><script><!-- <script> --></script></svg><p><span>x<p></span></p>",
    "<b id=1><form><x></form><dd>a<dt></b><![CDATA[ ]]><!-- <p> --!><? </div ?><<x>y></a></>潮<textarea><x></textarea ",
    "<table><tr><td><font size=2>a</table><math><annotation-xml><frameset><title><option></select><p a=\" b='",
    "<script>'<!--<script>'</script>'--></script><style></STYLE/><p" + " a=b" * 1_100 + " c>",
)


def read(depth, tags):
    """What is left of pages, of a few levels and tags."""

    def case(module):
        readers = [module.TagReader(page.encode() * 9, Limits(max_depth=64)) for page in TAGS]
        readers += [
            module.TagReader(page.encode() * 9, SimpleNamespace(max_depth=depth, max_tags=tags)) for page in TAGS
        ]
        for reader in readers:
            reader.read()
        return [(reader.end, reader.why, reader.edited()) for reader in readers]

    return case


def costly(bounds):
    pages = [
        *TAGS,
        "<b\t>a<p>" * 500,
        "<B id=1>" * 300 + "<p>" * 700,
        "<strong>" * 900,
        "a<b" + " x" * 20_000,
        "<" * 2_001,
    ]
    few = SimpleNamespace(max_depth=50, max_tags=5_000)
    return [(bounds.may_be_costly(page.encode(), few), bounds.end_of_signs(page.encode())) for page in pages]


def is_utf8(utf8):
    return [
        utf8.is_utf8(b"a" * 40 + bytes([first, second, 0x80]) + b"a") for first in range(256) for second in range(256)
    ]


CASES = {
    "bounds": [costly],
    "language": [languages],
    "scan": [
        scanned(MARKUP, 100, 1_000, 1_000),
        scanned(MARKUP, 3, 1_000, 1_000),
        scanned(MARKUP, 100, 20, 8),
        scanned("<body>" + "<b>" * 600 + "deep" + "</b>" * 600 + "</body>", 9, 99, 99),
    ],
    "tags": [read(3, 1_000), read(12, 40)],
    "trees": [lambda trees: leaves(trees).tolist(), log_odds, heaviest, too_few_columns, a_leaf_that_is_not_there],
    "utf8": [is_utf8],
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
    ("name", "case"),
    [pytest.param(name, case, id=f"{name}-{number}") for name in CASES for number, case in enumerate(CASES[name])],
)
def test_both_give_the_same(name, case):
    plain, fast = uncompiled(name), importlib.import_module(f"{compiled.__name__}.{name}")
    assert plain.__file__.endswith(".py")
    assert fast.__file__.endswith(tuple(EXTENSION_SUFFIXES))
    assert case(plain) == case(fast)


def test_every_module_has_a_case():
    assert sorted(CASES) == MODULES
