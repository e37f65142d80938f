"""Every rejected record gives one item: its capture, or a rejected record with what became of it."""

import gzip
import io
import json
import zipfile
from collections import Counter
from dataclasses import replace

import pytest
from archives import PAGE, http, lz4, record
from hypothesis import given, settings
from hypothesis import strategies as st
from test_read import FILES, LINES, WARC, damaged

from boiloff.pipeline.clean import reject
from boiloff.pipeline.output.parquet import ParquetRecords
from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.reading.ranges import read_file
from boiloff.pipeline.reading.retry import DeadLetter, plan_retries, read_dead_letters, reread
from boiloff.transforms.core.page import Capture


def zipped(*archives):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, data in enumerate(archives):
            archive.writestr(f"archive/{number}.warc.gz", data)
    return buffer.getvalue()


FILES = {
    **FILES,
    "lz4": lz4(b"".join(WARC)),
    "wacz": zipped(FILES["warc gzip"], FILES["warc plain"]),
    "page": PAGE,
    "unknown": b"%PDF-1.7",
}


DEAD_LETTER = DeadLetter(source_file="harbour", source_offset=7, reason="revisit")


def letters_of(items):
    """Reject every item, as an earlier run would have done."""
    dead = [reject(item, "clean", "no-article", "none") if isinstance(item, Capture) else item for item in items]
    lines = b"".join(json.dumps(letter.to_dict()).encode() + b"\n" for letter in dead)
    return list(read_dead_letters(io.BytesIO(lines), "letters"))


def retried(letters):
    """Read the captures of rejected records; return the items, and how many records repeat others."""
    items, repeated = [], 0
    for path in sorted({letter.source_file for letter in letters}):
        plan, again = plan_retries(path, [letter for letter in letters if letter.source_file == path])
        repeated += again
        for retry in plan:
            for item in reread(retry):
                if isinstance(item, int):
                    repeated += item
                else:
                    items.append(item)
    return items, repeated


def without_number(item):
    """Drop the numbers of lines, which need a count from the start, and what zstd says first of a damaged frame."""
    if isinstance(item, Rejected) and item.error.startswith(("line ", "the line at byte ")):
        return replace(item, error=item.error.partition(": ")[2])
    if isinstance(item, Rejected) and item.error.startswith("zstd: "):
        return replace(item, error="zstd")
    return item


def counted(items):
    return Counter(map(without_number, items))


