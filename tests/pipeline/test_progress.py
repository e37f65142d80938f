"""How far a run is: workers count in files of their own; terminals, logs and programs get the sums."""

import io
import json
import os
import time

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from boiloff.pipeline.cli.run_log import JsonLines, MovingLine, PlainLines, RunLog, _counting, reporter_for
from boiloff.pipeline.display import clock
from boiloff.pipeline.progress import CLEANING, LEARNING, UNKNOWN, WRITING, Counts, State, Ticker, Watch, begin_phase
from boiloff.pipeline.reading.cursor import WHOLE, Extent
from boiloff.pipeline.reading.read import counted

HALFWAY = State(CLEANING, Counts(1200, 1000, 200, 500), 1000, 60.0)


def test_workers_count_in_files_of_their_own(tmp_path):
    folder = begin_phase(str(tmp_path), CLEANING, [600, 400])
    for captures in (3, 4):
        ticker = Ticker(folder)
        ticker.add(captures=captures, articles=1, read=100)
        ticker.add(rejected=1)
        ticker.flush()
    state = Watch(str(tmp_path)).state()
    assert (state.phase, state.counts, state.total_bytes) == (CLEANING, Counts(7, 2, 2, 200), 1000)
    assert state.share == 0.2


def test_counts_are_written_now_and_then(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    written = []
    ticker = Ticker(begin_phase(str(tmp_path), CLEANING))
    monkeypatch.setattr(ticker, "flush", lambda flush=ticker.flush: (written.append(1), flush()))
    for _ in range(1000):
        ticker.add(captures=1)
        now[0] += 0.01
    assert 30 <= len(written) <= 41


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Ticker("").add(captures=1)
    Ticker("").flush()
    assert begin_phase("", CLEANING, [1]) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_stops_no_worker(tmp_path):
    ticker = Ticker(str(tmp_path / "gone"))
    ticker.add(captures=1)
    assert begin_phase(str(tmp_path), LEARNING, [1])


def test_each_phase_counts_anew(tmp_path):
    watch = Watch(str(tmp_path))
    assert watch.state() == State()
    for number, phase in enumerate((LEARNING, WRITING, CLEANING)):
        ticker = Ticker(begin_phase(str(tmp_path), phase, [number]))
        ticker.add(captures=number)
        assert watch.state()[:3] == (phase, Counts(captures=number), number)


def test_a_file_that_is_just_being_written_counts_as_before(tmp_path):
    folder = begin_phase(str(tmp_path), CLEANING, [1])
    watch, ticker = Watch(str(tmp_path)), Ticker(folder)
    ticker.add(captures=12)
    assert watch.state().counts.captures == 12
    for half in ("", "34", "34 0 0"):
        ticker._path.write_text(half)
        assert watch.state().counts.captures == 12


def test_a_phase_that_is_just_begun_waits_for_its_size(tmp_path):
    watch = Watch(str(tmp_path))
    phase = tmp_path / "0-cleaning"
    phase.mkdir()
    assert watch.state() == State()
    for written in ("", "10"):
        (phase / "total").write_text(written)
        assert watch.state() == State()
    (phase / "total").write_text("1000\n")
    assert watch.state().total_bytes == 1000


@pytest.mark.parametrize(
    ("state", "share", "seconds_left"),
    [
        (HALFWAY, 0.5, 60.0),
        (HALFWAY._replace(total_bytes=UNKNOWN), UNKNOWN, UNKNOWN),
        (HALFWAY._replace(total_bytes=0), UNKNOWN, UNKNOWN),
        (HALFWAY._replace(counts=Counts()), 0.0, UNKNOWN),
        (HALFWAY._replace(seconds=0.5), 0.5, UNKNOWN),
        (HALFWAY._replace(total_bytes=400), 1.0, 0.0),
    ],
)
def test_no_time_is_reported_that_nobody_knows(state, share, seconds_left):
    assert (state.share, state.seconds_left) == (share, seconds_left)


@pytest.mark.parametrize("sizes", [[UNKNOWN], [5, UNKNOWN], ()])
def test_one_file_of_unknown_size_makes_the_whole_unknown(tmp_path, sizes):
    begin_phase(str(tmp_path), CLEANING, sizes)
    assert Watch(str(tmp_path)).state().share == UNKNOWN


@pytest.mark.parametrize(
    ("extent", "steps", "reported"),
    [
        (WHOLE, [4, 4, 0], [4, 4, 2]),  # what was not read counts when the stream is done with
        (WHOLE, [10, -10, 10], [10]),  # nothing twice
        (Extent(2, 8), [4, 4, 4], [4, 2]),
        (Extent(6), [3], [3, 1]),
    ],
)
def test_a_part_of_a_file_counts_as_what_it_is(extent, steps, reported):
    heard = []
    with counted(io.BytesIO(b"0123456789"), extent, heard.append) as stream:
        for step in steps:
            stream.seek(0) if step < 0 else stream.read(step)
    assert heard == reported


def test_a_stream_that_nobody_watches_is_left_alone():
    stream = io.BytesIO(b"tides")
    with counted(stream, WHOLE, None) as same:
        assert same is stream


def test_logs_get_plain_lines():
    stream = io.StringIO()
    lines = PlainLines(stream, 30.0)
    assert (lines.first, lines.every) == (10.0, 30.0)
    one = State(CLEANING, Counts(1, 1, 0))
    for state in (State(), one, HALFWAY, HALFWAY._replace(phase=LEARNING, total_bytes=UNKNOWN), State(WRITING)):
        lines.show(state)
    assert stream.getvalue().splitlines() == [
        "boiloff: starting",
        "boiloff: cleaning: 1 capture, 1 article, 0 rejected",
        "boiloff: cleaning: 1,200 captures, 1,000 articles, 200 rejected, 20 per second, 50% read, 1:00 left",
        "boiloff: learning: 1,200 captures, 20 per second",
        "boiloff: writing",
    ]


def test_programs_get_a_line_of_json_with_every_key():
    stream = io.StringIO()
    for state in (State(), HALFWAY):
        JsonLines(stream, 30.0, "clean").show(state)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert list(first) == list(second)
    assert second.pop("time").endswith("Z")
    assert second == {
        "event": "progress", "command": "clean", "phase": "cleaning", "captures": 1200, "articles": 1000, "rejected": 200,
        "bytes": 500, "total_bytes": 1000, "share": 0.5, "seconds": 60.0, "per_second": 20.0, "seconds_left": 60.0,
    }  # fmt: skip
    assert (first["phase"], first["share"], first["seconds_left"]) == ("starting", -1, -1)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("width", "has_bar"), [(80, False), (120, True)])
