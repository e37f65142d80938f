"""`boiloff clean` without a folder: records on standard output, in order, equal to those of a run."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from boiloff.pipeline.cli.clean import clean

ROOT = Path(__file__).parents[3]
SENTENCE = "The tide comes in twice a day, as the harbour master has written down since 1911. "
PAGE = f"<title>Tides</title><h1>Tides</h1><p>{SENTENCE * 3}</p><div id=comments><p>First!</p></div>"
EMPTY = "<img src=a>"
TEXT = (SENTENCE * 3).strip()


def command(*words):
    return [sys.executable, "-m", "boiloff", "clean", *map(str, words)]


@pytest.fixture
def run(monkeypatch):
    """Calls the command in this process."""

    def call(*words, given=b"", status=0):
        done = CliRunner().invoke(clean, [*map(str, words)], input=given)
        assert done.exit_code == status, done.output
        return done

    return call


def captures(*pages):
    return "".join(json.dumps({"html": page, "id": str(number)}) + "\n" for number, page in enumerate(pages)).encode()


def records(lines):
    return [json.loads(line) for line in lines.splitlines()]


def without_file(record):
    return {**record, "source_file": ""}


def test_lines_in_lines_out_in_their_order(run):
    done = run("-", given=captures(PAGE, EMPTY, PAGE, PAGE))
    assert [record["id"] for record in records(done.stdout)] == ["0", "2", "3"]
    assert done.stderr == "boiloff: 4 captures: 3 articles, 1 rejected (no-text 1)\n"


@pytest.fixture(scope="module")
def folder(seeds, tmp_path_factory):
    output = tmp_path_factory.mktemp("run") / "out"
    done = CliRunner().invoke(clean, [str(seeds), "--output", str(output), "--no-learn"])
    assert done.exit_code == 0, done.output
    return output


def of_run(folder, name):
    return [record for path in sorted(folder.glob(f"{name}-*")) for record in records(path.read_bytes())]


def test_the_records_are_those_of_a_run(run, seeds, folder, tmp_path):
    done = run(seeds, "--output", "-", "--rejected", tmp_path / "dead.jsonl")
    for name, written in (("articles", done.stdout_bytes), ("rejected", (tmp_path / "dead.jsonl").read_bytes())):
        (expected,) = (path.read_bytes() for path in folder.glob(f"{name}-*"))
        assert sorted(written.splitlines()) == sorted(expected.splitlines())


@pytest.mark.parametrize("name", ["captures.jsonl", "crawl.warc.gz", "blogs/wanduhr-de.html", "text/parrot-en.txt"])
def test_the_records_of_a_pipe_are_those_of_a_run_but_for_the_file(name, run, seeds, folder):
    done = run("-", "--output", "-", given=(seeds / name).read_bytes())
    expected = [without_file(each) for each in of_run(folder, "articles") if each["source_file"] == str(seeds / name)]
    assert [without_file(each) for each in records(done.stdout)] == expected != []
    assert {each["source_file"] for each in records(done.stdout)} == {"-"}


def test_a_store_counts_as_in_a_run(run, seeds, tmp_path):
    learned = CliRunner().invoke(clean, [str(seeds), "--output", str(tmp_path / "a")])
    assert learned.exit_code == 0
    store = tmp_path / "a" / "site-memory.boiloff"
    done = run(seeds, "--output", "-", "--templates", store)
    by_id = {record["id"]: record for record in of_run(tmp_path / "a", "articles")}
    assert {record["id"]: record for record in records(done.stdout)} == by_id


def test_one_page_gives_its_text(run, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    assert (run(path).stdout, run(path).stderr) == (TEXT + "\n", "")
    (record,) = records(run("-", given=PAGE.encode()).stdout)
    assert record["text"] == TEXT
    (record,) = records(run(path, "--output", "-").stdout)
    assert (record["text"], record["source_file"]) == (TEXT, str(path))


def test_a_page_without_an_article_fails_with_the_reason(run, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(EMPTY)
    done = run(path, status=1)
    assert (done.stdout, done.stderr) == (
        "",
        f"boiloff: {path} gives no article, no-text: the page has no visible text\n",
    )


def test_rejected_records_go_to_a_file(run, tmp_path):
    path = tmp_path / "dead.jsonl"
    path.write_text("of yesterday\n")
    run("-", "--rejected", path, given=captures(PAGE, EMPTY) + b"broken\n")
    assert [(record["id"], record["reason"]) for record in records(path.read_bytes())] == [
        ("1", "no-text"),
        ("", "broken-line"),
    ]


def test_nothing_in_is_an_empty_capture(run):
    done = run("-", given=b"")
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == "boiloff: 1 capture: 0 articles, 1 rejected (empty-body 1)"


def test_a_pipe_without_any_article_says_why(run, tmp_path):
    hint = "boiloff: no capture gave an article; the first one: no-text: the page has no visible text; "
    done = run("-", given=captures(EMPTY, EMPTY))
    assert done.stderr.splitlines()[1:] == [hint + "--rejected FILE writes the error of each"]
    done = run("-", "--rejected", tmp_path / "dead.jsonl", given=captures(EMPTY, EMPTY))
    assert done.stderr.splitlines()[1:] == [f"{hint}{tmp_path / 'dead.jsonl'} has the error of each"]
    assert run("-", "--quiet", given=captures(EMPTY)).stderr == ""


def test_a_pipe_without_any_article_ends_as_a_run_does(run, tmp_path):
    given = captures(EMPTY, EMPTY)
    (tmp_path / "captures.jsonl").write_bytes(given)
    done = run(tmp_path / "captures.jsonl", "--output", tmp_path / "out", "--no-learn", status=0)
    assert "no capture gave an article" in done.stdout
    assert run("-", given=given, status=0).stdout == ""


def test_counts_are_left_out_or_are_an_event(run):
    assert run("-", "--quiet", given=captures(PAGE)).stderr == ""
    (event,) = records(run("-", "--json-log", given=captures(PAGE, EMPTY)).stderr)
    assert (event["event"], event["captures"], event["rejected_by_reason"]) == ("finished", 2, {"no-text": 1})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-", "--format", "parquet"], "--format is for a run into a folder; name the folder with --output"),
        (["-", "--format", "xml"], "'xml' is not one of 'jsonl', 'parquet'"),
        (["-", "--gzip"], "--gzip is for a run into a folder"),
        (["-", "--runner=FlinkRunner"], "--runner=FlinkRunner is for a run into a folder"),
        (["--retry", "out/"], "--retry is for a run into a folder"),
        (["-", "--rejcted=x"], "No such option '--rejcted'. Did you mean '--rejected'?"),
        (["-", "page.html"], "- is standard input, which is read alone"),
        (["PAGE", "--rejected", "a"], "--rejected is for JSON lines, not for the text of one page; add --output -"),
        (["PAGE", "--output", "-", "--rejected", "PAGE"], "is read as INPUT, too; name another file"),
        (["PAGE", "--output", "-", "--rejected", "nowhere/a"], "cannot be created: No such file or directory"),
        (["seeds", "--output", "OUT", "--rejected", "a"], "--rejected is only for --output -"),
        (["nowhere", "--output", "-"], "nowhere: no such file, and no files match"),
        (["-", "--config", "lax"], "configuration 'lax' is neither a readable file nor one of 'default'"),
        (["-", "--templates", "nowhere"], "store 'nowhere' does not exist"),
        ([""], "a name is empty"),
        ([], "INPUT is missing; name a file, or - for standard input"),
        (["seeds/captures.jsonl"], "--output is missing"),
    ],
)
def test_wrong_calls_are_refused_before_anything_is_written(words, message, called, tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE.encode())))
    known = {"PAGE": path, "OUT": tmp_path / "out"}
    done = called("clean", *(known.get(word, word) for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert path.read_text() == PAGE


@pytest.mark.parametrize("workers", [1, 2])
def test_a_closed_pipe_ends_quietly_as_it_ends_other_filters(workers, tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_bytes(captures(*[PAGE] * 3000))
    words = command(path, "--output", "-", "--workers", workers)
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())["id"] == "0"
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == b""


@pytest.mark.parametrize("words", [["schema", "articles"], ["--help"], ["clean", "--help"]])
def test_no_command_complains_where_nobody_reads(words):
    words = [sys.executable, "-m", "boiloff", *words]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == b""


def test_a_record_comes_out_before_the_next_goes_in():
    """Once the format is found, for which the first page is large enough here."""
    page = PAGE + "<!--" + "x" * (1 << 16) + "-->"
    with subprocess.Popen(command("-"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for number in range(3):
            process.stdin.write(json.dumps({"html": page, "id": str(number)}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(number)
        process.stdin.close()
        assert process.stdout.read() == b""


def test_what_a_step_prints_is_no_record(run, tmp_path, monkeypatch):
    (tmp_path / "printing.py").write_text(
        "from boiloff.transforms import PageTransform\n\n\nclass Print(PageTransform):\n"
        "    def clean(self, page):\n        print('a page')\n        return page\n"
    )
    (tmp_path / "mine.yaml").write_text("steps:\n- type: printing.Print\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    done = run("-", "--config", tmp_path / "mine.yaml", given=captures(PAGE))
    assert len(records(done.stdout)) == 1
    assert "a page" in done.stderr


def test_neither_beam_nor_pyarrow_is_imported(tmp_path):
    (tmp_path / "page.html").write_text(PAGE)
    program = (
        "import sys\nfrom boiloff.pipeline.cli import main\n"
        f"sys.argv = ['boiloff', 'clean', {str(tmp_path / 'page.html')!r}, '--output', '-']\n"
        "main()\nprint([name for name in ('apache_beam', 'pyarrow') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stderr == "boiloff: 1 capture: 1 article, 0 rejected\n[]\n"


def test_several_processes_give_the_same_in_the_same_order(run, seeds):
    alone, together = (run(seeds, "--output", "-", "--workers", workers) for workers in (1, 2))
    assert together.stdout_bytes == alone.stdout_bytes != b""
    assert together.stderr == alone.stderr
