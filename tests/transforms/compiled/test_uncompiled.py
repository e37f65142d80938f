"""Compiled and as plain Python, the modules of `transforms/compiled` give the same results.

Whole pages go through all of them both ways. A module may have cases of its own in CASES: functions that take the module,
and return what both must agree on.
"""

import importlib
import json
import os
import subprocess
import sys
from array import array
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import page_cases
import parsing_cases
import pytest
from langdetect.detector_factory import PROFILES_DIRECTORY

from boiloff.transforms import compiled

FOLDER = Path(compiled.__file__).parent
SEEDS = Path(__file__).parents[3] / "seeds"
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def arrays(trees):
    """Three trees of three questions about five columns; eighths, which C floats and Python's add alike."""
    questions = np.array([[0, 1, 4], [4, 4, 0], [1, 0, 4]])
    thresholds = np.array([[0.5, 2, 3], [1, 2, 4], [1, 1.5, 0]], dtype=np.float32)
    leaves = (np.arange(24, dtype=np.float32).reshape(3, 8) * 7 % 11 - 5) / 8
    return trees.TreeArrays(questions, thresholds, leaves)


def table():
    return np.random.default_rng(1).integers(0, 6, (5, 40)).astype(np.float32)


def leaves(trees):
    found = np.empty(3 * 40, dtype=np.int32)
    arrays(trees).leaf_numbers(table(), found)
    return found.tolist()


def log_odds(trees):
    total = np.full(40, 0.5)
    arrays(trees).add_leaves(table(), total)
    return total.tolist()


def heaviest(trees):
    some = np.random.default_rng(2).integers(0, 2, (40, 5), dtype=np.uint8)
    return arrays(trees).heaviest(table(), some)


def too_few_columns(trees):
    with pytest.raises(ValueError, match="ask about 5 columns") as refused:
        arrays(trees).leaf_numbers(np.zeros((4, 2), dtype=np.float32), np.empty(6, dtype=np.int32))
    return str(refused.value)


def too_few_places(trees):
    refused = []
    for method, places in (("leaf_numbers", np.empty(5, dtype=np.int32)), ("add_leaves", np.empty(1))):
        with pytest.raises(ValueError, match="2 rows") as error:
            getattr(arrays(trees), method)(np.zeros((5, 2), dtype=np.float32), places)
        refused.append(str(error.value))
    return refused


MARKUP = """<html lang="en"><head><title>Tides &amp; Times</title><meta name="author" content="Una &quot;U&quot; Roe"><link rel="canonical" href="/tides"><script type="application/ld+json">{"a": "<b>"}</script></head><body class="wide"><h2>Ebb<a href="#ebb">#</a></h2><p>One <b id="x">bold</b> word,<br>then <i>next</i>&nbsp;<a href="/a?b&amp;c">here</a>.</p><!-- no --><div hidden="" class="sr-only it">of\u200bf</div><svg><p>not read</p></svg><table><tbody><tr><td>a</td><td>潮 汐</td></tr></tbody></table><pre>
  x = 1
</pre><x-y role="note">tail</x-y><xmp><b></xmp></body></html>"""


def signed(least):
    """Return the signature that a module gives to texts in several scripts."""

    def sign(sketches):
        text = (
            "The EBB 12 begins — l'été, das Wasser steigt; ебб и флуд: 潮汐は一日に二度あります。" * 9 + "İÉ\U0001f30a"
        )
        columns = SimpleNamespace(text=text, starts=array("i", [0, 40, 41, 300, len(text)]))
        return sketches.text_signature(columns, [0, 2, 3], 32, least)

    return sign


def scanned(markup, *limits):
    """Return what a module makes of markup, as plain rows."""

    def case(scan):
        columns, *rest = scan.scan(markup.encode(), *limits)
        return tuple(columns.block_rows), tuple(columns.element_rows), rest

    return case


def languages(language):
    profiles = language.LanguageProfiles(PROFILES_DIRECTORY, 1_000)
    return [profiles.score(text) for text in ("The master printed the tables.", "潮の満ち引き", "1 2")]


CASES = (
    page_cases.CASES
    | parsing_cases.CASES
    | {
        "language": [languages],
        "scan": [
            scanned(MARKUP, 100, 1_000, 1_000),
            scanned(MARKUP, 3, 1_000, 1_000),
            scanned(MARKUP, 100, 20, 8),
            scanned("<body>" + "<b>" * 600 + "deep" + "</b>" * 600 + "</body>", 9, 99, 99),
        ],
        "sketches": [signed(1), signed(7), signed(5_000)],
        "trees": [leaves, log_odds, heaviest, too_few_columns, too_few_places],
    }
)


def uncompiled(name):
    """Load the module from its source, in a package of all modules; compiled ones stay as they are."""
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


# Clean and learn a few pages, and print what comes of it, and which modules were loaded from their sources.
WHOLE_PAGES = """
import json, sys
from pathlib import Path
from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.site_memory.sketcher import Learner
from boiloff.transforms import Capture, ledger
cleaner, learner = Cleaner.named("default"), Learner(load_configuration())
found = []
for path in sys.argv[1:]:
    capture = Capture(Path(path).read_bytes(), "html" if path.endswith(".html") else "text", "https://a.example/" + path)
    page = cleaner.page(capture)
    found.append([cleaner.article(page).to_dict(), list(ledger(page)), repr(learner.lesson(capture))])
package = "boiloff.transforms.compiled."
loaded = {name.removeprefix(package): module.__file__ for name, module in sys.modules.items() if name.startswith(package)}
print(json.dumps([found, loaded]))
"""


def whole_pages(**environment):
    pages = [SEEDS / "harbour-gazette" / "fish-pie-for-a-wet-week.html", SEEDS / "text" / "column-en.txt"]
    command = [sys.executable, "-c", WHOLE_PAGES, *map(str, pages)]
    run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_whole_pages_come_out_the_same():
    compiled_pages, compiled_files = whole_pages()
    plain_pages, plain_files = whole_pages(BOILOFF_UNCOMPILED="1")
    assert plain_pages == compiled_pages
    assert sorted(plain_files) == MODULES
    assert sorted(compiled_files) == ["_arrays_of_cython", *MODULES]  # which has no source but Cython's own
    assert all(path.endswith(".py") for path in plain_files.values())
    assert all(path.endswith(tuple(EXTENSION_SUFFIXES)) for path in compiled_files.values())
