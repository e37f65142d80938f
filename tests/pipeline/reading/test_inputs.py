import os
import socket
from collections import Counter

import pytest
from archives import outcome

from boiloff.pipeline.reading.ranges import InputError, expand_inputs, read_file, real_path


@pytest.fixture
def crawl(tmp_path):
    for name in ("b.html", "a.html", "sub/c.txt", "sub/deep/d.txt", ".hidden/e.txt", ".f"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Noon ferry.")
    return tmp_path


def names(crawl, *inputs):
    return [os.path.relpath(path, crawl) for path in expand_inputs([str(crawl / name) for name in inputs])]


def test_files_folders_and_globs_in_sorted_order_each_file_once(crawl):
    everything = ["a.html", "b.html", "sub/c.txt", "sub/deep/d.txt"]
    assert names(crawl, "") == everything
    assert names(crawl, "*.html") == everything[:2]
    assert names(crawl, "*") == everything
    assert names(crawl, "sub/", "b.html", "") == [*everything[2:], "b.html", "a.html"]


def test_a_file_whose_name_looks_like_a_glob(crawl):
    (crawl / "x[1].html").write_text("Noon ferry.")
    assert names(crawl, "x[1].html") == ["x[1].html"]


@pytest.mark.parametrize("name", ["missing.warc", "no/such/folder/", "*.warc", "no-such-scheme://x"])
def test_an_input_that_matches_nothing_is_named_with_the_remedy(crawl, name):
    with pytest.raises(InputError, match="check the path") as raised:
        expand_inputs([name if "://" in name else str(crawl / name)])
    assert name.rstrip("/") in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_empty_folder_matches_nothing(tmp_path):
    with pytest.raises(InputError):
        expand_inputs([str(tmp_path)])


def test_what_is_no_file_is_refused_before_anything_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for name in ("pipe", "socket"):
            with pytest.raises(InputError, match=f"{name}: a pipe, socket or device"):
                expand_inputs([str(tmp_path / name)])
    with pytest.raises(InputError, match="a pipe, socket or device"):
        expand_inputs(["/dev/zero"])


@pytest.fixture
def harbour(crawl):
    """A folder with everything but plain files in it."""
    os.mkfifo(crawl / "pipe.warc")
    os.symlink("missing", crawl / "broken")
    os.symlink("loop", crawl / "loop")
    os.symlink("a.html", crawl / "link.html")
    os.symlink(crawl, crawl / "sub" / "up")
    os.symlink("/dev/zero", crawl / "zero")
    return crawl


def test_in_a_folder_they_are_left_to_their_reader_and_linked_folders_are_not_entered(harbour):
    plain = ["a.html", "b.html", "broken", "link.html", "loop", "pipe.warc", "sub/c.txt", "sub/deep/d.txt", "zero"]
    assert names(harbour, "") == plain


def test_reading_them_gives_a_rejected_record_each_and_ends(harbour):
    items = [item for path in expand_inputs([str(harbour)]) for item in read_file(path)]
    reasons = Counter(outcome(items))
    assert reasons == {"text": 5, "unreadable": 4}


@pytest.mark.parametrize(
    "name", ["new\nline", "esc\x1b[31m", "\u2028", "\u202e", "tab\t", "x[1]*?", "-dash", "\U0001f6a2", " "]
)
def test_any_name_is_read(tmp_path, name):
    (tmp_path / f"{name}.txt").write_text("Noon ferry.")
    (path,) = expand_inputs([str(tmp_path)])
    assert outcome(read_file(path)) == ["text"]
    assert expand_inputs([path]) == [path]


def test_names_that_are_not_utf_8_are_text_that_leads_back_to_them(tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9-\xff.txt"
    with open(name, "wb") as file:
        file.write(b"Noon ferry.")
    (path,) = expand_inputs([str(tmp_path)])
    assert path == f"{tmp_path}/caf\\xe9-\\xff.txt"
    assert os.fsencode(real_path(path)) == name
    assert expand_inputs([os.fsdecode(name)]) == expand_inputs([path]) == [path]


def test_a_file_whose_own_name_looks_escaped(crawl):
    (crawl / "caf\\xe9.html").write_text("Noon ferry.")
    assert names(crawl, "caf\\xe9.html") == ["caf\\xe9.html"]
    assert real_path("gone\\xe9.html") == "gone\\xe9.html"


@pytest.fixture
def locked(crawl, monkeypatch):
    """A file and a folder without permission, also for root, who runs some tests."""
    access, scan = os.access, os.scandir

    def deny(path):
        if str(path).endswith("/deep"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith("a.html") and access(path, mode))
    monkeypatch.setattr(os, "scandir", deny)
    return crawl


def test_a_file_or_folder_without_permission_is_refused_by_name(locked):
    with pytest.raises(InputError, match=r"a\.html: no permission to read"):
        names(locked, "a.html")
    with pytest.raises(InputError, match=r"deep: Permission denied"):
        names(locked, "sub/deep")


def test_in_a_folder_it_does_not_stop_the_rest(locked):
    assert names(locked, "") == ["a.html", "b.html", "sub/c.txt", "sub/deep"]
    (rejected,) = read_file(str(locked / "sub/deep"))
    assert rejected.reason == "unreadable"


RUN = ("manifest.json", "summary.json", "_SUCCESS", "articles-00000-of-00001.jsonl", "site-memory.boiloff")
KILLED = ("_unfinished/boiloff.lock", "_unfinished/articles-1.jsonl", "removed-00000-of-00001.jsonl.gz")


def write(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize("written", [RUN, RUN[1:], KILLED])
def test_what_runs_have_written_in_a_folder_is_left_out_and_reported(crawl, written):
    everything = names(crawl, "")
    write(crawl / "sub" / "old", *written)
    for inputs in ([""], ["*"], ["sub", ""]):
        notices = []
        found = expand_inputs([str(crawl / name) for name in inputs], notices.append)
        assert sorted(os.path.relpath(path, crawl) for path in found) == everything
        assert len(notices) == 1
        assert "are skipped: records are not captures" in notices[0]
    assert f"{str(crawl / 'sub' / 'old')!r}" in notices[0]


def test_what_runs_have_written_is_read_where_it_is_named(crawl):
    write(crawl / "old", *RUN)
    notices = []
    (path,) = expand_inputs([str(crawl / "old" / "articles-*")], notices.append)
    assert expand_inputs([path], notices.append) == [path]
    assert notices == []


def test_what_else_lies_beside_the_records_of_a_run_is_read(crawl):
    write(crawl, *RUN)
    assert names(crawl, "") == ["a.html", "b.html", "sub/c.txt", "sub/deep/d.txt"]


def test_a_folder_of_nothing_but_a_run_is_refused(tmp_path):
    write(tmp_path / "out", *RUN)
    for name in ("out", "o*", ""):
        with pytest.raises(InputError, match="holds only files that runs of boiloff have written"):
            expand_inputs([str(tmp_path / name)])


def test_names_that_others_give_as_well_make_no_run(tmp_path):
    write(tmp_path, "_SUCCESS", "articles-00000-of-00001.jsonl", "_unfinished/a.html")
    assert len(expand_inputs([str(tmp_path)])) == 3
