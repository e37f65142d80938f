"""The same as boiloff_daily, with the operator of Airflow's Beam provider, which always needs the Google provider.

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
# A run cleans the day before.
DAY = "{{ macros.ds_add(ds, -1) }}"

with DAG(
    "boiloff_beam_operator",
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Only one run at a time may write the store.
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
        # A retry goes on with what the failed run has finished.
        pipeline_options={
            "command": "clean",
            "inputs": f"{CRAWL}/{DAY}",
            "output": f"{CLEAN}/{DAY}",
            "templates": STORE,
            "resume": True,
            "overwrite": True,
        },
        **common,
    )
    learn >> clean
