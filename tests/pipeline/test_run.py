"""The main job on the seeds: nothing lost, everything recorded, the same with any number of workers."""

import hashlib
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_job_api_pb2
from apache_beam.runners.portability.flink_runner import FlinkRunner
from apache_beam.runners.portability.portable_runner import PortableRunner
from apache_beam.runners.portability.prism_runner import PrismRunner
from grpc import Call, RpcError, StatusCode

from boiloff.pipeline.config import load_configuration, parse_configuration
from boiloff.pipeline.engine import (
    LOCAL_RUNNER,
    RunError,
    pipeline_options,
    run_to_end,
    wait_without_limit,
    what_happened,
)
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean
from boiloff.pipeline.site_memory.learning import run_learn

DATA = Path(__file__).parents[1] / "data"


def records(folder, name):
    lines = [line for path in sorted(folder.glob(f"{name}-*.jsonl")) for line in path.read_text("utf-8").split("\n")]
    return [json.loads(line) for line in lines if line]


def run(inputs, output, configuration=None, workers=1):
    job = CleanJob(expand_inputs(map(str, inputs)), str(output), configuration or load_configuration())
    return run_clean(job, pipeline_options([], workers))


@pytest.fixture(scope="module")
def finished(seeds, tmp_path_factory):
    output = tmp_path_factory.mktemp("run")
    return run([seeds], output), output


def test_captures_are_articles_and_rejected(finished):
    summary, output = finished
    articles, rejected = records(output, "articles"), records(output, "rejected")
    assert summary["captures"] == len(articles) + len(rejected) == 21
    assert (summary["articles"], summary["rejected"]) == (len(articles), len(rejected))
    assert json.loads((output / "summary.json").read_text()) == summary


def test_the_ledger_has_what_the_articles_lack(finished):
    summary, output = finished
    removed = records(output, "removed")
    articles = records(output, "articles")
    assert sum(article["removed_blocks"] for article in articles) == len(removed) == summary["removed_blocks"]
    assert sum(article["removed_chars"] for article in articles) == sum(len(record["text"]) for record in removed)
    assert sum(summary["removed_by_reason"].values()) == len(removed)
    assert {record["id"] for record in removed} <= {article["id"] for article in articles}
    assert all(record["evidence"] and record["rule"] and 0 <= record["score"] <= 1 for record in removed)


def test_every_record_has_every_key(finished):
    _, output = finished
    articles = records(output, "articles")
    assert len({tuple(article) for article in articles}) == 1
    assert not [key for article in articles for key, value in article.items() if value is None]


def test_rejected_show_why(finished):
    _, output = finished
    reasons = sorted(record["reason"] for record in records(output, "rejected"))
    assert reasons == ["broken-line", "http-status", "not-html", "redirect", "revisit", "truncated-record"]


EXPECTED = [json.loads(line) for line in (DATA / "seeds_expected.jsonl").read_text("utf-8").splitlines()]


def test_every_article_of_the_seeds_is_expected(finished):
    assert finished[0]["articles"] == len(EXPECTED)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected["title"])
def test_seeds_become_the_expected_articles(finished, expected):
    (article,) = [
        article
        for article in records(finished[1], "articles")
        if article["source_file"].endswith(expected["file"]) and expected["url"] in ("", article["url"])
    ]
    assert article["title"] == expected["title"]
    assert article["language"] == expected["language"]
    assert article["date_published"][:10] == expected["date"]
    assert expected["authors"] in (None, article["authors"])
    flat = " ".join(article["text"].split())
    assert [words for words in expected["must"] if " ".join(words.split()) not in flat] == []
    assert [words for words in expected["must_not"] if words in flat] == []
    assert article["text"].startswith(expected["begins"])
    assert article["text"].endswith(expected["ends"])


@pytest.mark.slow
def test_two_workers_give_the_same_records(finished, seeds, tmp_path):
    _, output = finished
    run([seeds], tmp_path, workers=2)
    for name in ("articles", "removed", "rejected"):
        one, two = (sorted(map(json.dumps, records(folder, name))) for folder in (output, tmp_path))
        assert one == two


def test_the_other_parser_gives_the_same_articles(finished, seeds, tmp_path):
    _, output = finished
    default = load_configuration()
    steps = [{"type": step.type, "config": dict(step.config)} for step in default.steps]
    run([seeds], tmp_path, parse_configuration({"parser": "beautifulsoup", "steps": steps}))
    for name in ("articles", "removed"):
        one, two = (
            sorted(json.dumps(record | {"config_sha256": ""}) for record in records(folder, name))
            for folder in (output, tmp_path)
        )
        assert one == two


