"""Stores: found whole, or refused with a reason."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from site_pages import SITE, site_sample, story

from boiloff.pipeline.site_memory.writer import working_folder, write_store
from boiloff.transforms.site_memory.store import StoreError, open_store


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("store") / "quay memory?.boiloff")
    with working_folder(path) as folder, write_store(path, folder) as writer:
        writer.add_sample(site_sample(map(story, range(6))))
    return path


@pytest.fixture
def store(made, tmp_path):
    return shutil.copy(made, tmp_path / "memory")


def refused(path, words):
    with pytest.raises(StoreError, match=words) as error:
        open_store(str(path))
    assert "\n" not in str(error.value)


def test_a_store_is_opened_and_closed(made):
    with open_store(made) as store:
        assert store.site(SITE) is store.site(SITE)
        assert [sample.site for sample in store.samples()] == [SITE]
    with pytest.raises(sqlite3.ProgrammingError):
        list(store.sites())


def test_a_missing_store(tmp_path):
    refused(tmp_path / "nowhere", "does not exist; make it with: boiloff learn")
    refused("gone://bucket/memory", "cannot be opened")


def test_other_files_are_refused(tmp_path):
    (tmp_path / "notes").write_text("tides")
    refused(tmp_path / "notes", "is not a store")
    (tmp_path / "empty").touch()
    refused(tmp_path / "empty", "is not a store")
    with closing(sqlite3.connect(tmp_path / "other")) as connection, connection:
        connection.execute("CREATE TABLE tides (hour)")
    refused(tmp_path / "other", "not a store of boiloff")


def test_another_version(store):
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    refused(store, "has version 99, this boiloff reads version 3; learn a new store")


def test_a_store_cut_short(store):
    whole = store.read_bytes()
    store.write_bytes(whole[: len(whole) // 2])
    refused(store, "damaged")


def test_damage_inside(store):
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("UPDATE sites SET memory = x'00ff'")
    with open_store(str(store)) as opened, pytest.raises(StoreError, match="damaged"):
        opened.site(SITE)


def test_damaged_pages(store):
    whole = store.read_bytes()
    store.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    refused(store, "damaged|cannot be read")


def test_a_store_that_another_program_writes_to(store):
    connection = sqlite3.connect(store)
    connection.execute("BEGIN EXCLUSIVE")
    refused(store, "is being written")
    connection.close()
    store.with_name("memory-journal").touch()
    refused(store, "is being written")


def test_a_store_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"), working_folder(str(tmp_path / "file" / "memory")):
        pass
