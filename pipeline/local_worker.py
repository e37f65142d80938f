"""What a worker process of a local run does: Beam's work, for as long as the process that started it lives."""

from __future__ import annotations

import os
import signal
import threading

from apache_beam.runners.worker import sdk_worker_main


def main() -> None:
    """Work until the run is over. Ctrl-C is left to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="watch_parent", daemon=True).start()
    sdk_worker_main.main([])


def _end_with_parent() -> None:
    """The other end of standard input is closed when the parent ends, however it ends."""
    os.read(0, 1)
    os._exit(1)
