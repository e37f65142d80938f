"""Small inputs through all steps: what must be kept, what must go, and the fields of the record.

Each line of `tests/data/cases/whole/*.jsonl` is an input in our own words: `html` or `text` with `url`, or a file
(`file_name`, `file_b64`). `keep` and `drop` are parts of the text; `title`, `authors`, `date_published` (its day) and
`language` are values of the record. A case with `known_failure` must fail.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import boiloff
from boiloff.transforms import Article

CASES = Path(__file__).parent / "data" / "cases" / "whole"


def cases() -> list[Any]:
    """Read the cases of all files, each named by its id."""
    rows = [json.loads(line) for path in sorted(CASES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    failure = pytest.mark.xfail(reason="known failure", strict=True)
    return [pytest.param(row, id=row["id"], marks=failure if row.get("known_failure") else ()) for row in rows]


def record_of(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Clean a case: in this process, or as a run over a folder with its file."""
    if "file_b64" not in case:
        is_html = "html" in case
        clean = boiloff.clean if is_html else boiloff.clean_text
        return fields_of(clean(case["html" if is_html else "text"], url=case.get("url", "")))
    source = folder / "in"
    source.mkdir()
    (source / case["file_name"]).write_bytes(base64.b64decode(case["file_b64"]))
    arguments = ["clean", str(source), "--output", str(folder / "out"), "--quiet", "--no-learn"]
    assert subprocess.run([sys.executable, "-m", "boiloff", *arguments], check=False).returncode == 0
    lines = [line for path in (folder / "out").glob("articles-*") for line in path.read_text("utf-8").splitlines()]
    assert len(lines) == 1
    record: dict[str, Any] = json.loads(lines[0])
    return record


def fields_of(article: Article) -> dict[str, Any]:
    """Return the fields that cases speak of."""
    names = ("text", "title", "authors", "date_published", "language")
    return {name: getattr(article, name) for name in names}


@pytest.mark.parametrize("case", cases())
def test_an_input_gives_the_record_that_a_reader_expects(case: dict[str, Any], tmp_path: Path) -> None:
    record = record_of(case, tmp_path)
    assert [part for part in case.get("keep", ()) if part not in record["text"]] == []
    assert [part for part in case.get("drop", ()) if part in record["text"]] == []
    for name in ("title", "language"):
        if name in case:
            assert record[name] == case[name]
    if "date_published" in case:
        assert record["date_published"][:10] == case["date_published"][:10]
    if "authors" in case:
        assert list(record["authors"]) == case["authors"]
