"""Airflow finds the tasks of the DAGs in the order that they are meant to run."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).parents[2] / "deploy" / "airflow"
SHOW = """
import json, runpy, sys
dag = runpy.run_path(sys.argv[1])["dag"]
print(json.dumps([dag.dag_id, {task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks}]))
"""
PROVIDERS = {"boiloff_daily": "airflow.providers.standard", "boiloff_beam_operator": "airflow.providers.google"}


def is_installed(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def test_every_dag_is_tried():
    assert {path.stem for path in DAGS.glob("*.py")} == set(PROVIDERS)


@pytest.mark.engines
@pytest.mark.parametrize("name", PROVIDERS)
def test_airflow_parses_the_dag(name, tmp_path):
    if not is_installed(PROVIDERS[name]):
        pytest.skip(f"{PROVIDERS[name]} is not installed; docs/scheduling.md names the versions")
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, str(DAGS / f"{name}.py")],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(shown.stdout.splitlines()[-1]) == [name, {"learn": [], "clean": ["learn"]}]
