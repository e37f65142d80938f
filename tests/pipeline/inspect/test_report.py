"""The report of a run: its content, its size, and when there is none."""

import json
import re
import sys

import pytest
from click.testing import CliRunner
from made_run import made_article, made_letter, write_run

from boiloff.pipeline.cli.app import boiloff, main
from boiloff.pipeline.inspect.report import PARTS, write_report
from boiloff.pipeline.inspect.survey import survey
from boiloff.pipeline.output.manifest import open_finished_run

PARAGRAPH = "The harbour master wrote the tides down by hand. "


def some_pages():
    for number in range(12):
        removed = [("navigation", "Home, News, Weather"), ("sharing", "Share"), ("sharing", "Copy the link")]
        yield made_article(f"a{number}", [PARAGRAPH * (number + 1)], removed[: number % 4], f"s{number % 3}.example")


def reported(folder):
    """Return the report of a run as text, and the data of its page browser."""
    document = (folder / "report.html").read_text("utf-8")
    return document, json.loads(re.search(r'"application/json" id="data">(.*?)</script>', document, re.S)[1])


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "parquet"])
def test_counts_come_from_the_records(tmp_path, ending):
    run = write_run(tmp_path, list(some_pages()), [made_letter(number) for number in range(5)], ending)
    found = survey(open_finished_run(str(run)))
    assert [(row.name, row.blocks, row.chars, row.articles) for row in found.removals] == [
        ("navigation", 9, 171, 9),
        ("sharing", 9, 69, 6),
    ]
    assert [(rule.name, rule.blocks) for rule in found.removals[0].rules] == [("navigation.words", 9)]
    assert [(line.reason, line.captures, len(line.examples)) for line in found.rejected] == [("http-status", 5, 3)]
    assert sum(found.lengths) == len(found.pages) == 12
    assert found.median_chars == 290
    assert {site.site: site.articles for site in found.sites} == {f"s{number}.example": 4 for number in range(3)}


def test_the_page_shows_it(tmp_path):
    run = write_run(tmp_path, list(some_pages()), [made_letter(0)])
    assert write_report(open_finished_run(str(run))) == str(run / "report.html")
    document, data = reported(run)
    for words in ("What became of 13 captures", "rejected: http-status", "sharing.words", "HTTP status 404", "12.5 s"):
        assert words in document
    assert {page["title"] for page in data["pages"]} == {f"On a{number}" for number in range(12)}


def test_large_sites_come_first_and_pages_without_a_site_last(tmp_path):
    pages = [made_article(f"a{number}", [PARAGRAPH], [], site) for number, site in enumerate(["", "b", "c", "c", "a"])]
    run = write_run(tmp_path, pages)
    summary = json.loads((run / "summary.json").read_text())
    del summary["sites"][""]  # as runs count
    (run / "summary.json").write_text(json.dumps(summary))
    write_report(open_finished_run(str(run)))
    document, data = reported(run)
    assert [page["site"] for page in data["pages"]] == ["c", "c", "a", "b", ""]
    assert "1 more article without an address, and so without a site." in document


def test_the_report_counts_templates_as_sites_does(seeds, tmp_path):
    words = ["clean", str(seeds / "crawl.warc.gz"), str(seeds / "harbour-gazette"), "--output", str(tmp_path / "out")]
    assert CliRunner().invoke(boiloff, [*words, "--quiet"], catch_exceptions=False).exit_code == 0
    sites = CliRunner().invoke(boiloff, ["sites", str(tmp_path / "out" / "site-memory.boiloff")])
    listed = [line.split("\t") for line in sites.output.splitlines()]
    counts = {row[0]: int(row[3]) for row in listed if not row[0].startswith("#")}
    found = survey(open_finished_run(str(tmp_path / "out")))
    shown = {line.site: line.all_templates for line in found.sites if line.templates}
    assert shown
    assert shown == {site: counts[site] for site in shown}


def test_the_same_run_gives_the_same_bytes(tmp_path):
    pages = list(some_pages())
    documents = []
    for name, ordered in (("one", pages), ("two", pages[::-1])):
        run = write_run(tmp_path / name, ordered)
        for _ in range(2):
            write_report(open_finished_run(str(run)))
            documents.append(reported(run)[0].replace(str(run), ""))
    assert len(set(documents)) == 1


