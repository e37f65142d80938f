"""Many pages in processes: in order, a few at a time, and whatever a page does to its process."""

import itertools
import subprocess
import sys

import pytest

import boiloff
from boiloff.pipeline import clean_many as module
from boiloff.pipeline.clean_many import AHEAD, Setup, WorkerError, clean_in_processes, clean_many
from boiloff.pipeline.config import ConfigurationError, load_configuration
from boiloff.pipeline.reading.captures import read_captures
from boiloff.transforms import Capture
from boiloff.transforms.site_memory.store import StoreError

SENTENCE = "The tide comes in twice a day, as the harbour master has written down since 1911. "


def page(words=""):
    return f"<title>Tides</title><h1>Tides</h1><p>{SENTENCE * 3}{words}</p>"


@pytest.fixture
def deadly(tmp_path, monkeypatch, request):
    """A configuration with a step that ends its process where a page says so."""
    monkeypatch.syspath_prepend(str(request.path.parent))
    path = tmp_path / "deadly.yaml"
    path.write_text(
        "limits: {seconds_per_page: 0.2}\n"
        "steps:\n"
        f"- {{type: deadly_transform.DieOnSomePages, config: {{once: {tmp_path / 'once'}}}}}\n"
        "- type: ExtractMetadata\n"
    )
    return str(path)


@pytest.fixture
def processes(monkeypatch):
    """The worker processes that are started."""
    started = []

    class Recorded(subprocess.Popen):
        def __init__(self, *words, **named):
            super().__init__(*words, **named)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return started


def outcome(results):
    return [result.reason if isinstance(result, boiloff.Rejected) else result.title for result in results]


def test_the_articles_are_those_of_clean_in_order(processes):
    pages = [(page(str(number)), f"https://tides.example/{number}") for number in range(30)]
    assert [*clean_many(pages, workers=2)] == [boiloff.clean(html, url) for html, url in pages]
    assert len(processes) == 2
    assert all(process.returncode is not None for process in processes)


def test_what_counts_as_a_page():
    rejected = boiloff.Rejected(id="r", reason="http-status")
    given = [
        page(),
        page().encode("utf-16"),
        (page(), None),
        (page(), "https://a.example/"),
        Capture(page(), id="c"),
        rejected,
    ]
    found = [*clean_many(given, workers=1)]
    assert outcome(found) == [*["Tides"] * 5, "http-status"]
    assert (found[3].url, found[4].id, found[5]) == ("https://a.example/", "c", rejected)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "not NoneType"),
        ((page(), 3), "not str and int"),
        ((page(), "", ""), r"not a tuple of 3 \(str, str and str\); write \(html, url\)"),
        ((page(),), r"not a tuple of 1 \(str\); write \(html, url\)"),
        ((), r"not a tuple of 0 \(nothing\); write \(html, url\)"),
        (
            ("https://tides.example/ebb", page()),
            r"\(html, url\), not \(url, html\): the address 'https://tides.example/ebb'",
        ),
        ({"html": ""}, "not dict"),
    ],
)
def test_what_is_no_page_is_refused(given, words):
    with pytest.raises(TypeError, match=words):
        next(clean_many([given]))


def test_wrong_calls_are_refused_at_once(tmp_path):
    with pytest.raises(ValueError, match="workers must be at least 1, not 0"):
        clean_many([], workers=0)
    with pytest.raises(TypeError, match="workers must be a whole number, not 'two'"):
        clean_many([], workers="two")
    with pytest.raises(TypeError, match="takes an iterable of pages, not NoneType"):
        clean_many(None)
    with pytest.raises(ConfigurationError, match="'lax'"):
        clean_many([], config="lax")
    with pytest.raises(StoreError, match="does not exist"):
        clean_many([], templates=tmp_path / "nowhere")


