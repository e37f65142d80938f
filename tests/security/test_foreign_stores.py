"""A store that somebody else has made is refused or read: it never runs code, fills the memory or keeps a run for ever."""

import json
import sqlite3
import struct
import time
import zlib
from contextlib import closing, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_pages import SITE, site_sample, story

from boiloff.pipeline.site_memory.writer import working_folder, write_store
from boiloff.transforms.site_memory.derive import derive
from boiloff.transforms.site_memory.store import (
    TABLES,
    Content,
    PackingError,
    StoreError,
    open_store,
    pack_memory,
    pack_sample,
    unpack_memory,
    unpack_sample,
)

SAMPLE = site_sample(map(story, range(6)))
MEMORY = derive(SAMPLE)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("store") / "memory")
    with working_folder(path) as folder, write_store(path, folder) as writer:
        writer.add_sample(SAMPLE)
        content = Content(7, "2024-05-01", "a", site="a.example", signature=b"7" * 64)
        writer.add_contents([content, Content(7, "2024-05-02", "b")])
    with open(path, "rb") as stream:
        return stream.read()


@pytest.fixture
def store(made, tmp_path):
    (tmp_path / "memory").write_bytes(made)
    return tmp_path / "memory"


def changed(store, *statements, **values):
    with closing(sqlite3.connect(store)) as connection, connection:
        for statement in statements:
            connection.execute(statement, values)


def ask_everything(path):
    with open_store(str(path)) as store:
        for line in store.sites():
            store.site(line.site)
        store.originals(7)
        for sample in store.samples():
            derive(sample)
        return list(store.contents())


def refused(path, words):
    with pytest.raises(StoreError, match=words) as error:
        ask_everything(path)
    assert "\n" not in str(error.value)


def test_what_learning_writes_is_read(store):
    assert [content.id for content in ask_everything(store)] == ["a"]


@given(data=st.data())
@settings(max_examples=200)
def test_a_store_with_any_bytes_changed_is_refused_or_read(made, tmp_path_factory, data):
    path = tmp_path_factory.mktemp("changed") / "memory"
    body = bytearray(made)
    places = st.one_of(st.integers(0, len(body) - 1), st.integers(0, 200))
    for at in data.draw(st.lists(places, min_size=1, max_size=8)):
        body[at] = data.draw(st.integers(0, 255))
    path.write_bytes(body)
    with suppress(StoreError):
        ask_everything(path)
    path.unlink()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER t AFTER INSERT ON contents BEGIN DELETE FROM sites; END",
        "CREATE TABLE more (a)",
        "CREATE INDEX i ON sites (last_seen)",
        "ALTER TABLE sites ADD COLUMN more AS (zeroblob(900000000))",
        "DROP TABLE contents",
    ],
)
def test_a_store_with_other_tables_is_refused(statement, store):
    changed(store, statement)
    refused(store, "exactly the tables of a store")


def test_a_view_in_place_of_a_table_is_never_asked(store):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i site, i memory FROM n"
    changed(store, "DROP TABLE sites", f"CREATE VIEW sites AS {endless}")
    started = time.monotonic()
    refused(store, "exactly the tables of a store")
    assert time.monotonic() - started < 2


