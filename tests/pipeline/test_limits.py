"""Pages beyond a limit: rejected with the reason, or cut and flagged; the pages after them are cleaned."""

import json

import pytest

import boiloff
from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.config import parse_configuration
from boiloff.pipeline.engine import pipeline_options
from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.run import CleanJob, run_clean
from boiloff.transforms import Capture
from boiloff.transforms.core.base import StepError

STEP = {"type": "endless_transform.CountForEver"}
SENTENCE = "The ferryman counted his passengers twice before he cast off, and once more when they had landed. "
ENDLESS = f"<p>The waves went on for ever. {SENTENCE}</p>"
ORDINARY = f"<p>{SENTENCE * 2}</p>"


def configuration(**limits):
    return parse_configuration({"limits": limits, "steps": [STEP]})


@pytest.fixture(autouse=True)
def _own_steps(monkeypatch, request):
    monkeypatch.syspath_prepend(str(request.path.parent))


def test_a_page_that_takes_too_long_is_rejected_and_the_next_is_cleaned():
    cleaner = Cleaner(configuration(seconds_per_page=0.1))
    for _ in range(3):
        rejected = clean_capture(Capture(body=ENDLESS, id="slow"), cleaner)
        assert isinstance(rejected, Rejected)
        assert (rejected.id, rejected.stage, rejected.reason) == ("slow", "CountForEver", "too-slow")
        assert "limits: seconds_per_page" in rejected.error
        assert cleaner.article(clean_capture(Capture(body=ORDINARY), cleaner)).text == (SENTENCE * 2).strip()


def test_a_run_lives_on(tmp_path):
    lines = [{"id": f"{n}", "html": ENDLESS if n % 2 else ORDINARY} for n in range(4)]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    job = CleanJob([str(source)], str(tmp_path / "out"), configuration(seconds_per_page=0.1))
    summary = run_clean(job, pipeline_options([]))
    assert (summary["captures"], summary["articles"], summary["rejected"]) == (4, 2, 2)
    assert summary["rejected_by_reason"] == {"too-slow": 2}


def test_one_page_without_a_pipeline_raises(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(f"limits: {{seconds_per_page: 0.1}}\nsteps:\n- type: {STEP['type']}\n")
    with pytest.raises(StepError, match=r"CountForEver was running when the page had used 0\.1 s"):
        boiloff.clean(ENDLESS, config=str(path))


def test_a_page_of_which_nothing_is_read_is_rejected_with_what_is_missing():
    rejected = clean_capture(Capture(body=f"<title>Tides <p>{SENTENCE}"), Cleaner(configuration()))
    assert (rejected.stage, rejected.reason) == ("parse", "no-text")
    assert "inside a <title> that is never closed" in rejected.error


def test_the_library_keeps_to_the_same_limits(tmp_path):
    path = tmp_path / "short.yaml"
    path.write_text("limits: {max_blocks: 100}\nsteps:\n- type: DetectLanguage\n")
    article = boiloff.clean(f"<p>{SENTENCE}</p>" * 150, config=str(path))
    assert "truncated" in article.quality_flags
    assert (len(article.blocks), article.removed_blocks) == (100, 1)


def test_whatever_the_reason_what_was_not_read_is_reported():
    furniture = '<nav><a href="/">Home</a></nav><footer>Contact</footer>' * 200
    rejected = clean_capture(Capture(body=furniture), Cleaner(parse_configuration({"limits": {"max_blocks": 100}})))
    assert rejected.reason == "no-article"
    assert "beyond max_blocks" in rejected.error
    cut = Capture(body=f"<title>Tides <p>{SENTENCE}", quality_flags=("truncated",))
    rejected = clean_capture(cut, Cleaner(configuration()))
    assert rejected.reason == "truncated-record"
    assert "never closed" in rejected.error
