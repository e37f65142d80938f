"""What pages, addresses and stores say is shown as text: it drives no terminal and passes for nothing of ours."""

import io
import json
import unicodedata
from dataclasses import replace

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from site_pages import SITE, site_sample, story

from boiloff.pipeline.clean import Cleaner
from boiloff.pipeline.cli.explain import explain
from boiloff.pipeline.cli.sites import sites
from boiloff.pipeline.display import SHOWN_CHARS, escaped, one_line, printable
from boiloff.pipeline.inspect.explain import (
    Explanation,
    json_lines,
    nowhere,
    plain_lines,
    print_table,
    why_json_lines,
    why_lines,
)
from boiloff.pipeline.site_memory.writer import working_folder, write_store
from boiloff.transforms import Capture, Removal, parse
from boiloff.transforms.core.page import Metadata
from boiloff.transforms.site_memory.sample import SiteSample

# Colours and cursor, the window's title, a link, C1, backspace, bidi overrides and isolates, line ends of every kind.
EVIL = "\x1b[31m\x1b]0;title\x07\x1b]8;;http://x\x1b\\ \x9b31m \b\b \u202e\u2066 \r\n \u2028\u2029\x85\x0b \x00\x7f [red]not markup[/red] [/]"
DRIVES = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_shown(text):
    assert not [char for char in text if unicodedata.category(char) in DRIVES and char not in "\n\t"]
    assert not TURNS & set(text)


def shown(show, *args, **how):
    output = io.StringIO()
    show(*args, Console(file=output, width=300, force_terminal=False), **how)
    return output.getvalue()


@given(st.text())
def test_no_text_drives_the_terminal(text):
    check_shown(printable(text))
    check_shown(one_line(text))
    assert "\n" not in one_line(text)
    assert len(printable(text)) <= SHOWN_CHARS + 1


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_escaped_json_is_the_same_value(value):
    line = escaped(json.dumps(value, ensure_ascii=False))
    assert line.isprintable()
    assert json.loads(line) == value


def test_words_stay_words():
    text = "Kuva\u00adteksti, نمی\u200cخواهم, 👩\u200d🚒, 東京\u3000タワー, 12\u00a0kg"
    assert printable(text) == text.replace("\u3000", " ").replace("\u00a0", " ")
    assert printable("x" * 500) == "x" * SHOWN_CHARS + "…"


@pytest.fixture
def explanation():
    capture = Capture(f"<title>{EVIL}</title><p>{EVIL} Tides.</p>", source_file=EVIL, url=EVIL)
    metadata = Metadata(title=EVIL, authors=(EVIL,), date_published=EVIL, date_source=EVIL)
    page = replace(parse(capture), url=EVIL, metadata=metadata, quality_flags=(EVIL,))
    page = page.mark({0: Removal("other", EVIL, EVIL)})
    return Explanation(capture, Cleaner.named("default"), page, note=EVIL)


def test_a_page_is_shown_as_text(explanation):
    text = shown(lambda console: print_table(explanation, explanation.view.blocks, console))
    check_shown(text)
    assert "[red]not markup[/red]" in text
    assert len([line for line in text.split("\n") if line.lstrip().startswith("title")]) == 1


def test_a_page_in_lines_is_shown_as_text(explanation):
    blocks = explanation.view.blocks
    for lines in (
        plain_lines(explanation, blocks),
        json_lines(explanation, blocks),
        why_lines(explanation, blocks),
        why_lines(explanation, blocks, 80),
        why_json_lines(explanation, blocks),
        [nowhere(EVIL, explanation, "block")],
    ):
        for line in lines:
            check_shown(line)
            assert "\n" not in line


@pytest.fixture
def evil_store(tmp_path):
    path = str(tmp_path / "memory")
    captures = [story(n, body=f"<p class='{EVIL}'>{EVIL} on Thursdays.</p>") for n in range(6)]
    with working_folder(path) as folder, write_store(path, folder) as writer:
        writer.add_sample(SiteSample(f"a\x1b[31m{EVIL}.example", site_sample(captures).articles))
        writer.add_sample(site_sample(captures))
    return path


def test_a_store_is_shown_as_text(evil_store):
    for words in ([evil_store], [evil_store, SITE], [evil_store, "--json"]):
        done = CliRunner().invoke(sites, words, catch_exceptions=False)
        assert done.exit_code == 0
        check_shown(done.output)
    records = [json.loads(line) for line in done.output.splitlines()]
    assert {record["site"] for record in records} == {SITE, f"a\x1b[31m{EVIL}.example"}


def message_of(*words):
    with pytest.raises((click.UsageError, RuntimeError)) as raised:
        CliRunner().invoke(explain, list(words), catch_exceptions=False, standalone_mode=False)
    check_shown(str(raised.value))
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 3000
    return str(raised.value)


def test_addresses_in_messages_are_cut_and_quoted(tmp_path):
    path = tmp_path / "in.jsonl"
    lines = [json.dumps({"url": f"https://x.example/{EVIL}{n}; rm -rf {'x' * 5000}", "html": "<p>a"}) for n in range(2)]
    path.write_text("\n".join(lines))
    assert "--url 'https://x.example/" in message_of(str(path))
    message_of(str(path), "--url", "https://no.example/")


def test_what_a_server_said_is_cut(tmp_path):
    head = f"HTTP/1.1 301 Moved\r\nLocation: {EVIL.replace(chr(13), '').replace(chr(10), '')}{'x' * 50_000}\r\n\r\n".encode()
    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n" % len(head) + head + b"\r\n\r\n"
    (tmp_path / "in.warc").write_bytes(record)
    message_of(str(tmp_path / "in.warc"))


def test_a_step_that_quotes_the_page_is_shown_as_text(tmp_path, monkeypatch):
    def fail(self, page):
        raise KeyError(EVIL)

    monkeypatch.setattr("boiloff.transforms.bylines.RemoveBylines.clean", fail)
    (tmp_path / "in.html").write_text("<p>Tides come in twice a day.</p>")
    assert "RemoveBylines failed" in message_of(str(tmp_path / "in.html"))
