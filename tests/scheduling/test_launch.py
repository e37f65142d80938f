"""The launcher says what boiloff's command line says, and a template's job can be published."""

import importlib.util
import json
from pathlib import Path

import click
import pytest
from apache_beam.options.pipeline_options import PipelineOptions

ROOT = Path(__file__).parents[2]
LAUNCH = ROOT / "deploy" / "launch.py"
METADATA = json.loads((ROOT / "deploy" / "dataflow" / "metadata.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def launch():
    spec = importlib.util.spec_from_file_location("launch", LAUNCH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def records(folder, name):
    return sorted(line for path in folder.glob(f"{name}-*.jsonl") for line in path.read_text("utf-8").splitlines())


def test_arguments_become_a_command_line(launch):
    arguments = ["--inputs=gs://a/*.gz 'gs://b/two words'", "--inputs=gs://c", "--output=gs://d", "--no_learn=true"]
    arguments += ["--gzip=false", "--templates=", "--runner=FlinkRunner", "--command=clean"]
    assert launch.Call(arguments).words() == [
        *("clean", "gs://a/*.gz", "gs://b/two words", "gs://c"),
        *("--output=gs://d", "--no-learn", "--runner=FlinkRunner"),
    ]


@pytest.mark.parametrize("arguments", [["gs://a"], ["--command=tidy"], ["--inputs=gs://a", "--gzip=perhaps"]])
def test_what_cannot_be_read_is_a_wrong_call(launch, arguments, capsys):
    with pytest.raises(click.UsageError):
        launch.Call(arguments)
    with pytest.raises(SystemExit) as end:
        launch.launch(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("boiloff: ")


def test_it_runs_the_command(launch, tmp_path, seeds, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["launch.py"])
    launch.launch(
        [f"--inputs={seeds}/text", f"--output={tmp_path / 'out'}", "--no_learn=true", "--runner=DirectRunner"]
    )
    assert (tmp_path / "out" / "_SUCCESS").exists()
    assert "3 captures" in capsys.readouterr().out


def test_a_template_needs_what_one_pipeline_can_do(launch, tmp_path, seeds, capsys):
    with pytest.raises(SystemExit):
        launch.launch([f"--inputs={seeds}", f"--output={tmp_path / 'out'}", "--template_location=graph"])
    assert "--no_learn=true" in capsys.readouterr().err


def test_what_a_template_has_written_as_parquet_is_published_as_such(launch, tmp_path, seeds):
    words = [f"--inputs={seeds}/text", f"--output={tmp_path / 'out'}", "--no_learn=true", "--format=parquet"]
    launch.launch([*words, "--template_location=graph"])
    launch.launch(["--command=publish", f"--output={tmp_path / 'out'}"])
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["format"] == "parquet"
    assert {path.suffix for path in (tmp_path / "out").glob("*-of-*")} == {".parquet"}


def test_what_a_template_has_written_is_published_once(launch, tmp_path, seeds, capsys):
    output = tmp_path / "out"
    launch.launch([f"--inputs={seeds}/text", f"--output={output}", "--no_learn=true", "--template_location=graph"])
    assert not output.exists()
    launch.launch(["--command=publish", f"--output={output}"])
    assert (output / "_SUCCESS").exists()
    assert not (tmp_path / "out.unfinished").exists()
    assert json.loads((output / "manifest.json").read_text("utf-8"))["learns"] is False
    launch.launch(
        [f"--inputs={seeds}/text", f"--output={tmp_path / 'waited'}", "--no_learn=true", "--template_location="]
    )
    assert records(output, "articles") == records(tmp_path / "waited", "articles")


def test_every_parameter_of_the_template_is_an_option(launch):
    own = {*launch.options_of("clean"), "inputs"}
    for parameter in METADATA["parameters"]:
        assert {"name", "label", "helpText", "regexes", "paramType"} <= set(parameter)
        assert parameter["name"] in own or parameter["name"] in PipelineOptions().get_all_options()
        assert set(parameter) <= {"name", "label", "helpText", "regexes", "paramType", "isOptional"}
    asked = {parameter["name"] for parameter in METADATA["parameters"] if not parameter.get("isOptional")}
    assert asked == {"inputs", "output", "sdk_container_image"}
