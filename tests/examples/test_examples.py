"""The examples run as they stand, and give what they say."""

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
README = (EXAMPLES / "README.md").read_text("utf-8")


def lines(folder, name):
    found = [line for path in folder.glob(f"{name}-*.jsonl") for line in path.read_text("utf-8").split("\n") if line]
    return sorted(found)


def clean(inputs, output, configuration):
    job = CleanJob(expand_inputs(map(str, inputs)), str(output), configuration)
    return run_clean(job, pipeline_options([]))


def test_the_pipeline_in_yaml_gives_what_the_command_gives(seeds, tmp_path):
    pytest.importorskip("jinja2", reason="Beam YAML is not installed; pip install '.[yaml]'")
    from apache_beam.yaml import main

    variables = {"input": str(seeds), "output": str(tmp_path / "yaml"), "language": "en"}
    main.run([
        f"--yaml_pipeline_file={EXAMPLES / 'beam_yaml' / 'clean.yaml'}",
        f"--jinja_variables={json.dumps(variables)}",
        "--runner=FnApiRunner",
    ])  # fmt: skip
    clean([seeds], tmp_path / "command", load_configuration())
    articles = [line for line in lines(tmp_path / "command", "articles") if json.loads(line)["language"] == "en"]
    assert len(articles) > 5
    assert lines(tmp_path / "yaml", "articles") == articles
    for name in ("removed", "rejected"):
        assert lines(tmp_path / "yaml", name) == lines(tmp_path / "command", name)


def test_a_step_of_ones_own_works_in_the_middle_of_the_chain(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES / "own_step")
    text = "The harbour office prints the heights of the water every morning, as it has done since the pier was built. "
    (tmp_path / "tides.html").write_text(
        f"<h1>Tides</h1><p>{text * 3}</p><p>06:12 3.41</p><p>{text * 2}</p><p>18:40 3.38</p>"
    )
    configuration = load_configuration(str(EXAMPLES / "own_step" / "steps.yaml"))
    clean([tmp_path / "tides.html"], tmp_path / "out", configuration)
    removed = [json.loads(line) for line in lines(tmp_path / "out", "removed")]
    assert [record["text"] for record in removed if record["rule"] == "number-lines"] == ["06:12 3.41", "18:40 3.38"]
    (article,) = [json.loads(line) for line in lines(tmp_path / "out", "articles")]
    assert article["text"] == f"{(text * 3).strip()}\n\n{(text * 2).strip()}"


def test_transforms_work_in_a_pipeline_of_ones_own(seeds, tmp_path):
    spec = importlib.util.spec_from_file_location("own_pipeline", EXAMPLES / "own_pipeline.py")
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    example.main(str(seeds / "**" / "*.html"), str(tmp_path / "titles"), [])
    (path,) = tmp_path.glob("titles-*")
    found = {line.split("\t")[2]: line.split("\t")[0] for line in path.read_text("utf-8").splitlines()}
    assert found["Die Wanduhr aus der Deichschule läuft wieder"] == "de"
    assert len(found) == len(list(seeds.rglob("*.html")))


def test_the_example_shows_how_it_is_called():
    words = [sys.executable, str(EXAMPLES / "own_pipeline.py")]
    shown = subprocess.run(
        [*words, "--help"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "usage: own_pipeline.py" in shown.stdout


def test_the_commands_of_the_examples_name_files_that_are_there():
    commands = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    words = [word for command in commands for word in shlex.split(command.replace("\\\n", ""))]
    paths = [word.rpartition("=")[2] for word in words if "examples/" in word]
    assert len(paths) > 3
    assert [path for path in paths if not (ROOT / path).exists()] == []
