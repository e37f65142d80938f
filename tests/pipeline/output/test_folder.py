"""Output folders: claimed by one run, filled at once, never mistaken for finished."""

import json
import os

import pytest

from boiloff.pipeline.output.folder import OutputError, check_output, claimed_output, is_held
from boiloff.pipeline.output.writer import new_shard


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
    with claimed_output(str(tmp_path), overwrite=True):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles-notes.jsonl", "notes.txt"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match="is a file"):
        check_output(str(tmp_path / "out"), overwrite=True)


def test_what_lies_in_a_folder_is_named(tmp_path):
    (tmp_path / "articles-00000-of-00001.jsonl").touch()
    with pytest.raises(OutputError, match="--overwrite to replace the unfinished run in it"):
        check_output(str(tmp_path), overwrite=False)
    (tmp_path / "_SUCCESS").touch()
    with pytest.raises(OutputError, match="--overwrite to replace the finished run in it"):
        check_output(str(tmp_path), overwrite=False)
    (tmp_path / "_unfinished").mkdir()
    with pytest.raises(OutputError, match="--overwrite to replace the unfinished run in it"):
        check_output(str(tmp_path), overwrite=False)


def test_two_runs_do_not_share_a_folder(tmp_path):
    folder = str(tmp_path / "out[1]")
    with claimed_output(folder, overwrite=False):
        for overwrite in (False, True):
            with pytest.raises(OutputError, match=f"another run is using .*: process {os.getpid()} on "):
                check_output(folder, overwrite=overwrite)
    check_output(folder, overwrite=False)
    assert os.listdir(folder) == []


def test_what_a_killed_run_has_left_is_thrown_away(tmp_path):
    left = tmp_path / "_unfinished"
    left.mkdir()
    for name in ("boiloff.lock", "articles-1.jsonl"):
        (left / name).write_text("left")
    (left / "site-memory.boiloff.learning").mkdir()
    with claimed_output(str(tmp_path), overwrite=True) as output:
        assert os.listdir(output.working) == ["boiloff.lock"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_that_name_that_is_not_ours_is_left_alone(tmp_path):
    mine = tmp_path / "_unfinished" / "poem.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    with (
        pytest.raises(OutputError, match="contains other files than boiloff's"),
        claimed_output(str(tmp_path), overwrite=True),
    ):
        pass
    elsewhere = tmp_path / "out"
    elsewhere.mkdir()
    (elsewhere / "_unfinished").symlink_to(mine.parent)
    with pytest.raises(OutputError, match="is a link"), claimed_output(str(elsewhere), overwrite=True):
        pass
    assert mine.read_text() == "mine"


def test_publishing_names_the_shards_by_what_is_in_them(tmp_path):
    folders = []
    for texts in ("abc", "cab"):
        folder = tmp_path / texts
        with claimed_output(str(folder), overwrite=False) as output:
            shards = []
            for text in texts:
                writer = new_shard(output.working, "articles", "jsonl")
                writer.write({"text": text})
                shards.append(writer.finish())
            output.publish(shards, {"inputs": []}, {"captures": 3}, "jsonl")
        folders.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert folders[0] == folders[1]
    names = {f"articles-0000{number}-of-00003.jsonl" for number in range(3)}
    names |= {f"{name}-00000-of-00001.jsonl" for name in ("removed", "rejected")}
    assert set(folders[0]) == names | {"_SUCCESS", "manifest.json", "summary.json"}
    manifest = json.loads(folders[0]["manifest.json"])
    assert {shard["name"] for shard in manifest["shards"]} == names
    assert all(shard["bytes"] == len(folders[0][shard["name"]]) for shard in manifest["shards"])


@pytest.mark.parametrize("failing", ["manifest.json", "summary.json", "_SUCCESS"])
def test_publishing_that_fails_leaves_nothing(tmp_path, failing):
    (tmp_path / "notes.txt").touch()
    with claimed_output(str(tmp_path), overwrite=True) as output:
        (tmp_path / failing).mkdir()
        (tmp_path / failing / "mine").touch()
        with pytest.raises(OSError, match=failing):
            output.publish([], {}, {}, "jsonl")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["notes.txt", failing])


def test_a_folder_that_goes_while_the_run_is_at_work_is_not_filled(tmp_path):
    folder = tmp_path / "out"
    with claimed_output(str(folder), overwrite=False) as output:
        os.rename(folder, tmp_path / "elsewhere")
        with claimed_output(str(folder), overwrite=False) as other:
            with pytest.raises(OSError, match="deleted or replaced during the run"):
                output.publish([], {}, {}, "jsonl")
            assert is_held(other.working)
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder that nobody may write to")
def test_a_folder_that_cannot_be_written_to_is_refused():
    with (
        pytest.raises(OutputError, match="output folder '/proc/self' cannot be written to"),
        claimed_output("/proc/self", overwrite=True),
    ):
        pass
