"""`--kinds` keeps pages of some kinds, in a run and in what is said about the run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from boiloff import Article, ConfigurationError, Rejected, clean, clean_many
from boiloff.pipeline.cli.app import boiloff
from boiloff.pipeline.config import load_configuration

CASES = Path(__file__).parents[1] / "data" / "cases" / "page_kind"


def test_a_run_rejects_other_kinds_and_explain_knows_them(tmp_path: Path) -> None:
    cases = {case["about"]: case for case in json.loads((CASES / "synthetic.json").read_text("utf-8"))}
    chosen = [cases[name] for name in ("Discourse", "WooCommerce")]
    rows = [json.dumps({"id": case["about"], "url": case["url"], "html": case["html"]}) for case in chosen]
    (tmp_path / "in.jsonl").write_text("\n".join(rows), "utf-8")
    folder = str(tmp_path / "out")
    call = ["clean", str(tmp_path / "in.jsonl"), "--output", folder, "--no-learn", "--kinds", "discussion, article"]
    done = CliRunner().invoke(boiloff, call, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert summary["kinds"] == ["discussion", "article"]
    assert (summary["articles"], summary["rejected_by_reason"]) == (1, {"kind": 1})
    shown = CliRunner().invoke(boiloff, ["explain", folder, "--id", "WooCommerce"], catch_exceptions=False)
    assert "another configuration" not in shown.output
    assert "the kind of the page is product" in shown.output


def test_clean_and_clean_many_reject_other_kinds() -> None:
    cases = {case["about"]: case for case in json.loads((CASES / "synthetic.json").read_text("utf-8"))}
    thread, product = ((cases[name]["html"], cases[name]["url"]) for name in ("Discourse", "WooCommerce"))
    kept, other = (clean(*page, kinds="discussion, article") for page in (thread, product))
    assert isinstance(kept, Article)
    assert kept.page_kind == "discussion"
    assert isinstance(other, Rejected)
    assert (other.reason, other.url) == ("kind", product[1])
    assert "the kind of the page is product" in other.error
    assert kept.config_sha256 != clean(*thread).config_sha256
    assert [*clean_many([thread, product], kinds=["discussion", "article"], workers=1)] == [kept, other]
    assert isinstance(clean(*product, kinds=()), Article)


def test_clean_refuses_a_kind_that_does_not_exist() -> None:
    with pytest.raises(ConfigurationError, match="kinds: kind 'articel' is not known; did you mean 'article'"):
        clean("<p>Boats</p>", kinds="articel")
    with pytest.raises(ConfigurationError, match="kind 'shop' is not known"):
        clean_many([], kinds=["article", "shop"])


def test_a_kind_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    call = ["clean", str(tmp_path), "--output", str(tmp_path / "out"), "--kinds", "articl"]
    refused = CliRunner().invoke(boiloff, call)
    assert refused.exit_code != 0
    assert not (tmp_path / "out").exists()


def test_kinds_need_the_step_that_detects_them(tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    path.write_text("kinds: [article]\nsteps:\n  - type: KeepMainContent\n", "utf-8")
    with pytest.raises(
        ConfigurationError, match=r"kinds 'article' need the step DetectPageKind: without it every page"
    ):
        load_configuration(str(path))
    path.write_text("steps:\n  - type: KeepMainContent\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"Add '- type: DetectPageKind' to 'steps', or leave 'kinds' out"):
        clean("<p>Boats</p>", config=str(path), kinds="article")
    for option in (["--kinds", "article", "--output", str(tmp_path / "out")], ["--kinds", "article", "--output", "-"]):
        refused = CliRunner().invoke(boiloff, ["clean", str(path), "--config", str(path), *option])
        assert isinstance(refused.exception, ConfigurationError)
    assert not (tmp_path / "out").exists()
    path.write_text("kinds: [article]\nsteps:\n  - type: DetectPageKind\n  - type: KeepMainContent\n", "utf-8")
    assert load_configuration(str(path)).kinds == ("article",)