def test_the_order_and_grouping_of_files_do_not_matter(finished, seeds, tmp_path):
    _, output = finished
    files = sorted((path for path in seeds.rglob("*") if path.is_file()), reverse=True)
    run(files, tmp_path)
    assert sorted(map(json.dumps, records(tmp_path, "articles"))) == sorted(
        map(json.dumps, records(output, "articles"))
    )


def test_cleaning_what_was_cleaned_changes_nothing(finished, tmp_path):
    _, output = finished
    first = records(output, "articles")
    again = tmp_path / "again.jsonl"
    again.write_text("".join(json.dumps({"id": a["id"], "text": a["text"]}) + "\n" for a in first), "utf-8")
    run([again], tmp_path / "out")
    second = {record["id"]: record["text"] for record in records(tmp_path / "out", "articles")}
    changed = [a["title"] for a in first if second[a["id"]].replace("\n", " ") != a["text"].replace("\n", " ")]
    assert len(changed) == 0


def test_a_step_that_fails_rejects_the_page_and_not_the_run(seeds, tmp_path):
    failing = parse_configuration({"steps": [{"type": "failing_transform.FailOnParrots"}]})
    summary = run([seeds / "text"], tmp_path, failing)
    assert (summary["captures"], summary["articles"], summary["rejected"]) == (3, 2, 1)
    (rejected,) = records(tmp_path, "rejected")
    assert (rejected["stage"], rejected["reason"]) == ("FailOnParrots", "step-failed")
    assert rejected["error"] == "FailOnParrots failed: RuntimeError: a parrot (failing_transform.py, line 18)"
    assert rejected["source_file"].endswith("parrot-en.txt")


def test_a_step_that_fails_on_every_page_rejects_them_all(seeds, tmp_path):
    failing = parse_configuration({"steps": [{"type": "failing_transform.FailAlways"}]})
    summary = run([seeds / "text"], tmp_path, failing)
    assert (summary["captures"], summary["articles"], summary["rejected"]) == (3, 0, 3)
    assert {rejected["error"] for rejected in records(tmp_path, "rejected")} == {
        "FailAlways failed: RuntimeError: always (failing_transform.py, line 10)"
    }


def test_an_empty_file_is_rejected_and_counted(tmp_path):
    (tmp_path / "empty.html").touch()
    summary = run([tmp_path / "empty.html"], tmp_path / "out")
    assert (summary["captures"], summary["articles"], summary["rejected"]) == (1, 0, 1)


def test_an_input_that_vanishes_is_rejected(seeds, tmp_path):
    shutil.copy(seeds / "text" / "parrot-en.txt", tmp_path / "gone.txt")
    job = CleanJob(expand_inputs([str(tmp_path / "gone.txt")]), str(tmp_path / "out"), load_configuration())
    (tmp_path / "gone.txt").unlink()
    summary = run_clean(job, pipeline_options([]))
    assert (summary["captures"], summary["rejected_by_reason"]) == (1, {"unreadable": 1})


def test_learning_and_cleaning_read_the_same_files(seeds, tmp_path, monkeypatch):
    crawl = tmp_path / "crawl"
    shutil.copytree(seeds / "text", crawl)

    def learn_while_files_change(*how):
        run_learn(*how)
        shutil.copy(crawl / "parrot-en.txt", crawl / "new.txt")
        (crawl / "column-en.txt").unlink()

    monkeypatch.setattr("boiloff.pipeline.run.run_learn", learn_while_files_change)
    job = CleanJob(expand_inputs([str(crawl)]), str(tmp_path / "out"), load_configuration(), learns=True)
    summary = run_clean(job, pipeline_options([]))
    assert (summary["captures"], summary["articles"], summary["rejected_by_reason"]) == (3, 2, {"unreadable": 1})


def test_a_store_that_vanishes_ends_the_run(seeds, tmp_path):
    output = tmp_path / "out"
    job = CleanJob([str(seeds / "text" / "parrot-en.txt")], str(output), load_configuration(), str(tmp_path / "gone"))
    with pytest.raises(RunError, match=r"the run failed, nothing in .* is complete: .*store .*gone' does not exist"):
        run_clean(job, pipeline_options([]))
    assert list(output.iterdir()) == []


