"""What does not need Beam does not import it, and transforms are PTransforms whenever Beam is there.

Each case is a process of its own, since an import cannot be undone.
"""

import subprocess
import sys

import pytest

HEAVY = ("apache_beam", "pyarrow", "pandas", "http.client", "email", "statistics", "multiprocessing")
USE = """
with beam.Pipeline("FnApiRunner") as pipeline:
    captures = pipeline | beam.Create([boiloff.transforms.Capture(body="<p>Tides come in twice a day.</p>")])
    pages = captures | boiloff.transforms.ParseCaptures() | "Bars" >> step
    pages | beam.Map(lambda page: print(len(page.blocks), page.language))
"""
STEP = "step = boiloff.transforms.DetectLanguage()"
# An import that fails half way, as where Beam's own requirements are missing.
FAILED = """
import sys
sys.modules["apache_beam.coders"] = None
try:
    import apache_beam
except ImportError:
    del sys.modules["apache_beam.coders"]
    for name in [name for name in sys.modules if name.startswith("apache_beam")]:
        del sys.modules[name]
"""


# boiloff imported by something that Beam imports, as a plugin would be.
INSIDE = """
import sys
class Finder:
    def find_spec(self, name, path, target=None):
        if name == "{}" and self in sys.meta_path:
            sys.meta_path.remove(self)
            import boiloff.transforms
sys.meta_path.insert(0, Finder())
import apache_beam as beam
"""


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)


def test_cleaning_a_page_imports_no_beam():
    program = f"""
import sys, boiloff, boiloff.transforms
boiloff.clean_with_ledger("<h1>Tides</h1><p>The tide comes in twice a day.</p>", "https://tides.example/a")
boiloff.clean_text("The tide comes in twice a day.")
print([name for name in {HEAVY} if name in sys.modules])
"""
    assert python(program).stdout == "[]\n"


def test_cleaning_many_pages_imports_no_beam():
    program = f"""
import sys, boiloff
(article,) = boiloff.clean_many(["<h1>Tides</h1><p>The tide comes in twice a day.</p>"], workers=1)
print(article.text, [name for name in {HEAVY[:3]} if name in sys.modules])
"""
    assert python(program).stdout == "The tide comes in twice a day. []\n"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("import boiloff", STEP, "import apache_beam as beam"), id="beam after the transform"),
        pytest.param(("import boiloff", "import apache_beam as beam", STEP), id="beam before the transform"),
        pytest.param(("import apache_beam as beam", "import boiloff", STEP), id="beam first"),
        pytest.param(("import boiloff", STEP, FAILED, "import apache_beam as beam"), id="beam at the second try"),
        pytest.param(
            (INSIDE.format("apache_beam.coders"), "import boiloff", STEP), id="inside of beam, at its beginning"
        ),
        pytest.param((INSIDE.format("apache_beam.version"), "import boiloff", STEP), id="inside of beam, at its end"),
    ],
)
def test_transforms_are_ptransforms_wherever_beam_is_imported(lines):
    run = python("\n".join((*lines, USE)))
    assert (run.returncode, run.stdout) == (0, "1 en\n"), run.stderr


def test_beam_leaves_the_root_logger_alone():
    run = python("import logging, boiloff\nimport apache_beam\nprint(logging.getLogger().handlers)")
    assert (run.stdout, run.stderr) == ("[]\n", "")
