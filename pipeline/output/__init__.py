"""Output of a run: records, their schemas, their folder, and the manifest.

The file names are in this module, so that commands can use them without Beam.
"""

from __future__ import annotations

import re

# What a run writes about each block that it removes: all, all but the text, or nothing.
LEDGERS = ("full", "reasons", "none")
RECORDS = ("articles", "removed", "rejected")
SUMMARY = "summary.json"
REPORT = "report.html"
MANIFEST = "manifest.json"
# What a run has learned about its sites, kept for the next run.
STORE_NAME = "site-memory.boiloff"
# Empty, and written last: the usual mark of a complete run.
SUCCESS = "_SUCCESS"
# Where a run works. While the folder exists, the run is at work or was killed.
UNFINISHED = "_unfinished"
LOCK = "boiloff.lock"
# The end of the name of the folder beside a store in which its successor is built.
LEARNING_SUFFIX = ".learning"
# In UNFINISHED: which run it is, as its manifest will say, and what workers have finished of it (see `portions`).
RUN = "run.json"
NOTE = re.compile(r"portion-[0-9a-f]{32}\.jsonl")
# The names of a run's files; all other files in an output folder are somebody else's. Digits and fixed words only, so
# the pattern cannot backtrack.
OURS = re.compile(
    r"(?:articles|removed|rejected)-\d{5,9}-of-\d{5,9}\.(?:jsonl(?:\.gz)?|parquet)"
    r"|summary\.json|report\.html|manifest\.json|_SUCCESS|site-memory\.boiloff"
)