def test_terminals_see_one_line_that_fits(monkeypatch, width, has_bar):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(width))
    line = MovingLine(Terminal())
    line.show(HALFWAY._replace(counts=Counts(1_234_567, 1_200_000, 34_567, 500)))
    (shown,) = line.progress.console.render_lines(line.progress.get_renderable(), pad=False)
    text = "".join(segment.text for segment in shown)
    assert len(text) <= width
    assert "cleaning" in text
    assert "50% read · 1:00 left · 1,234,567 captures · 1,200,000 articles · 34,567" in text
    assert ("━" in text) is has_bar


def test_what_is_reported_fits_the_stream(monkeypatch):
    def kind(stream, **wishes):
        settings = {"json_log": False, "quiet": False, "every": 30.0, "command": "clean"} | wishes
        with reporter_for(stream, **settings) as reporter:
            return type(reporter)

    monkeypatch.setenv("TERM", "xterm")
    assert kind(Terminal()) is MovingLine
    assert kind(io.StringIO()) is PlainLines
    assert kind(Terminal(), json_log=True, quiet=True) is JsonLines
    assert kind(Terminal(), quiet=True) is type(None)
    monkeypatch.setenv("TERM", "dumb")
    assert kind(Terminal()) is PlainLines


def test_the_folder_goes_away_and_a_broken_pipe_harms_nothing():
    class Broken(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    with _counting(PlainLines(Broken(), 0.01)) as folder:
        begin_phase(folder, CLEANING, [1])
        time.sleep(0.1)
        assert os.path.isdir(folder)
    assert not os.path.exists(folder)


def test_without_room_for_a_folder_nothing_is_reported(monkeypatch):
    monkeypatch.setattr("boiloff.pipeline.cli.run_log.TemporaryDirectory", no_room)
    with _counting(PlainLines(io.StringIO(), 0.01)) as folder:
        assert folder == ""


def no_room(**_):
    raise OSError("No space left on device")


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3600, "1:00:00")])
def test_times_as_people_read_them(seconds, shown):
    assert clock(seconds) == shown


@pytest.mark.parametrize(("wishes", "lines"), [({}, 1), ({"quiet": True}, 0), ({"json_log": True}, 0)])
def test_of_an_engine_it_is_said_once_that_it_knows_best(wishes, lines, capfd):
    options = PipelineOptions(["--runner=apache_beam.runners.portability.flink_runner.FlinkRunner"])
    with RunLog("clean", **wishes).following(options, workers=1) as folder:
        assert folder == ""
    line = "boiloff: FlinkRunner does the work, and its own tools show how far it is; the result is shown here when it is done\n"
    assert capfd.readouterr().err == line * lines