@pytest.mark.parametrize("name", FILES)
def test_letters_bring_back_what_they_name_and_nothing_else(name, tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(FILES[name])
    items = list(read_file(str(path)))
    letters = letters_of(items)
    assert (counted(retried(letters)[0]), retried(letters)[1]) == (counted(items), 0)
    for start in range(3):
        assert counted(retried(letters[start::3])[0]) == counted(items[start::3])


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=40)
def test_every_letter_is_answered_once_however_damaged_the_file(name, data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / f"retry {name}"
    path.write_bytes(data.draw(damaged(FILES[name])))
    items = list(read_file(str(path)))
    letters = letters_of(items)
    answers, repeated = retried(letters)
    assert len(answers) + repeated == len(letters)
    if name != "warc halves":  # a damaged frame of many records may begin inside one
        assert not counted(answers) - counted(items)
    changed = data.draw(damaged(path.read_bytes() or b"x"))
    path.write_bytes(changed)
    answers, repeated = retried(letters)
    assert len(answers) + repeated == len(letters)


def test_a_letter_given_twice_counts_once(tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(FILES["warc gzip"])
    letters = letters_of(read_file(str(path)))
    answers, repeated = retried([*letters, *letters[:5]])
    assert (len(answers), repeated) == (len(letters), 5)


def test_a_capture_that_two_runs_rejected_for_two_reasons_counts_once(tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(LINES)
    (first, *_) = letters_of(read_file(str(path)))
    other = replace(first, id="", url="", reason="too-large")
    assert [len(retried([first, other])[0]), retried([first, other])[1]] == [1, 1]


@pytest.mark.parametrize("what", ["gone", "changed", "shorter"])
def test_a_capture_that_is_not_there_any_more_is_rejected_as_such(what, tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(FILES["warc plain"])
    letters = letters_of(read_file(str(path)))[1:3]
    path.write_bytes({"shorter": WARC[0], "changed": record(name="other") * 60}.get(what, b""))
    if what == "gone":
        path.unlink()
    answers, _ = retried(letters)
    assert [answer.reason for answer in answers] == ["not-found"] * 2
    assert {(answer.id, answer.source_offset) for answer in answers} == {
        (letter.id, letter.source_offset) for letter in letters
    }


def test_a_file_that_could_not_be_read_is_read_from_there_on(tmp_path):
    path = tmp_path / "harbour"
    (unreadable,) = read_file(str(path))
    path.write_bytes(FILES["warc gzip"])
    items = list(read_file(str(path)))
    assert counted(retried(letters_of([unreadable]))[0]) == counted(items)
    midway = replace(unreadable, source_offset=items[2].source_offset)
    assert counted(retried(letters_of([midway, midway, *items]))[0]) == counted(items)
    assert counted(retried(letters_of([midway]))[0]) == counted(items[2:])


@pytest.mark.parametrize(
    "line",
    [
        b"no JSON",
        b"[1]",
        b"{}",
        b'{"source_file": 3}',
        b'{"source_file": "", "source_offset": 1}',
        b'{"source_file": "x", "source_offset": "1"}',
        b'{"source_file": "x", "source_offset": true}',
        b"[" * 100_000,
        b'{"html": "<p>Noon ferry"}',
        b'{"source_file": "x", "source_offset": 1, "title": "An article"}',
        b'{"source_file": "' + b"x" * 2_000_000 + b'"}',
    ],
)
def test_a_line_that_is_no_letter_is_rejected_by_file_and_number(line):
    good = (
        b'{"source_file": "harbour", "source_offset": 7, "id": null, "stage": "read", "reason": "revisit", "extra": 1}'
    )
    for pack in (bytes, gzip.compress):
        found = list(read_dead_letters(io.BytesIO(pack(good + b"\n" + line + b"\n\n" + good)), "letters"))
        wrong = [item for item in found if isinstance(item, Rejected)]
        assert [item.reason for item in wrong] == ["not-a-letter"]
        assert wrong[0].error.startswith("letters, line 2: not a rejected record")
        assert wrong[0].source_offset == len(good) + 1
        assert [item for item in found if isinstance(item, DeadLetter)] == [DEAD_LETTER] * 2


class NotSeekable(io.BytesIO):
    def seekable(self):
        return False


@pytest.mark.parametrize("stream", [io.BytesIO, NotSeekable])
def test_letters_are_read_from_parquet_too(stream):
    found = [Rejected(source_file="harbour", source_offset=7, reason="revisit", id="7"), Rejected(reason="empty-body")]
    file = io.BytesIO()
    rows = ParquetRecords(file, "rejected")
    for letter in found:
        rows.write(letter.to_dict())
    rows.close()
    good, wrong = read_dead_letters(stream(file.getvalue()), "letters")
    assert good == replace(DEAD_LETTER, id="7")
    assert wrong.error == "letters, record 2: not a rejected record: it names no `source_file`"
    (wrong,) = read_dead_letters(stream(file.getvalue()[:-8]), "letters")
    assert (wrong.reason, wrong.error[:25]) == ("not-a-letter", "letters, after record 0: ")


def test_the_limits_of_this_run_count(tmp_path):
    path = tmp_path / "harbour"
    path.write_bytes(gzip.compress(record()) + gzip.compress(record(http(PAGE * 100), name="2")))
    large = [item for item in read_file(str(path), max_body_bytes=5000) if isinstance(item, Rejected)]
    (answer,) = retried(letters_of(large))[0]
    assert (answer.id, answer.body) == ("urn:uuid:2", PAGE * 100)


def test_a_damaged_member_of_a_zip_file_is_read_whole_once_it_is_sound(tmp_path):
    path = tmp_path / "harbour.wacz"
    sound = FILES["wacz"]
    at = sound.find(b"archive/0.warc.gz") + 120
    path.write_bytes(sound[:at] + bytes(40) + sound[at + 40 :])
    dead = [item for item in read_file(str(path)) if isinstance(item, Rejected) and item.source_offset < 0]
    assert [item.source_file for item in dead] == [f"{path}!archive/0.warc.gz"]
    path.write_bytes(sound)
    whole = [item for item in read_file(str(path)) if item.source_file == dead[0].source_file]
    assert counted(retried(letters_of(dead))[0]) == counted(whole)
    path.unlink()
    assert [item.reason for item in retried(letters_of(dead))[0]] == ["unreadable"]
