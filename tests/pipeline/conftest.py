"""The command, called in this process: Beam is imported once for all calls."""

import importlib
import logging
import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def called(monkeypatch, capsys):
    """Calls `boiloff` with words that are wrong; what it wrote, and the status that it ended with."""
    program = importlib.import_module("boiloff.pipeline.cli.app")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(program.StopSignals, "install", lambda signals: None)
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setattr(logging, "basicConfig", lambda **settings: None)
    monkeypatch.setattr(sys, "path", [*sys.path])

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["boiloff", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            program.main()
        return Done(end.value.code, *capsys.readouterr())

    return call
