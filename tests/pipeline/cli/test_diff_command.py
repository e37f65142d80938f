"""`boiloff diff` as a user calls it."""

import json

import click
import pytest
from click.testing import CliRunner

from boiloff.pipeline.cli.diff import diff
from boiloff.pipeline.config import ConfigurationError
from boiloff.pipeline.reading.ranges import InputError

SENTENCE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down. "
CAPTURES = [
    {
        "id": f"boats-{n}",
        "url": f"https://tides{n % 3}.example/boats/{n}",
        "html": f"<title>Boats {n}</title><div>{f'<p>{SENTENCE * 2}</p>' * 3}</div>"
        f"<div id=comments><p>First in {n}!</p></div>",
    }
    for n in range(9)
] + [{"id": "menu", "url": "https://tides.example/", "html": "<div id=comments><p>First of all of them!</p></div>"}]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "crawl.jsonl").write_text("\n".join(map(json.dumps, CAPTURES)))
    (tmp_path / "bare.yaml").write_text("steps: [{type: DetectLanguage}]")
    return tmp_path


def run(*words):
    return CliRunner().invoke(diff, list(map(str, words)), catch_exceptions=False)


def refused(*words):
    done = run(*words)
    assert done.exit_code == 2
    return " ".join(done.output.split())


def test_text_shows_counts_and_examples(folder):
    lines = run("default", folder / "bare.yaml", "--on", folder / "crawl.jsonl", "--examples", "2").output.splitlines()
    assert lines[0] == "A  default  (configuration)"
    assert "10 of 10 captures differ (100.0%)" in lines
    assert "    articles        9     10  +1 −0" in lines
    assert "all 10 captures in 1 file" in lines[2]
    assert "Articles of B only: 1 (no-article 1)" in lines
    start = next(i for i, line in enumerate(lines) if line.startswith("comments [comment_widgets.markup] → kept: 9 "))
    examples = [line.split("//")[1].split("/")[0] for line in lines[start:] if line.startswith("    block ")]
    assert len(set(examples)) == len(examples) == 2  # of several sites


def test_the_same_configuration_does_not_differ(folder):
    done = run("default", "default", "--on", folder / "crawl.jsonl", "--exit-code")
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == "no difference"


def test_an_exit_status_names_a_difference_when_asked_for(folder):
    words = ["default", folder / "bare.yaml", "--on", folder / "crawl.jsonl"]
    assert run(*words).exit_code == 0
    assert run(*words, "--exit-code").exit_code == 1


def test_json_lines_hold_every_change_and_the_counts_last(folder):
    done = run("default", folder / "bare.yaml", folder / "crawl.jsonl", "--json")
    *changes, summary = map(json.loads, done.output.splitlines())
    assert summary["type"] == "summary"
    assert summary["differing"] == 10
    assert summary["scope"] == {"files": 1, "seen": 10, "unread": 0, "sampled": 10, "ambiguous": 0}
    blocks = [change for change in changes if change["type"] == "block"]
    assert len(blocks) == sum(row["blocks"] for row in summary["blocks"])
    assert blocks[0]["a"]["fate"] == "comments"
    assert blocks[0]["b"] == {"fate": "kept", "rule": "", "evidence": "", "score": 0.0}
    titles = [change for change in changes if change["type"] == "metadata" and change["key"] == "title"]
    assert len(titles) == summary["metadata"]["title"] == 9


def test_pages_for_the_browser_have_their_changes_marked(folder):
    path = folder / "changes.html"
    done = run("default", folder / "bare.yaml", "--on", folder / "crawl.jsonl", "--html", path)
    assert f"written: {path}" in done.output
    assert "comments → kept" in path.read_text("utf-8")
    assert done.output.count("10 of 10 captures differ") == 1


def test_a_sample_is_reported_as_one(folder):
    done = run("default", "default", "--on", folder / "crawl.jsonl", "--sample", "4")
    assert "a sample of 4 of the 10 captures in 1 file" in done.output


def test_inputs_may_follow_as_a_shell_spells_a_glob_out(folder):
    (folder / "more.jsonl").write_text(json.dumps({"id": "more", "text": "More boats."}))
    done = run("default", "default", "--on", folder / "crawl.jsonl", folder / "more.jsonl")
    assert "all 11 captures in 2 files" in done.output


def test_wrong_calls_say_what_to_do(folder):
    assert "diff needs two names" in refused("default")
    assert "add --on" in refused("default", "default")
    assert "'lax' is neither the folder of a finished run nor a store, and configuration 'lax' is neither" in refused(
        "lax", "default", "--on", "x"
    )
    with pytest.raises(InputError, match="not a finished run"):
        run(folder, folder)
    with pytest.raises(InputError, match=r"nowhere\.jsonl: no such file"):
        run("default", "default", "--on", "nowhere.jsonl")
    (folder / "wrong.yaml").write_text("steps: [{type: Nothing}]")
    with pytest.raises(ConfigurationError, match="'Nothing' is not known"):
        run("default", folder / "wrong.yaml", "--on", folder / "crawl.jsonl")


def test_help_has_examples():
    with click.Context(diff) as context:
        assert "boiloff diff default strict.yaml --on crawl/" in diff.get_help(context)
