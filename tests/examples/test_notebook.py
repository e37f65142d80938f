"""The notebook runs as it stands, from the first cell to the last, and draws its chart."""

import json
import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "what_was_removed.ipynb"
CELLS = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]


@pytest.mark.filterwarnings("ignore")  # those of the libraries, and that nothing is shown here
def test_the_notebook_draws_what_a_run_removed(seeds, tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    shutil.copytree(seeds, tmp_path / "seeds")
    (tmp_path / "examples").mkdir()
    monkeypatch.chdir(tmp_path / "examples")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    names = {}
    for number, cell in enumerate(CELLS):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
    articles, reasons = names["articles"], names["reasons"]
    assert len(articles) > 10
    assert {"navigation", "comments"} <= set(reasons.index)
    assert reasons["count"].sum() == articles["removed_blocks"].sum()
    by_reason, by_page = names["figure"].axes
    assert len(by_reason.patches) == len(reasons)
    assert len(by_page.patches) == 2 * len(articles)


def test_the_notebook_shows_its_chart_and_nothing_of_the_machine_it_ran_on():
    outputs = [output for cell in CELLS for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not [output for output in outputs if output.get("name") == "stderr" or output["output_type"] == "error"]
    assert "/tmp" not in NOTEBOOK.read_text("utf-8")
