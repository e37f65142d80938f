import os

import pytest

from boiloff.pipeline.reading.inputs import InputError, expand_inputs


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_named(crawl):
    (crawl / "a.html").chmod(0)
    with pytest.raises(InputError, match=r"a\.html: no permission to read"):
        expand_inputs([str(crawl)])
