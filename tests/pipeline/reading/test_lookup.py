"""Lookup: which capture of a crawl an address means."""

import json

import pytest

from boiloff.pipeline.reading.lookup import MOST_KEPT, look_up, look_up_id, only_capture, simplified

LOW, HIGH = "https://www.tides.example/low/", "https://tides.example/high"


def crawl(path, *captures):
    lines = [{"html": f"<p>{n}", "url": url, **more} for n, (url, more) in enumerate(captures)]
    path.write_text("\n".join(map(json.dumps, lines)))
    return str(path)


@pytest.fixture
def files(tmp_path):
    return [
        crawl(tmp_path / "a.jsonl", (HIGH, {}), (LOW, {"id": "first"}), ("https://boats.example/", {})),
        crawl(tmp_path / "b.jsonl", (LOW, {}), ("https://tides.example/low", {}), ("https://tides.example/low", {})),
    ]


@pytest.mark.parametrize(
    "url",
    ["http://tides.example/low", "tides.example/low/", "//WWW.tides.example/low#x", "https://www.tides.example/low"],
)
def test_what_hardly_ever_distinguishes_pages_does_not_count(url):
    assert simplified(url) == simplified(LOW)


def test_paths_and_questions_count():
    assert len({simplified(LOW + rest) for rest in ("", "Tide", "tide", "?a", "?b")}) == 5


def test_the_exact_address_comes_first_and_ends_the_search_with_its_file(files):
    found = look_up(files, "https://tides.example/low")
    assert (found.how, found.matches.count, found.seen) == ("", 2, 6)
    found = look_up(files, LOW)
    assert [capture.id for capture in found.matches.captures] == ["first"]
    assert (found.matches.count, found.seen) == (1, 3)


def test_an_address_that_is_alike_is_found_in_all_files(files):
    found = look_up(files, "http://tides.example/low#top")
    assert found.how.startswith("except for")
    assert found.matches.count == 4
    assert found.matches.captures[0].id == "first"


def test_a_part_finds_the_only_address_that_has_it(files):
    found = look_up(files, "BOATS")
    assert found.matches.captures[0].url == "https://boats.example/"
    assert not found.ambiguous


def test_a_part_of_several_addresses_finds_none_and_names_them(files):
    found = look_up(files, "tides")
    assert not found.matches
    assert found.ambiguous
    assert found.addresses == [HIGH, LOW, "https://tides.example/low"]


def test_where_nothing_is_found_the_nearest_are_named(files):
    found = look_up(files, "https://tides.example/hight")
    assert not found.matches
    assert found.addresses[0] == HIGH
    assert found.seen == 6


def test_what_was_rejected_is_found_too(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"url": LOW, "html": ""}))
    found = look_up([str(path)], LOW)
    assert not found.matches.captures
    assert found.matches.rejected[0].reason == "empty-body"


def test_a_capture_elsewhere_comes_before_what_was_rejected(tmp_path, files):
    empty = tmp_path / "empty.jsonl"
    empty.write_text(json.dumps({"url": LOW, "html": ""}))
    found = look_up([str(empty), *files], LOW)
    assert found.matches.captures[0].id == "first"
    assert len(found.matches.rejected) == 1
    alike = look_up([str(empty), files[1]], "https://tides.example/low/")
    assert alike.matches.captures


def test_what_was_rejected_makes_no_part_ambiguous(tmp_path, files):
    empty = tmp_path / "empty.jsonl"
    empty.write_text(json.dumps({"url": "https://boats.example/logo.png", "html": ""}))
    assert look_up([str(empty), *files], "boats").matches.captures[0].url == "https://boats.example/"
    assert look_up([str(empty), *files], "logo").matches.rejected[0].reason == "empty-body"


def test_of_many_captures_of_one_address_only_the_first_are_held(tmp_path):
    found = look_up([crawl(tmp_path / "a.jsonl", *[(LOW, {})] * 20)], LOW)
    assert (found.matches.count, len(found.matches.captures)) == (20, MOST_KEPT)


def test_an_id_finds_what_has_it_or_would_get_it(files):
    assert look_up_id(files, "first").matches.captures[0].url == LOW
    nameless = look_up(files, HIGH).matches.captures[0]
    assert look_up_id(files, nameless.record_id()).matches.captures == [nameless]
    assert not look_up_id(files, "second").matches


def test_a_file_of_many_has_no_only_capture(files, tmp_path):
    assert only_capture(files).matches.count == 2
    assert only_capture([crawl(tmp_path / "c.jsonl", (LOW, {}))]).matches.count == 1


def test_bodies_over_the_limit_are_rejected_as_clean_does(files):
    assert look_up(files, HIGH).matches
    assert not look_up(files, HIGH, max_body_bytes=2).matches.captures