def test_pages_that_name_each_other_have_no_end_and_end(tmp_path):
    """Thirty pages, each with a hundred ways to the next: a scan of all their rows would take for ever."""
    path = tmp_path / "memory"
    with working_folder(str(path)) as folder, write_store(str(path), folder) as writer:
        writer.add_contents(Content(key << 40, "2024-05-01", f"capture {key}" * 20) for key in range(20_000))
    body, size = bytearray(path.read_bytes()), 4096
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'contents'").fetchone()
    inner = [root] + [page for page in range(2, len(body) // size + 1) if body[(page - 1) * size] == 5 and page != root]
    leaf = next(page for page in range(2, len(body) // size + 1) if body[(page - 1) * size] == 13)
    for page, following in zip(inner, [*inner[1:], leaf], strict=True):
        start = (page - 1) * size
        cells = int.from_bytes(body[start + 3 : start + 5], "big")
        body[start + 8 : start + 12] = following.to_bytes(4, "big")
        for cell in range(cells):
            at = start + int.from_bytes(body[start + 12 + 2 * cell : start + 14 + 2 * cell], "big")
            body[at : at + 4] = following.to_bytes(4, "big")
    path.write_bytes(body)
    assert len(inner) > 2
    started = time.monotonic()
    refused(path, "damaged")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sites SET articles = 'many'",
        "UPDATE sites SET last_seen = x'ff'",
        "UPDATE sites SET site = x'ff'",
        "UPDATE sites SET memory = 'text'",
        "UPDATE samples SET sample = 7",
        "UPDATE contents SET id = x'00'",
        "UPDATE contents SET signature = x'00'",
        "UPDATE contents SET signature = 'text'",
        "UPDATE contents SET resembles = x'00'",
        "UPDATE sites SET site = CAST(x'ff' AS TEXT)",
    ],
)
def test_values_of_other_types_are_damage(statement, store):
    changed(store, statement)
    refused(store, "damaged|cannot be read")


def bomb():
    return zlib.compress(bytes(200 << 20), 9)


DOCUMENT = json.loads(zlib.decompress(pack_memory(MEMORY)))


def with_values(**values):
    return zlib.compress(json.dumps(DOCUMENT | values).encode())


def row(kind, at, value):
    first = list(DOCUMENT[kind][0])
    first[at] = value
    return with_values(**{kind: [first]})


MEMORIES = {
    "a bomb": bomb(),
    "no bytes": b"",
    "cut short": pack_memory(MEMORY)[:-9],
    "deep": zlib.compress(b"[" * 100_000),
    "no object": zlib.compress(b"[]"),
    "counts of text": with_values(counts=["many", 6, "", ""]),
    "counts below 0": with_values(counts=[-3, 6, "", ""]),
    "a path that is a number": with_values(paths=[7] * len(DOCUMENT["paths"])),
    "a path without end": with_values(paths=["a/" * 100_000] * len(DOCUMENT["paths"])),
    "a container counted from the end": row("containers", 0, -1),
    "a template of none": row("templates", 5, 0),
    "a text that is a list": row("templates", 13, ["a"]),
    "log-odds that are not a number": row("templates", 9, float("nan")),
    "infinite log-odds": row("containers", 9, float("inf")),
    "a number of four hundred digits": row("containers", 3, 10**400),
    "a flag that is text": row("templates", 2, "yes"),
}


@pytest.mark.parametrize("packed", MEMORIES.values(), ids=MEMORIES)
def test_memories_that_are_none_are_damage(packed, store):
    with pytest.raises(PackingError, match="damaged"):
        unpack_memory(SITE, packed)
    changed(store, "UPDATE sites SET memory = :packed", packed=packed)
    refused(store, "damaged.*learn a new store")


def sample_with(**values):
    """Make a sample of the first article's sketch, with other values."""
    data = zlib.decompress(pack_sample(SAMPLE))
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    names = ("key", "content", "day", "is_variant", "paths", "rows", "masked", "texts")
    article = SAMPLE.articles[0]
    first = dict(zip(names, header["articles"][0], strict=True)) | values
    bodies = {name: getattr(article, name) for name in names[5:]}
    for name in names[5:]:
        if isinstance(first[name], bytes):
            bodies[name], first[name] = first[name], len(first[name])
    text = json.dumps(header | {"articles": [list(first.values())] * values.get("times", 1)}).encode()
    return zlib.compress(struct.pack("<I", len(text)) + text + b"".join(bodies.values()))


ROWS = len(SAMPLE.articles[0].rows) // 16
SAMPLES = {
    "a bomb": bomb(),
    "no header": zlib.compress(struct.pack("<I", 1 << 31)),
    "a negative length": sample_with(rows=-16),
    "part of a row": sample_with(rows=SAMPLE.articles[0].rows[:-1]),
    "a row of no container": sample_with(paths=[0]),
    "a container counted from the end": sample_with(paths=[-1] * 40),
    "a masked row of no row": sample_with(masked=b"\xff" * 10),
    "texts that are a bomb": sample_with(texts=bomb()),
    "texts that are not text": sample_with(texts=zlib.compress(b"\xff" * ROWS)),
    "too few texts": sample_with(texts=zlib.compress(b"a")),
    "a day after the last": sample_with(day=1 << 40),
    "a key of more than 64 bits": sample_with(key=1 << 64),
}


@pytest.mark.parametrize("packed", SAMPLES.values(), ids=SAMPLES)
def test_samples_that_are_none_are_damage(packed, store):
    with pytest.raises(PackingError, match="damaged"):
        unpack_sample(SITE, packed)
    changed(store, "UPDATE samples SET sample = :packed", packed=packed)
    refused(store, "damaged.*learn a new store")


def test_the_sound_sample_is_read():
    assert unpack_sample(SITE, sample_with()).articles == SAMPLE.articles[:1]


@given(at=st.integers(0, 1 << 20), byte=st.integers(0, 255))
@settings(max_examples=300)
def test_packed_bytes_with_one_changed_are_read_or_damage(at, byte):
    """Changed behind the compression, whose checksum would find nearly all."""
    for pack, unpack, what in ((pack_memory, unpack_memory, MEMORY), (pack_sample, unpack_sample, SAMPLE)):
        data = bytearray(zlib.decompress(pack(what)))
        data[at % len(data)] = byte
        try:
            found = unpack(SITE, zlib.compress(bytes(data), 1))
        except PackingError:
            continue
        if what is SAMPLE:
            derive(found)


def test_unpacking_is_bounded(monkeypatch):
    monkeypatch.setattr("boiloff.transforms.site_memory.store.MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(PackingError, match="more than 1000 bytes"):
        unpack_memory(SITE, pack_memory(MEMORY))


def test_the_tables_are_those_that_learning_makes(store):
    with closing(sqlite3.connect(store)) as connection:
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    assert {name: sql.split() for name, sql in found.items()} == {name: sql.split() for name, sql in TABLES.items()}
