"""Output folders and JSON lines."""

import json

import pytest

from boiloff.pipeline.writing import OutputError, check_output, read_json, to_json_line, write_json


def test_a_new_or_empty_folder_is_fine(tmp_path):
    check_output(str(tmp_path / "new"), overwrite=False)
    check_output(str(tmp_path), overwrite=False)


def test_a_folder_that_holds_anything_is_refused(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(OutputError, match="is not empty; name another, or pass --overwrite"):
        check_output(str(tmp_path), overwrite=False)


def test_overwriting_deletes_an_earlier_run_and_nothing_else(tmp_path):
    ours = [
        "articles-00000-of-00002.jsonl",
        "removed-00001-of-00002.jsonl.gz",
        "rejected-00000-of-00001.jsonl",
        "summary.json",
    ]
    for name in [*ours, "notes.txt", "articles-notes.jsonl"]:
        (tmp_path / name).touch()
    check_output(str(tmp_path), overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles-notes.jsonl", "notes.txt"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match="is a file"):
        check_output(str(tmp_path / "out"), overwrite=True)


@pytest.mark.parametrize(
    "text", ["plain", "Tiden går — 潮", "line\nbreak\u2028and\x85more", "lone \ud800 surrogate", "\x00"]
)
def test_a_record_is_one_line_of_valid_utf8(text):
    line = to_json_line({"text": text})
    assert b"\n" not in line
    assert json.loads(line.decode())["text"] == text.encode("utf-8", "replace").decode()


def test_json_documents_come_back_as_they_were(tmp_path):
    path = str(tmp_path / "summary.json")
    write_json(path, {"sites": {"tides.example": 3}, "name": "潮"})
    assert read_json(path) == {"sites": {"tides.example": 3}, "name": "潮"}
