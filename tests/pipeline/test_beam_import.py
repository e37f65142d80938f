"""What does not need Beam does not import it, and transforms are PTransforms whenever Beam is there.

Each case is a process of its own, since an import cannot be undone.
"""

import subprocess
import sys

import pytest

HEAVY = ("apache_beam", "pyarrow", "pandas")
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


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("import boiloff", STEP, "import apache_beam as beam"), id="beam after the transform"),
        pytest.param(("import boiloff", "import apache_beam as beam", STEP), id="beam before the transform"),
        pytest.param(("import apache_beam as beam", "import boiloff", STEP), id="beam first"),
        pytest.param(("import boiloff", STEP, FAILED, "import apache_beam as beam"), id="beam at the second try"),
    ],
)
def test_transforms_are_ptransforms_wherever_beam_is_imported(lines):
    run = python("\n".join((*lines, USE)))
    assert (run.returncode, run.stdout) == (0, "1 en\n"), run.stderr


def test_beam_leaves_the_root_logger_alone():
    run = python("import logging, boiloff\nimport apache_beam\nprint(logging.getLogger().handlers)")
    assert (run.stdout, run.stderr) == ("[]\n", "")