def test_captures_of_a_file_may_be_cleaned(seeds):
    with (seeds / "crawl.warc.gz").open("rb") as stream:
        found = [*clean_many(read_captures(stream, "crawl.warc.gz"), workers=2)]
    assert {type(result) for result in found} == {boiloff.Article, boiloff.Rejected}
    assert [result.source_offset for result in found] == sorted(result.source_offset for result in found)


def test_a_page_without_an_article_is_rejected():
    assert outcome(clean_many(["<img src=a>", page()], workers=1)) == ["no-text", "Tides"]


def test_a_page_that_ends_its_process_is_rejected_and_the_others_are_cleaned(deadly):
    pages = [page(), page("be killed"), page(), page("exit"), page(), page()]
    found = [*clean_many(pages, config=deadly, workers=2)]
    assert outcome(found) == ["Tides", "worker-died", "Tides", "worker-died", "Tides", "Tides"]
    assert (found[1].stage, found[1].id) == ("clean", Capture(pages[1]).record_id())
    assert found[1].error == "the page ended 2 worker processes; the last one was killed (SIGSEGV)"
    assert found[3].error == "the page ended 2 worker processes; the last one ended with exit status 7"


def test_a_page_whose_process_was_ended_once_is_cleaned(deadly):
    assert outcome(clean_many([page("die once")], config=deadly, workers=1)) == ["Tides"]


def test_a_page_that_takes_too_long_is_rejected_though_it_cannot_be_interrupted(deadly, monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.5)
    found = [*clean_many([page("sleep"), page()], config=deadly, workers=1)]
    assert outcome(found) == ["too-slow", "Tides"]
    assert found[0].error.startswith("no answer after 2.5 s")


def test_a_worker_that_cannot_begin_is_an_error(monkeypatch, processes):
    setup = Setup(load_configuration(), "nowhere")
    with pytest.raises(StoreError, match="'nowhere' does not exist"):
        next(clean_in_processes([Capture(page())], setup, 1))
    monkeypatch.setattr(module, "worker_command", lambda *_: [sys.executable, "-c", "raise SystemExit(5)"])
    with pytest.raises(WorkerError, match="ended with exit status 5 before its first page"):
        next(clean_many([page()]))
    assert all(process.returncode is not None for process in processes)


def test_pages_are_read_a_few_at_a_time_and_processes_end_with_the_caller(processes):
    numbers = itertools.count()
    results = clean_many((page(str(number)) for number in numbers), workers=2)
    assert outcome(itertools.islice(results, 20)) == ["Tides"] * 20
    assert next(numbers) <= 20 + 2 * AHEAD
    results.close()
    assert [process.returncode for process in processes] == [-9, -9]


def test_an_error_of_the_pages_is_raised_and_ends_the_processes(processes):
    def pages():
        yield page()
        raise RuntimeError("the crawl is gone")

    with pytest.raises(RuntimeError, match="the crawl is gone"):
        [*clean_many(pages(), workers=1)]
    assert all(process.returncode is not None for process in processes)


def test_no_process_starts_without_pages(processes):
    assert [*clean_many([])] == []
    assert processes == []


def test_what_a_step_prints_goes_to_standard_error(deadly, capfd):
    assert outcome(clean_many([page("print")], config=deadly, workers=1)) == ["Tides"]
    assert capfd.readouterr() == ("", "a word of the step\n")


def test_a_program_needs_no_guard_and_no_beam(tmp_path):
    """Where processes import the main module, a program without a guard starts itself again."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\nimport boiloff\n"
        f"print([article.title for article in boiloff.clean_many([{page()!r}] * 3)])\n"
        "print([name for name in ('apache_beam', 'pyarrow') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("['Tides', 'Tides', 'Tides']\n[]\n", "")


@pytest.mark.parametrize("page", ["<p>Tides</p>", b"<p>Tides</p>"])
def test_one_page_alone_is_refused(page):
    with pytest.raises(TypeError, match="many pages, not one"):
        clean_many(page)
