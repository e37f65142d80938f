"""Arrays of captures and objects over several lines, however they are written and wherever they are broken."""

import gzip
import json

import pytest
from archives import PAGE, outcome, read
from hypothesis import given, settings
from hypothesis import strategies as st

from boiloff.transforms.core.page import Capture

ODD = '<p class="a">\\ "{[ \\" ]}\n\té 😀</p>'
OBJECTS = [{"id": str(number), "html": PAGE.decode() + ODD * number, "x": [{"y": "}"}]} for number in range(9)]
WAYS = {
    "array in a line": json.dumps(OBJECTS),
    "array over lines": json.dumps(OBJECTS, indent=2, ensure_ascii=False),
    "an object a line in an array": "[\n" + ",\n".join(map(json.dumps, OBJECTS)) + "\n]\n",
    "objects over lines, one after the other": "\n".join(json.dumps(record, indent=1) for record in OBJECTS),
    "array with a byte order mark": "\ufeff" + json.dumps(OBJECTS),
    "two arrays": json.dumps(OBJECTS[:4]) + "\n" + json.dumps(OBJECTS[4:]),
}


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("way", WAYS)
def test_every_object_is_a_capture_at_its_byte(way, pack):
    data = WAYS[way].encode()
    items = read(pack(data))
    assert [(item.id, item.body) for item in items] == [(record["id"], record["html"]) for record in OBJECTS]
    for item in items:
        assert json.JSONDecoder().raw_decode(data[item.source_offset :].decode())[0]["id"] == item.id


def test_one_object_over_several_lines_is_one_capture():
    assert outcome(read(json.dumps(OBJECTS[0], indent=4).encode())) == ["html"]


GOOD = '{"html": "<p>Noon ferry</p>"}'


@pytest.mark.parametrize(
    ("broken", "reason", "error"),
    [
        ("7", "wrong-type", "value 2: a JSON object is needed, this is a number"),
        ("null", "wrong-type", "value 2: a JSON object is needed, this is null"),
        ('"{"', "wrong-type", "value 2: a JSON object is needed, this is a string"),
        ('[{"html": "x"}]', "wrong-type", "value 2: a JSON object is needed, this is an array"),
        ("nonsense", "broken-line", "value 2: not JSON"),
        ('{"html" "x"}', "broken-line", "value 2: not JSON"),
        ('{"html": "x,\n"url": "y"}', "broken-line", "value 2: not JSON"),
        ('{"page": "x"}', "not-a-capture", "value 2: neither `html` nor `text`; keys: 'page'"),
        ('{"html": "' + "x" * 999 + '"}', "too-large", "value 2: it has 1011 bytes"),
    ],
)
def test_a_broken_value_is_rejected_by_number_and_the_rest_goes_on(broken, reason, error):
    items = read(f"[{GOOD}, {broken}, {GOOD}]".encode(), max_body_bytes=400)
    assert outcome(items) == ["html", reason, "html"]
    assert items[1].error.startswith(error)
    assert items[1].source_offset == len(f"[{GOOD}, ")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_packed", [False, True])
@given(data=st.data())
@settings(max_examples=60)
def test_a_cut_file_loses_the_cut_object_only_and_says_so(way, is_packed, data):
    whole = WAYS[way].encode()
    whole = gzip.compress(whole, mtime=0) if is_packed else whole
    cut = data.draw(st.integers(200, len(whole) - 1))
    items = read(whole[:cut])
    kept = [item for item in items if isinstance(item, Capture)]
    assert [item.id for item in kept] == [str(number) for number in range(len(kept))]
    assert outcome(items[len(kept) :]) in ([], ["truncated-record"])
    if len(items) == len(kept):
        assert len(kept) == len(OBJECTS) or (not is_packed and whole[:cut].rstrip(b" \r\n,[]").endswith(b"}"))
