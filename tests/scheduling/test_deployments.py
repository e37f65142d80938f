"""The files that a scheduler reads agree with each other, with the project and with what the guide shows."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

import boiloff
from boiloff.pipeline.cli.app import boiloff as command
from boiloff.pipeline.cli.options import split_beam_flags

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
DOCKERFILES = [ROOT / "Dockerfile", DEPLOY / "dataflow" / "Dockerfile"]
CONTAINERFILE = DEPLOY / "container" / "Containerfile"
IMAGE = "boiloff:0.1.0"


def instructions(dockerfile):
    text = re.sub(r"^#.*\n", "", dockerfile.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]


def pins():
    lines = (DEPLOY / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.lower().split("==") for line in lines if not line.startswith("#"))


def manifests(name):
    return list(yaml.safe_load_all((DEPLOY / "flink" / name).read_text("utf-8")))


@pytest.mark.parametrize("dockerfile", [*DOCKERFILES, CONTAINERFILE], ids=str)
def test_what_the_images_copy_is_there_and_not_ignored(dockerfile):
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for name, rest in instructions(dockerfile):
        if name == "COPY" and "--from" not in rest:
            *sources, _ = rest.split()
            assert all((ROOT / source).exists() and f"!{source}" in ignored for source in sources)


def test_the_images_leave_the_entry_point_to_beam():
    found = [each for dockerfile in DOCKERFILES for each in instructions(dockerfile)]
    assert not {"ENTRYPOINT", "CMD", "USER"} & {name for name, _ in found}
    assert ["ENV", "FLEX_TEMPLATE_PYTHON_PY_FILE=/opt/boiloff/launch.py"] in found
    assert ["COPY", "deploy/launch.py /opt/boiloff/"] in found


def test_every_dependency_is_pinned_and_beam_is_the_images():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (listed,) = re.findall(r"^dependencies = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    names = {name.lower() for name in re.findall(r'"([\w-]+)', listed)}
    assert names | {"setuptools", "cython"} <= set(pins())
    ((_, base), *_) = instructions(ROOT / "Dockerfile")
    assert base == f"apache/beam_python3.11_sdk:{pins()['apache-beam']}"
    assert f"boiloff:{boiloff.__version__}" == IMAGE


def test_the_image_of_the_command_has_the_pinned_python_and_packages():
    lines = instructions(CONTAINERFILE)
    ((_, beam), *_) = instructions(ROOT / "Dockerfile")
    assert {rest.partition(" ")[0] for name, rest in lines if name == "FROM"} == {"docker.io/library/python:3.11-slim"}
    assert "python3.11" in beam
    assert any("--constraint /build/constraints.txt" in rest for name, rest in lines if name == "RUN")
    assert ["ENTRYPOINT", '["boiloff"]'] in lines
    assert ["USER", "boiloff"] in lines


def test_the_cluster_and_the_run_agree():
    (cluster,), (run,), (volume,) = map(manifests, ("cluster.yaml", "clean.yaml", "volume.yaml"))
    pod, workers = cluster["spec"]["taskManager"]["podTemplate"]["spec"], run["spec"]["template"]["spec"]
    (server,), (launcher,) = workers["initContainers"], workers["containers"]
    main, pool = pod["containers"]
    assert (main["name"], pool["args"]) == ("flink-main-container", ["--worker_pool"])
    assert pool["image"] == launcher["image"] == IMAGE
    flags = dict(word.lstrip("-").split("=") for word in [*server["args"], *launcher["args"]] if "=" in word)
    assert flags["flink-master"] == f"{cluster['metadata']['name']}-rest:8081"
    assert flags["job_endpoint"] == f"localhost:{flags['job-port']}"
    assert flags["artifact_endpoint"] == f"localhost:{flags['artifact-port']}"
    assert flags["environment_config"] == f"localhost:{pool['ports'][0]['containerPort']}"
    slots = int(cluster["spec"]["flinkConfiguration"]["taskmanager.numberOfTaskSlots"])
    assert int(flags["parallelism"]) == slots * cluster["spec"]["taskManager"]["replicas"]
    assert f"beam_flink{cluster['spec']['flinkVersion'][1:].replace('_', '.')}_job_server:" in server["image"]
    assert server["image"].endswith(":" + pins()["apache-beam"])
    for spec in (pod, workers):
        assert spec["volumes"][0]["persistentVolumeClaim"]["claimName"] == volume["metadata"]["name"]
    for container in (main, pool, server, launcher):
        assert container["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]
    assert flags["artifacts-dir"].startswith("/data/")


def test_the_run_on_flink_is_a_valid_call():
    (run,) = manifests("clean.yaml")
    name, *words = run["spec"]["template"]["spec"]["containers"][0]["args"]
    own = [option for parameter in command.get_command(None, name).params for option in parameter.opts]
    inputs, _ = split_beam_flags([word for word in words if word.partition("=")[0] not in own], own)
    assert len(inputs) == 1


def test_the_parameters_of_the_guide_fit_the_template():
    metadata = json.loads((DEPLOY / "dataflow" / "metadata.json").read_text("utf-8"))
    parameters = {parameter["name"]: parameter for parameter in metadata["parameters"]}
    (shown,) = re.findall(r"gcloud dataflow flex-template run(.*?)```", GUIDE, re.DOTALL)
    words = [word.removeprefix("--parameters=") for word in shlex.split(shown) if word.startswith("--parameters=")]
    given = [word.split("=", 1) for word in words]
    assert {"inputs", "output"} <= {name for name, _ in given}
    for name, value in given:
        assert all(re.search(pattern, value) for pattern in parameters[name]["regexes"])
    for bad in ("", "crawl", "gs://a b"):
        assert not any(re.search(pattern, bad) for pattern in parameters["output"]["regexes"])


def test_files_that_the_guide_names_exist():
    for path in re.findall(r"`(deploy/[\w./-]+)`", GUIDE):
        assert (ROOT / path).exists(), path


def test_the_nightly_script_cleans_a_day_and_leaves_a_done_one_alone(tmp_path, seeds):
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "2026-11-21").symlink_to(seeds / "text")
    calls = tmp_path / "boiloff"
    calls.write_text(
        '#!/bin/sh\necho "$@" >> "$(dirname "$0")/calls"\ncase $1 in clean) mkdir -p "$4"; touch "$4/_SUCCESS";; esac\n'
    )
    calls.chmod(0o755)
    words = [str(DEPLOY / "cron" / "clean-crawl"), str(tmp_path / "crawl"), str(tmp_path / "clean"), "2026-11-21"]
    for _ in range(2):
        done = subprocess.run(
            words, env={"PATH": "/usr/bin:/bin", "BOILOFF": str(calls)}, capture_output=True, text=True
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [line.split()[0] for line in (tmp_path / "calls").read_text().splitlines()] == ["learn", "clean"]
    assert "is done already" in (tmp_path / "clean" / "2026-11-21.log").read_text()


@pytest.mark.parametrize("status", [1, 2, 130])
def test_the_nightly_script_ends_as_boiloff_ends(tmp_path, status):
    failing = tmp_path / "boiloff"
    failing.write_text(f"#!/bin/sh\nexit {status}\n")
    failing.chmod(0o755)
    words = [str(DEPLOY / "cron" / "clean-crawl"), str(tmp_path), str(tmp_path / "clean"), "2026-11-21"]
    assert subprocess.run(words, env={"PATH": "/usr/bin:/bin", "BOILOFF": str(failing)}).returncode == status
