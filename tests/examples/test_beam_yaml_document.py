"""docs/beam-yaml.md: every parameter of every transform is in it, and the pipelines it shows run."""

import inspect
import json
import re
from pathlib import Path

import pytest
import yaml

from boiloff.pipeline import beam_yaml
from boiloff.transforms.site_memory.store import open_store

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "beam-yaml.md").read_text("utf-8")
PIPELINES = [
    code for code in re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL) if "pipeline:" in code
]
ROW = re.compile(r"^\| (`\w+`)? ?\| (`.+?) \|", re.MULTILINE)


def documented():
    """Transform to its parameters as the table shows them, with their defaults."""
    found, name = {}, ""
    for first, parameters in ROW.findall(TEXT.partition("## Parameters")[2]):
        name = first.strip("`") or name
        found.setdefault(name, set()).update(re.findall(r"`([^`]+)`", parameters))
    return found


@pytest.mark.parametrize("name", beam_yaml.__all__)
def test_every_parameter_is_in_the_reference(name):
    parameters = inspect.signature(getattr(beam_yaml, name)).parameters.values()
    shown = {
        parameter.name
        if parameter.default in (None, inspect.Parameter.empty)
        else f"{parameter.name}: {json.dumps(parameter.default)}"
        for parameter in parameters
    }
    assert documented()[name] == shown


@pytest.mark.parametrize(
    ("number", "written"), [(0, "out/tides/tides-*.jsonl"), (1, "out/steps/*.gz"), (2, "out/*.boiloff")]
)
def test_the_pipelines_run(number, written, seeds, tmp_path, monkeypatch):
    pytest.importorskip("jinja2", reason="Beam YAML is not installed; pip install '.[yaml]'")
    from apache_beam.yaml import main

    document = yaml.safe_load(PIPELINES[number])
    document.setdefault("providers", [{"include": str(Path(beam_yaml.__file__).parent / "providers.yaml")}])
    (tmp_path / "seeds").symlink_to(seeds)
    (tmp_path / "pipeline.yaml").write_text(yaml.safe_dump(document))
    monkeypatch.chdir(tmp_path)
    main.run(["--yaml_pipeline_file=pipeline.yaml", "--runner=FnApiRunner"])
    (path,) = tmp_path.glob(written)
    if path.suffix == ".jsonl":
        (record,) = map(json.loads, path.read_text("utf-8").splitlines())
        assert (record["url"], record["title"]) == ("https://gazette.example/tides", "Tide tables")
        assert record["text"] == "The harbour master printed them by hand, on a press that was older than the pier."
    elif path.suffix == ".boiloff":
        assert len(list(open_store(str(path)).samples())) > 1
