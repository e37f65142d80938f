"""Each night: learn what repeats on the sites of the day's captures, then clean them.

boiloff has an environment of its own (BOILOFF_HOME), apart from Airflow's, which pins other packages; the two meet in
a command line. Airflow reads its exit status.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

# A run cleans the day before: Airflow gives the day that it runs on. Without a day in the path, the runs would
# write into the same folder.
DAY = "{{ macros.ds_add(ds, -1) }}"
ENVIRONMENT = {
    "BOILOFF": os.environ.get("BOILOFF_HOME", "/opt/boiloff") + "/bin/boiloff",
    "CRAWL": os.environ.get("BOILOFF_CRAWL", "/srv/crawl") + "/" + DAY,
    "CLEAN": os.environ.get("BOILOFF_CLEAN", "/srv/clean") + "/" + DAY,
    "STORE": os.environ.get("BOILOFF_CLEAN", "/srv/clean") + "/site-memory.boiloff",
}

with DAG(
    "boiloff_daily",
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Only one run at a time may write the store.
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10), "execution_timeout": timedelta(hours=6)},
    tags=["boiloff"],
) as dag:
    learn = BashOperator(
        task_id="learn",
        bash_command='"$BOILOFF" learn "$CRAWL" --templates "$STORE" --update',
        env=ENVIRONMENT,
    )
    clean = BashOperator(
        task_id="clean",
        # A retry goes on with what the failed run has finished, or replaces it if the captures, the store or boiloff
        # are others now; a day that is done stays.
        bash_command=(
            '[ -e "$CLEAN/_SUCCESS" ] || '
            'exec "$BOILOFF" clean "$CRAWL" --output "$CLEAN" --templates "$STORE" --resume --overwrite'
        ),
        env=ENVIRONMENT,
    )
    learn >> clean
