"""What a run says in the end: calm, short, the same for every project, and never wider than where it is read."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from boiloff.pipeline.cli.clean import SIGNS, show_summary, worth_looking_at
from boiloff.pipeline.reading.accept import Rejected

CASES = json.loads((Path(__file__).parents[2] / "data" / "worth_looking_at.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case):
    assert worth_looking_at(case["summary"], "out/") == case["lines"]


def test_the_files_are_named_as_they_end():
    summary = {"captures": 1, "articles": 0}
    assert worth_looking_at(summary, "out", "parquet") == ["no capture gave an article; see out/rejected-*.parquet"]


def test_where_the_reason_does_not_show_what_to_mend_the_first_error_does():
    summary = {"captures": 9, "articles": 4, "rejected_by_reason": {"not-a-capture": 5, "http-status": 4}}
    lines = worth_looking_at(summary, "out", first_error=lambda reason: f"line 1: the error of {reason}")
    assert lines == [
        "contain no page: 5 of 9 captures, such as line 1: the error of not-a-capture; see out/rejected-*.jsonl, "
        "reason not-a-capture",
        "HTTP status errors: 4 of 9 captures; see out/rejected-*.jsonl, reason http-status",
    ]


def test_every_reason_that_reading_gives_is_known_or_ordinary():
    documented = {word for word in Rejected.__doc__.split("`") if word.replace("-", "").isalpha() and "-" in word}
    known = {sign.counted.partition(".")[2] for sign in SIGNS}
    assert {name for name in known if name in documented} >= documented - {"not-a-capture"}


@pytest.mark.parametrize("width", [40, 80])
def test_the_summary_keeps_to_the_width_of_a_terminal(width):
    summary = CASES[6]["summary"] | {
        "rejected": 0,
        "seconds": 1.0,
        "templates": "",
        "removed_by_reason": {f"reason-{number}": number for number in range(30)},
    }
    output = io.StringIO()
    console = Console(file=output, width=width, force_terminal=True, color_system=None)
    show_summary(summary, worth_looking_at(summary, "out"), "out", "jsonl", console)
    lines = output.getvalue().splitlines()
    assert max(len(line) for line in lines if not line.endswith(("jsonl", "json"))) <= width
    assert "  18 others  153" in lines
    assert lines[-1] == "all counts:                   out/summary.json"


def test_a_pipe_gets_whole_lines():
    summary = CASES[3]["summary"] | {"rejected": 312, "seconds": 1.0, "templates": "out/site-memory.boiloff"}
    output = io.StringIO()
    show_summary(summary, worth_looking_at(summary, "out"), "out", "jsonl", Console(file=output, width=40))
    assert output.getvalue().splitlines() == [
        "1,171 captures: 859 articles, 312 rejected, in 1.0 s",
        "Rejected captures",
        "  http-status  312",
        "Worth a look",
        "- HTTP status errors: 312 of 1,171 captures; see out/rejected-*.jsonl, reason http-status",
        "articles:                     out/articles-*.jsonl",
        "removed blocks and reasons:   out/removed-*.jsonl",
        "captures without an article:  out/rejected-*.jsonl",
        "all counts:                   out/summary.json",
        "site memory:                  out/site-memory.boiloff",
    ]


def test_nothing_new_names_no_files_that_hold_nothing():
    summary = {
        "captures": 0,
        "articles": 0,
        "rejected": 0,
        "seconds": 0.1,
        "inputs": [],
        "templates": "out/site-memory.boiloff",
    }
    output = io.StringIO()
    show_summary(summary, [], "out", "jsonl", Console(file=output))
    assert output.getvalue().splitlines()[2:] == ["all counts:                   out/summary.json"]


def test_a_run_done_before_names_the_report_that_it_wrote():
    summary = CASES[0]["summary"] | {"seconds": 1.0, "templates": "", "done_before": True}
    output = io.StringIO()
    show_summary(summary, [], "out", "jsonl", Console(file=output), "out/report.html")
    lines = output.getvalue().splitlines()
    assert lines[0] == "the same run is already finished; boiloff wrote only its report; --overwrite repeats it"
    assert lines[-1] == "report:                       out/report.html"
