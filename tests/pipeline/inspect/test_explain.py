"""`boiloff explain`: any page out of any file, and why each of its blocks went or stayed."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.cli.explain import explain, find_page
from boiloff.pipeline.inspect.explain import nearest_to, positions_of, print_table
from boiloff.pipeline.output.folder import OutputError
from boiloff.pipeline.reading.ranges import InputError

ROOT = Path(__file__).parents[3]
ANSI = re.compile(r"\x1b\[[0-9;]*m")
SENTENCE = "The harbour master counted the boats twice, as he did every evening, before he wrote the number down. "
HTML = (
    f"<title>Boats</title><nav><a href=/>Home</a> <a href=/b>Boats</a></nav><h1>Boats</h1>"
    f"<div>{f'<p>{SENTENCE * 2}</p>' * 3}<p>{SENTENCE}Then <b>he</b> went\n home, “slowly”.</p></div>"
    "<div id=comments><p>First!</p></div>"
)
EMPTY = "<div id=disqus_thread><p>First!</p></div>"
URL = "https://www.tides.example/boats/"


def run(*words, given=None):
    return CliRunner().invoke(explain, list(map(str, words)), input=given, catch_exceptions=False)


def refused(*words):
    done = run(*words)
    assert done.exit_code == 2
    return " ".join(done.output.split())


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "boats.html"
    path.write_text(HTML)
    return path


@pytest.fixture
def crawl(tmp_path):
    path = tmp_path / "crawl" / "a.jsonl"
    path.parent.mkdir()
    captures = [
        {"url": "https://tides.example/low", "html": HTML},
        {"url": URL, "html": EMPTY},
        {"url": URL, "html": HTML, "id": "boats"},
        {"url": URL, "html": ""},
    ]
    path.write_text("\n".join(map(json.dumps, captures)))
    return path


def test_a_pipe_gets_one_line_a_block_with_columns_apart_by_tabs(page):
    lines = run(page).output.splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert {len(row) for row in rows} == {7}
    assert [row[1] for row in rows] == ["removed"] * 2 + ["kept"] * 4 + ["removed"]
    assert rows[-1][:5] == ["6", "removed", "comments", "comment_widgets.markup", "1.00"]
    assert rows[2] == ["2", "kept", "-", "-", "-", "-", (SENTENCE * 2).strip()]
    assert "# title\tBoats" in lines
    assert lines[-1].startswith("# 4 of 7 blocks kept, ")


def test_only_kept_or_removed_blocks(page):
    assert "\tremoved\t" not in run(page, "--kept").output
    assert "\tkept\t" not in run(page, "--removed").output
    assert "leave one of them out" in refused(page, "--kept", "--removed")


def test_json_lines_have_every_key_on_every_line(page):
    records = [json.loads(line) for line in run(page, "--json").output.splitlines()]
    assert {tuple(record) for record in records} == {tuple(records[0])}
    kept = [record["probability"] for record in records if record["fate"] == "kept"]
    assert min(kept) >= 0.5
    assert records[-1]["probability"] == -1  # what a step before had marked was not weighed


def test_why_shows_what_decided_about_a_removed_block(page):
    lines = run(page, "--why", "first!").output.splitlines()
    assert lines[0] == "block 6 of 7 (paragraph): removed as comments"
    shown = dict(line.strip().split(":", 1) for line in lines[1:])
    shown = {label: value.strip() for label, value in shown.items()}
    assert shown["rule"] == "comment_widgets.markup"
    assert shown["evidence"] == 'inside <div id="comments"> (common to comment sections)'
    assert shown["before"].startswith("5 kept: The harbour master")
    assert "after" not in shown


def test_why_shows_what_kept_a_block(page):
    done = run(page, "--why", 'THEN HE went home, "slowly"')
    shown = dict(line.strip().split(":", 1) for line in done.output.splitlines()[1:])
    shown = {label: value.strip() for label, value in shown.items()}
    assert shown["classifier"].startswith("article with probability 0.")
    assert shown["for it"]
    assert shown["place"].startswith("where the article is")
    assert "rule" not in shown


def test_why_in_json_has_what_spoke_on_either_side(page):
    record = json.loads(run(page, "--why", "went home", "--json").output)
    assert record["fate"] == "kept"
    assert record["speaks_for"]
    assert record["threshold"] == 0.5


def test_words_that_no_block_has_end_with_the_nearest_block(page):
    done = run(page, "--why", "he went hame")
    assert done.exit_code == 1
    assert "no block has the words 'he went hame'; the most similar: 5 kept: The harbour master" in done.output
    assert run(page, "--why", "first!", "--kept").exit_code == 1


def test_a_text_capture_was_not_weighed(seeds):
    done = run(seeds / "text" / "column-en.txt", "--why", "tea was free")
    assert "no step removed it; KeepMainContent does not score text captures" in done.output


def test_of_many_captures_of_one_address_the_first_article_is_shown(crawl):
    output = run(crawl, "--url", URL).output
    dead = "1 of this address gave no page (empty-body 1)"
    assert f"# capture\tcapture 2 of 2 of this address: the first with an article; {dead}" in output
    assert f"# file\t{crawl} at byte " in output


def test_where_no_capture_of_an_address_has_an_article_that_is_reported(tmp_path):
    path = tmp_path / "empty.jsonl"
    path.write_text("\n".join(json.dumps({"url": URL, "html": EMPTY, "id": f"{n}"}) for n in range(2)))
    output = run(path, "--url", URL).output
    assert "# capture\tcapture 1 of 2 of this address: none with an article was found" in output


def test_folders_and_globs_are_searched(crawl):
    for name in (crawl.parent, f"{crawl.parent}/*.jsonl"):
        assert f"# address\t{URL}" in run(name, "--url", "http://tides.example/boats").output
    assert f"# address\t{URL}" in run(crawl.parent, "--id", "boats").output


def test_an_address_that_is_not_there_is_reported_with_the_nearest(crawl):
    assert "among 4; the most similar addresses: 'https://tides.example/low'" in refused(
        crawl, "--url", "https://tides.example/law"
    )
    assert "'tides' is a part of several addresses: " in refused(crawl, "--url", "tides")
    assert "choose a page with --url, such as --url https://tides.example/low" in refused(crawl)
    assert "leave one of them out" in refused(crawl, "--url", URL, "--id", "boats")


def test_a_page_without_an_address_has_the_one_it_is_asked_for_by(page):
    assert f"# address\t{URL}" in run(page, "--url", URL).output
    assert "'boats' is not an address: use a whole address, such as https://" in refused(page, "--url", "boats")


def test_an_address_that_is_not_the_one_the_page_names_is_reported(page):
    page.write_text(f"<link rel=canonical href='{URL}'>{HTML}")
    assert "# capture" not in run(page, "--url", URL.rstrip("/")).output
    other = run(page, "--url", "https://www.tides.example/ships").output
    assert f"# capture\tthe address is from --url; the page itself declares {URL}\n" in other


def test_what_lies_beside_the_only_page_is_not_taken_for_its_address(tmp_path):
    lines = [{"url": f"https://tides.example/{number}", "html": ""} for number in range(12)]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, [*lines, {"url": URL, "html": HTML}])))
    assert "# capture\t12 beside it gave no page (empty-body 12)\n" in run(path).output
    assert "# capture" not in run(path, "--url", URL).output


def test_standard_input_is_read(page):
    done = run("-", given=HTML)
    assert done.output == run(page).output.replace(str(page), "-")


def test_the_text_of_the_article_alone_can_be_had(page):
    assert run(page, "--text").output.startswith("The harbour master")
    assert run(page, "--text").output.count("harbour master") == 7
    assert "leave --text or --kept out" in refused(page, "--text", "--kept")
    done = run("-", "--text", given=EMPTY)
    assert (done.exit_code, done.output) == (
        1,
        "boiloff: a run rejects this page as no-article: the only block of the page is boilerplate\n",
    )


def test_a_page_with_nothing_kept_says_what_a_run_makes_of_it(page):
    assert "# no article" not in run(page).output
    page.write_text(EMPTY)
    line = "# no article\ta run rejects this page as no-article: the only block of the page is boilerplate"
    assert line in run(page).output.splitlines()


@pytest.mark.parametrize("words", ["", " ", "\u200b"])
def test_no_words_to_look_for_are_refused(page, words):
    assert "--why needs words" in refused(page, "--why", words)


def test_what_is_not_a_page_is_reported(tmp_path):
    (tmp_path / "a.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert "is not a page: unknown-format: " in refused(tmp_path / "a.html")


def test_a_missing_file_is_one_line_without_numbers_of_errors(tmp_path):
    with pytest.raises(InputError, match=r"^nowhere\.html: no such file") as raised:
        run("nowhere.html")
    assert "Errno" not in str(raised.value)


def test_limits_of_the_configuration_hold(page, tmp_path):
    (tmp_path / "small.yaml").write_text("limits: {max_body_bytes: 1024}")
    page.write_text(HTML * 9)
    assert "too-large" in refused(page, "--config", tmp_path / "small.yaml")


def test_a_configuration_without_main_content_weighs_nothing(page, tmp_path):
    (tmp_path / "few.yaml").write_text("steps: [{type: RemoveCommentWidgets}]")
    done = run(page, "--config", tmp_path / "few.yaml", "--why", "went home")
    assert "no step removed it; KeepMainContent did not score it" in done.output


def test_the_view_for_the_browser_is_a_file(page, tmp_path):
    done = run(page, "--html", tmp_path / "view.html", "--removed")
    assert done.output == f"written: {tmp_path / 'view.html'}\n"
    document = (tmp_path / "view.html").read_text()
    assert "First!" in document
    assert "harbour master" not in document
    (shown,) = json.loads(re.search(r'application/json"[^>]*>(.*?)</script>', document, re.DOTALL)[1])["pages"]
    assert shown["tally"].startswith("4 of 7 blocks kept, ")
    assert shown["place"] == str(page)
    with pytest.raises(OutputError, match="cannot be written"):
        run(page, "--html", tmp_path / "no" / "view.html")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("low tide", [0]),
        ("LOW\n\tTIDE", [0]),
        ("lowtide", [0]),
        ("tide at noon.high", [0, 1]),
        ("harbour's", [1]),
        ("co-operate", [2]),
        ("東京", [3]),
        ("", []),
        ("never", []),
    ],
)
def test_words_are_found_however_they_are_written(words, found):
    texts = ["Low  tide at\u00a0noon.", "High tide at the har\u00adbour’s end", "They co‑operate", "東 京タワー"]
    assert positions_of(words, texts) == found


def test_the_nearest_text_shares_most_pairs_of_letters():
    assert nearest_to("low tyde", ["High water", "Low tide", "xyz"]) == 1
    assert nearest_to("qq", ["abc"]) == -1


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_table_fits_the_terminal(page, width):
    page = find_page(str(page), "", "", Cleaner.named("default"))
    output = io.StringIO()
    print_table(page, page.view.blocks, Console(file=output, width=width, force_terminal=True))
    lines = [ANSI.sub("", line) for line in output.getvalue().splitlines()]
    assert max(map(len, lines)) <= width
    assert any(line.split()[:2] == ["6", "comments"] for line in lines)
    assert lines[-1].startswith("4 of 7 blocks kept")


def test_the_program_ends_with_1_where_no_block_has_the_words(page):
    done = subprocess.run(
        [sys.executable, "-m", "boiloff", "explain", page, "--why", "never said"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("boiloff: no block has the words 'never said'")
    assert done.stderr.count("\n") == 1