@pytest.mark.parametrize(
    ("chars", "blocks", "pages"), [(3_000, 12, 200), (40, 1_500, 60), (400_000, 1, 60), (1, 30_000, 2)]
)
def test_a_large_run_has_a_small_report(tmp_path, chars, blocks, pages):
    reasons = ["navigation", "advert", "comments", "hidden", "byline"]
    made = [
        made_article(
            f"a{page}", ["潮" * chars] * (blocks // 2 + 1), [(reasons[page % 5], "岸" * chars)] * (blocks // 2)
        )
        for page in range(pages)
    ]
    run = write_run(
        tmp_path, made, [{**made_letter(0), "error": "x" * 10**6, "url": "https://x.example/" + "y" * 10**6}]
    )
    write_report(open_finished_run(str(run)))
    assert (run / "report.html").stat().st_size < 3_000_000
    _, data = reported(run)
    assert len(data["pages"]) >= min(pages, 40)
    for page in data["pages"]:
        assert len(page["blocks"]) + page["more"] == blocks // 2 + 1 + blocks // 2
        assert {len(block[1]) + block[2] for block in page["blocks"]} == {chars}


@pytest.mark.parametrize("letters", [[], [made_letter(0)]])
def test_a_run_without_articles_has_a_report(tmp_path, letters):
    run = write_run(tmp_path, [], letters)
    write_report(open_finished_run(str(run)))
    document, data = reported(run)
    assert "Nothing was removed." in document
    assert data["pages"] == []


def message_of(capfd, monkeypatch, *words):
    """Return what the command prints on stderr, and its status."""
    monkeypatch.setattr(sys, "argv", ["boiloff", *map(str, words)])
    monkeypatch.setattr("os._exit", lambda status: sys.exit(status))
    with pytest.raises(SystemExit) as ended:
        main()
    return capfd.readouterr().err, ended.value.code


@pytest.mark.parametrize(
    ("mend", "says"),
    [
        (lambda run: (run / "_SUCCESS").unlink(), "not a finished run (it has no _SUCCESS)"),
        (lambda run: (run / "summary.json").write_text("{"), "cannot be read as a finished run"),
        (lambda run: (run / "manifest.json").unlink(), "cannot be read as a finished run"),
        (lambda run: (run / "removed-00000-of-00001.jsonl").unlink(), "removed-00000-of-00001.jsonl: cannot be read"),
        (lambda run: (run / "articles-00000-of-00001.jsonl").write_text("{\n"), "cannot be read"),
        (lambda run: (run / "site-memory.boiloff").write_text("no store"), "site-memory.boiloff"),
    ],
)
def test_what_is_not_a_finished_run_is_reported_in_a_line(tmp_path, capfd, monkeypatch, mend, says):
    run = write_run(tmp_path / "out", list(some_pages()))
    mend(run)
    error, status = message_of(capfd, monkeypatch, "report", run)
    assert status == 2
    assert says in error
    assert error.count("\n") == 1
    assert not (run / "report.html").exists()


def test_a_folder_that_is_not_there_is_reported(tmp_path, capfd, monkeypatch):
    error, status = message_of(capfd, monkeypatch, "report", tmp_path / "no")
    assert (error.count("\n"), status) == (1, 2)
    assert "no such folder; name the output folder of a finished run" in error


def test_clean_writes_a_report_too(seeds, tmp_path):
    words = ["clean", str(seeds / "harbour-gazette"), "--output", str(tmp_path / "out"), "--report"]
    for _ in range(2):
        done = CliRunner().invoke(boiloff, words, catch_exceptions=False)
        assert done.exit_code == 0
        assert str(tmp_path / "out" / "report.html") in done.output
        document, data = reported(tmp_path / "out")
        (tmp_path / "out" / "report.html").unlink()
    assert len(data["pages"]) == 2
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["seconds_by_stage"].keys() == {"learn", "clean"}
    parts = summary["seconds_by_part"]
    assert {"read", "parse", "recall", "KeepMainContent", "write"} <= parts.keys()
    slowest = max(parts, key=parts.__getitem__)
    assert PARTS.get(slowest, slowest) in document
    assert sum(summary["seconds_by_part"].values()) <= summary["seconds_by_stage"]["clean"]


def test_overwriting_a_run_takes_its_report_away(seeds, tmp_path):
    words = ["clean", str(seeds / "text"), "--output", str(tmp_path / "out"), "--no-learn", "--quiet"]
    assert CliRunner().invoke(boiloff, [*words, "--report"], catch_exceptions=False).exit_code == 0
    assert CliRunner().invoke(boiloff, [*words, "--overwrite"], catch_exceptions=False).exit_code == 0
    assert not (tmp_path / "out" / "report.html").exists()
