"""The moving line: counted by workers in files of their own, shown on terminals only."""

import io
from pathlib import Path

from rich.console import Console

from boiloff.pipeline import progress
from boiloff.pipeline.progress import Ticker, captures_done, progress_line


def test_workers_count_in_files_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "INTERVAL", 0.0)
    for ticks in (3, 4):
        ticker = Ticker(str(tmp_path))
        for _ in range(ticks):
            ticker.tick()
    assert captures_done(tmp_path) == 7


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Ticker("").tick()
    assert list(tmp_path.iterdir()) == []


def test_logs_and_pipes_stay_silent():
    output = io.StringIO()
    with progress_line(Console(file=output)) as folder:
        assert folder == ""
    assert output.getvalue() == ""


def test_terminals_see_a_line_and_the_folder_goes_away():
    output = io.StringIO()
    with progress_line(Console(file=output, force_terminal=True)) as folder:
        (Path(folder) / "1").write_text("12")
        assert captures_done(Path(folder)) == 12
    assert not Path(folder).exists()
    assert "starting" in output.getvalue()