def test_an_output_folder_that_vanishes_ends_the_run(seeds, tmp_path, monkeypatch):
    output = tmp_path / "out"

    def run_and_delete(pipeline, remains):
        run_to_end(pipeline, remains)
        shutil.rmtree(output)

    monkeypatch.setattr("boiloff.pipeline.run.run_to_end", run_and_delete)
    with pytest.raises(RunError, match=r"the run failed, nothing in .* is complete: .*No such file or directory"):
        run([seeds / "text"], output)
    assert not output.exists()


def test_a_page_that_runs_out_of_memory_is_rejected(seeds, tmp_path):
    greedy = parse_configuration({"steps": [{"type": "failing_transform.TakeAllMemory"}]})
    summary = run([seeds / "text"], tmp_path, greedy)
    assert (summary["captures"], summary["articles"], summary["rejected"]) == (3, 2, 1)
    (rejected,) = records(tmp_path, "rejected")
    assert rejected["error"].startswith("TakeAllMemory failed: MemoryError")


def test_the_local_runner_is_pinned():
    for flags in ([], ["--runner=DirectRunner"], [f"--runner={LOCAL_RUNNER}"]):
        assert pipeline_options(flags).get_all_options()["runner"] == LOCAL_RUNNER
    assert pipeline_options(["--runner=FlinkRunner"]).get_all_options()["runner"] == "FlinkRunner"


def test_a_run_that_counts_wrong_is_reported(seeds, tmp_path, monkeypatch):
    counted = {"captures": 3, "articles": 1, "rejected": 1, "removed_blocks": 0, "shards": []}
    monkeypatch.setattr("boiloff.pipeline.run.read_json", lambda path: counted)
    with pytest.raises(RunError, match=r"3 captures were read, .* counted and .* written; please report this"):
        run([seeds / "text"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_finished_run_is_marked_and_names_its_files(finished, seeds):
    summary, output = finished
    assert (output / "_SUCCESS").read_bytes() == b""
    manifest = json.loads((output / "manifest.json").read_text())
    shards = {shard["name"]: shard for shard in manifest["shards"]}
    assert {*shards, "_SUCCESS", "manifest.json", "summary.json"} == {path.name for path in output.iterdir()}
    for name, shard in shards.items():
        data = (output / name).read_bytes()
        assert (shard["bytes"], shard["records"]) == (len(data), data.count(b"\n"))
        assert shard["sha256"] == hashlib.sha256(data).hexdigest()
    assert [entry["path"] for entry in manifest["inputs"]] == summary["inputs"]
    assert sum(entry["bytes"] for entry in manifest["inputs"]) == sum(
        path.stat().st_size for path in seeds.rglob("*") if path.is_file()
    )
    assert manifest["config_sha256"] == summary["config_sha256"]


class LostError(RpcError, Call):
    """What gRPC raises where the server has closed the connection. As text it has many lines."""

    def code(self):
        return StatusCode.UNAVAILABLE

    def details(self):
        return "Too many pings"

    def __str__(self):
        return '<_MultiThreadedRendezvous of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n\tdetails = "…"\n>'

    add_callback = cancel = initial_metadata = is_active = time_remaining = trailing_metadata = None


def test_a_lost_connection_to_an_engine_is_named():
    assert what_happened(LostError()) == "the connection to the engine ended: UNAVAILABLE, Too many pings"


@pytest.mark.parametrize("runner", [PortableRunner, PrismRunner, FlinkRunner])
def test_the_end_of_a_long_job_is_waited_for(runner):
    """Beam gives up after `--job_server_timeout`, where the engine knows the job before it is run."""
    waits = []
    service = SimpleNamespace(
        GetStateStream=lambda request, timeout=None: waits.append(timeout) or iter([beam_job_api_pb2.JobStateEvent()]),
        GetMessageStream=lambda request, timeout=None: waits.append(timeout) or iter([]),
        Run=lambda request: beam_job_api_pb2.RunJobResponse(job_id="job"),
    )
    chosen = runner()
    wait_without_limit(chosen)
    job = chosen.create_job_service_handle(service, PipelineOptions(["--job_server_timeout=7"]))
    assert job.timeout == 7  # for all other answers
    assert job.run("job")[0] == "job"
    assert waits == [None, None]
