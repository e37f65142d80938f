"""The signals that ask a process to end, heard as Ctrl-C is."""

from __future__ import annotations

import signal
from types import FrameType

# What service managers, `timeout` and `kill` send, and a terminal that is closed.
ASKING = (signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """Which signal has stopped the run: Ctrl-C, unless another was heard."""

    def __init__(self) -> None:
        self.heard = signal.SIGINT

    def hear(self) -> None:
        """From now on each raises KeyboardInterrupt, so that what is half done is cleared away. One that was ignored,
        as under nohup, stays so.
        """
        for number in ASKING:
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        # Those who ask often ask twice, and once is enough: clearing away must not be stopped.
        for asking in ASKING:
            signal.signal(asking, signal.SIG_IGN)
        self.heard = signal.Signals(number)
        raise KeyboardInterrupt

    @property
    def message(self) -> str:
        """What is told of the end."""
        return "stopped" if self.heard == signal.SIGINT else f"stopped by {self.heard.name}"

    @property
    def status(self) -> int:
        """The exit status that shells give for it."""
        return 128 + self.heard
