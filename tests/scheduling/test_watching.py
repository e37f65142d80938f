"""What Prometheus and Grafana read: names that exist, rules that hold, and the counts of a run as they are."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from boiloff.pipeline import metrics
from boiloff.pipeline.cli.clean import clean
from boiloff.pipeline.metrics import PageMetrics
from boiloff.pipeline.summary import BOUNDS, BundleTally, Tally, summary_counts

ROOT = Path(__file__).parents[2]
FILES = ROOT / "deploy" / "prometheus"
FLINK = "flink_taskmanager_job_task_operator_boiloff_"
NAME = re.compile(r"\b(?:boiloff|flink)[\w:]+")
LINE = re.compile(r'boiloff_run_\w+\{crawl="[^"]*"(?:,\w+="[^"]*")*\} [0-9.e+]+')

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")


@pytest.fixture(scope="module")
def exposition(seeds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    done = CliRunner().invoke(clean, [str(seeds), "--output", str(folder / "out"), "--quiet"])
    assert done.exit_code == 0, done.output
    command = [sys.executable, str(FILES / "run_metrics.py"), 'the "seeds"', str(folder / "out")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads((folder / "out" / "summary.json").read_text()), shown.stdout


def test_the_counts_of_a_run_are_its_metrics(exposition):
    summary, text = exposition
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    values = dict(line.rsplit(" ", 1) for line in lines)
    own = 'crawl="the \\"seeds\\""'
    assert values[f"boiloff_run_captures{{{own}}}"] == str(summary["captures"])
    assert values[f'boiloff_run_rejected{{{own},reason="redirect"}}'] == str(summary["rejected_by_reason"]["redirect"])
    count = sum(summary["seconds_per_page"].values())
    assert values[f'boiloff_run_page_seconds_bucket{{{own},le="+Inf"}}'] == str(count)
    assert summary["articles"] <= count <= summary["captures"]
    plain = text.replace(own, 'crawl="seeds"')
    assert all(LINE.fullmatch(line) for line in plain.splitlines() if not line.startswith("#"))


def test_a_folder_without_a_finished_run_has_no_metrics(tmp_path):
    command = [sys.executable, str(FILES / "run_metrics.py"), "news", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no finished run" in done.stderr


def expressions():
    rules = yaml.safe_load((FILES / "rules.yaml").read_text())
    for group in rules["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    for panel in json.loads((FILES / "dashboard.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))


def test_rules_and_dashboard_ask_for_what_there_is(exposition):
    rules = yaml.safe_load((FILES / "rules.yaml").read_text())
    known = {rule["record"] for group in rules["groups"] for rule in group["rules"] if "record" in rule}
    known |= set(re.findall(r"# TYPE (\w+) gauge", exposition[1]))
    known |= {f"boiloff_run_page_seconds_{part}" for part in ("bucket", "sum", "count")}
    known |= {FLINK + name for name in (*metrics.COUNTS, metrics.SLOW, metrics.SPENT)}
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert {name for name in asked if not name.startswith(f"{FLINK}rejected_")} <= known
    assert len(asked) > 12
    assert {'le="1"', 'le="+Inf"'} <= set(re.findall(r'le="[^"]*"', exposition[1]))


def test_the_bounds_of_times_are_those_of_the_summary(exposition):
    found = dict.fromkeys(re.findall(r'le="([^"]*)"', exposition[1]))
    assert [*found] == [*map(str, BOUNDS), "+Inf"]
    tallies = BundleTally()
    for seconds in (0.002, 0.0021, 1, 1.5, 30):
        tallies.add_time(round(seconds * 1e9))
    assert summary_counts(tallies.counts, [])["seconds_per_page"] == {"0.002": 1, "0.005": 1, "1": 1, "2": 1, "+Inf": 1}


class Recorder:
    """Stands for Beam's metrics: each has the values that it was given."""

    def __init__(self):
        self.given = {}

    def counter(self, namespace, name):
        self.last = self.given.setdefault(name, [])
        return self

    distribution = counter

    def inc(self, value):
        self.last.append(value)

    update = inc


def test_beam_gets_each_count_once(monkeypatch):
    monkeypatch.setattr(metrics, "Metrics", recorder := Recorder())
    passed, tallies = PageMetrics(), BundleTally()
    for seconds, reason in ((0.003, "no-text"), (1.2, "too-slow"), (0.004, "no-text")):
        tallies.add(Tally({"captures": 1, "rejected": 1, f"rejected_by_reason.{reason}": 1}))
        tallies.add_time(round(seconds * 1e9))
        passed.add_time(round(seconds * 1e9))
        passed.flush(tallies.counts)
    passed.flush(tallies.counts)
    assert recorder.given == {
        "captures": [1, 1, 1],
        "rejected": [1, 1, 1],
        "rejected_no-text": [1, 1],
        "rejected_too-slow": [1],
        "slow_pages": [1],
        "page_microseconds": [3000, 1_200_000, 4000],
        "page_microseconds_sum": [3000, 1_200_000, 4000],
    }


@needs_promtool
def test_promtool_accepts_the_rules():
    subprocess.run(["promtool", "check", "rules", str(FILES / "rules.yaml")], check=True, capture_output=True)


@needs_promtool
def test_promtool_accepts_the_metrics(exposition):
    subprocess.run(["promtool", "check", "metrics"], input=exposition[1], text=True, check=True, capture_output=True)
