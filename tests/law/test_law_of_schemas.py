"""The law of schemas: what is written is what the published schemas say, whatever the captures are."""

import io
import json

import pytest
from generated import crawls, damaged
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from law_runs import NAMES, cleaned
from laws import as_written, check_file

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.output.schemas import json_schema
from boiloff.pipeline.reading.accept import Rejected
from boiloff.pipeline.reading.cursor import open_cursor
from boiloff.pipeline.reading.json_captures import read_json_lines
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.transforms import Capture, ledger

VALIDATORS = {name: Draft202012Validator(json_schema(name)) for name in (*NAMES, "captures")}
CLEANER = Cleaner(load_configuration())

blank = st.sampled_from(["", " ", "\t\r\n", "\x0b", "\xa0", "\0", "\ufeff"])
values = st.one_of(blank, st.text(max_size=8), st.none(), st.booleans(), st.integers(), st.lists(st.text(), max_size=1))
KEYS = ("html", "text", "id", "url", "captured_at", "content_type", "source", "other")
lines = st.dictionaries(st.sampled_from(KEYS), values, max_size=5)


def check(name, record):
    VALIDATORS[name].validate(record)
    assert list(record) == list(VALIDATORS[name].schema["properties"])


def test_every_record_of_a_run_fits_its_schema(seeds, tmp_path):
    run = cleaned(expand_inputs([str(seeds)]), tmp_path / "out", learns=True)
    for name in NAMES:
        assert getattr(run, name)
        for record in getattr(run, name):
            check(name, record)


@given(data=st.data(), files=crawls())
@settings(max_examples=60)
def test_every_record_of_any_capture_fits_its_schema(data, files):
    for file in files:
        for item in check_file(data.draw(st.one_of(st.just(file.data), damaged(file.data))), file.name):
            page = item if isinstance(item, Rejected) else clean_capture(item, CLEANER)
            if isinstance(page, Rejected):
                check("rejected", as_written(page.to_dict()))
                continue
            check("articles", as_written(CLEANER.article(page).to_dict()))
            for record in ledger(page):
                check("removed", as_written(record))


@given(line=lines)
@settings(max_examples=400)
def test_a_line_is_a_capture_if_and_only_if_it_fits_the_schema(line):
    (item,) = read_json_lines(open_cursor(io.BytesIO(json.dumps(line).encode())), "lines")
    assert isinstance(item, Capture) == VALIDATORS["captures"].is_valid(line)


@pytest.mark.parametrize("name", [*NAMES, "captures"])
def test_a_schema_is_one(name):
    Draft202012Validator.check_schema(json_schema(name))
