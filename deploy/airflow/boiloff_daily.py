"""Each night: learn what repeats on the sites of yesterday's captures, then clean them.

Parsed with Airflow 3.3 and the Beam provider 6.3. boiloff has an environment of its own (BOILOFF_HOME), apart from
Airflow's, which pins other packages; the two meet in a command line.
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
# The day that the run is about, not the one it runs on.
DAY = "{{ data_interval_start | ds }}"

with DAG(
    "boiloff_daily",
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
