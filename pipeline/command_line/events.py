"""`--json-log`: what happens to a run, one JSON object a line, for programs that watch it (docs/progress.md)."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, TextIO


def write_event(stream: TextIO, event: str, **facts: Any) -> None:
    """One event, with the time. ASCII alone: no terminal is driven by what a file is called."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    stream.write(json.dumps({"event": event, "time": now, **facts}) + "\n")
    stream.flush()
