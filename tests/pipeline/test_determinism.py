"""The same pages give the same bytes in every process, whatever seed Python hashes strings with."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SCRIPT = """
import hashlib, json, sys
from pathlib import Path
from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.reading.ranges import read_file
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import ledger

cleaner, digest = Cleaner.named("default"), hashlib.sha256()
for path in sorted(Path("seeds").rglob("*.*")):
    for capture in read_file(str(path)):
        page = capture if isinstance(capture, Rejected) else clean_capture(capture, cleaner)
        if not isinstance(page, Rejected):
            digest.update(json.dumps([cleaner.article(page).to_dict(), *ledger(page)]).encode())
print(digest.hexdigest())
"""


def test_records_do_not_depend_on_the_hash_seed():
    digests = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        digests.add(done.stdout.strip())
    assert len(digests) == 1
