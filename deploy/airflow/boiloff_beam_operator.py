"""As boiloff_daily, by the operator of Airflow's Beam provider, which needs the Google provider whatever the runner.

The operator starts launch.py with --name=value in boiloff's own environment (BOILOFF_HOME), apart from
Airflow's, which pins other packages.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.providers.apache.beam.operators.beam import BeamRunPythonPipelineOperator
from airflow.sdk import DAG

HOME = os.environ.get("BOILOFF_HOME", "/opt/boiloff")
CRAWL = os.environ.get("BOILOFF_CRAWL", "/srv/crawl")
CLEAN = os.environ.get("BOILOFF_CLEAN", "/srv/clean")
STORE = f"{CLEAN}/site-memory.boiloff"
# A run is about the day before the one that it runs on.
DAY = "{{ macros.ds_add(ds, -1) }}"

with DAG(
    "boiloff_beam_operator",
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Two runs would merge into one store at a time, and the second be refused.
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10), "execution_timeout": timedelta(hours=6)},
    tags=["boiloff"],
) as dag:
    common = {"py_file": f"{HOME}/launch.py", "py_interpreter": f"{HOME}/bin/python3", "runner": "DirectRunner"}
    learn = BeamRunPythonPipelineOperator(
        task_id="learn",
        pipeline_options={"command": "learn", "inputs": f"{CRAWL}/{DAY}", "templates": STORE, "update": True},
        **common,
    )
    clean = BeamRunPythonPipelineOperator(
        task_id="clean",
        # A retry takes the folder that the failed try has left.
        pipeline_options={
            "command": "clean",
            "inputs": f"{CRAWL}/{DAY}",
            "output": f"{CLEAN}/{DAY}",
            "templates": STORE,
            "overwrite": True,
        },
        **common,
    )
    learn >> clean
