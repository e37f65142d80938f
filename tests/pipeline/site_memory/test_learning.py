"""Learning over files: the same store whatever the order, the parts and the workers; no page crosses a stage."""

import gzip
import json
import sqlite3
from contextlib import closing

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.testing.util import assert_that, equal_to
from site_pages import FOOTER, SITE, story

from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import RunError, pipeline_options
from boiloff.pipeline.output.portions import find_portions, read_tallies, write_note
from boiloff.pipeline.reading.ranges import expand_inputs
from boiloff.pipeline.site_memory import learn_ranges, sketcher
from boiloff.pipeline.site_memory.learn_ranges import LearnRangesFn
from boiloff.pipeline.site_memory.learning import LearnJob, LearnTemplates, build_learn, merge_stores, run_learn
from boiloff.pipeline.site_memory.writer import working_folder
from boiloff.transforms.classifier.classify import article_log_odds
from boiloff.transforms.core.base import clean_page
from boiloff.transforms.core.page import Capture
from boiloff.transforms.matching.wording import fingerprint
from boiloff.transforms.site_memory.derive import derive
from boiloff.transforms.site_memory.sample import sampled
from boiloff.transforms.site_memory.store import StoreError, open_store, unpack_sample


def line(capture, **more):
    return json.dumps({"html": capture.body, "url": capture.url, "captured_at": capture.captured_at} | more) + "\n"


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    """Sixty articles of one site and six of another, in eleven files, with twins and some that teach nothing."""
    folder = tmp_path_factory.mktemp("crawl")
    lines = [line(story(n)) for n in range(60)]
    lines += [line(story(n, url=f"https://mole.example/{n}")) for n in range(100, 106)]
    lines += [line(story(n, url=f"https://{SITE}/stories/{n}?amp=1")) for n in range(3)]
    lines += [line(story(7, url="", captured_at=""), url=""), "{broken\n", json.dumps({"text": "…"}) + "\n"]
    for start in range(11):
        (folder / f"{start:02d}.jsonl").write_text("".join(lines[start::11]), "utf-8")
    return folder


def learn(inputs, store, *, update=False, workers=1):
    files = expand_inputs(map(str, inputs))
    job = LearnJob(files, str(store), load_configuration(), update=update)
    return run_learn(job, pipeline_options([], workers))


def dump(store):
    """All rows of a store."""
    with closing(sqlite3.connect(store)) as connection, connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}")) for table in ("sites", "samples", "contents")
        }


@pytest.fixture(scope="module")
def at_once(crawl, tmp_path_factory):
    store = tmp_path_factory.mktemp("store") / "all.boiloff"
    return learn([crawl], store), store


def test_every_capture_is_accounted_for(at_once):
    summary, _ = at_once
    assert summary["captures"] == 72
    assert (summary["learned"], summary["unread"], summary["without_site"]) == (69, 1, 2)
    assert (summary["sites"], summary["shared_contents"]) == (2, 4)


def test_texts_without_an_address_are_learned_under_the_name_of_their_folder(tmp_path):
    for site in ("ebb.example", "flood.example"):
        (tmp_path / site).mkdir()
        for number in range(6):
            own = f"The {site} pilot counted {number * 7} boats, and every one of them lay at the mole by dusk."
            (tmp_path / site / f"{number}.txt").write_text(f"{own}\n\n{FOOTER}\n", "utf-8")
    store = tmp_path / "store"
    configuration = load_configuration().naming("", "folder")
    summary = run_learn(
        LearnJob(expand_inputs([str(tmp_path / "*.example" / "*.txt")]), str(store), configuration),
        pipeline_options([], 1),
    )
    assert (summary["learned"], summary["sites"]) == (12, 2)
    with open_store(str(store)) as opened:
        assert opened.site("ebb.example").template(fingerprint(FOOTER)).articles == 6


def test_the_store_knows_the_sites(at_once):
    with open_store(str(at_once[1])) as store:
        large, small = store.sites()
        assert (large.site, large.sampled, large.articles) == (SITE, 48, pytest.approx(60, rel=0.2))
        assert (small.site, small.sampled, small.articles) == ("mole.example", 6, 6)
        memory = store.site(SITE)
        assert memory.template(fingerprint(FOOTER)).share == 1
        assert memory == derive(store.sample(SITE))
        assert store.site("nowhere.example") is None


def test_of_captures_that_say_the_same_the_first_stands_for_all(at_once):
    with open_store(str(at_once[1])) as store:
        shared = [content for content in store.contents() if content.is_shared]
        assert {store.duplicate_of(content.key) for content in shared} == {content.id for content in shared}
        single = next(content for content in store.contents() if not content.is_shared)
        assert store.duplicate_of(single.key) == store.duplicate_of(0) == ""


def test_learning_in_parts_is_learning_at_once(crawl, at_once, tmp_path):
    files = sorted(crawl.iterdir())
    learn(files[6:], tmp_path / "memory")
    learn(files[:6], tmp_path / "memory", update=True)
    assert dump(tmp_path / "memory") == dump(at_once[1])
    learn(files[3:8], tmp_path / "memory", update=True)
    assert dump(tmp_path / "memory") == dump(at_once[1])


def test_stores_that_were_learned_apart_are_merged(crawl, at_once, tmp_path):
    files = sorted(crawl.iterdir())
    for name, part in (("a", files[:4]), ("b", files[4:])):
        learn(part, tmp_path / name)
    totals = merge_stores([str(tmp_path / "b"), str(tmp_path / "a")], str(tmp_path / "c"))
    assert dump(tmp_path / "c") == dump(at_once[1])
    assert totals == {name: at_once[0][name] for name in totals}


@pytest.mark.slow
def test_workers_and_full_hands_make_no_difference(crawl, at_once, tmp_path, monkeypatch):
    learn([crawl], tmp_path / "two", workers=2)
    monkeypatch.setattr(sketcher, "MAX_HELD_BYTES", 60_000)
    monkeypatch.setattr(sketcher, "THIN_AT", 10)
    learn(sorted(crawl.iterdir(), reverse=True), tmp_path / "small")
    assert dump(tmp_path / "two") == dump(tmp_path / "small") == dump(at_once[1])


def test_an_existing_store_is_not_replaced(crawl, at_once, tmp_path):
    with pytest.raises(StoreError, match="exists; name another, or pass --update"):
        learn([crawl], at_once[1])


def test_a_run_that_fails_leaves_the_old_store(crawl, tmp_path, monkeypatch):
    store = tmp_path / "memory"
    learn([crawl / "00.jsonl"], store)
    before = store.read_bytes()
    monkeypatch.setattr(LearnRangesFn, "complete", lambda self: 1 / 0)
    with pytest.raises(RunError, match="the run failed, nothing was written to"):
        learn([crawl], store, update=True)
    assert store.read_bytes() == before
    assert list(tmp_path.iterdir()) == [store]


def test_a_store_that_is_damaged_while_it_is_merged_stays(crawl, tmp_path, monkeypatch):
    store = tmp_path / "memory"
    learn([crawl / "00.jsonl"], store)
    before = store.read_bytes()
    monkeypatch.setattr("boiloff.pipeline.site_memory.writer.derive", lambda sample: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        learn([crawl], store, update=True)
    assert store.read_bytes() == before
    assert list(tmp_path.iterdir()) == [store]


def test_two_runs_do_not_write_one_store(crawl, tmp_path):
    with working_folder(str(tmp_path / "memory")), pytest.raises(StoreError, match="another run is using"):
        learn([crawl], tmp_path / "memory")


def test_what_a_killed_run_has_left_beside_a_store_is_thrown_away(crawl, tmp_path):
    left = tmp_path / "memory.learning"
    left.mkdir()
    (left / "boiloff.lock").touch()
    (left / "store.sqlite").write_text("half a store")
    learn([crawl / "00.jsonl"], tmp_path / "memory")
    assert [path.name for path in tmp_path.iterdir()] == ["memory"]


def test_a_page_that_cannot_be_judged_teaches_nothing(tmp_path, monkeypatch):
    def fail_on_parrots(page):
        if "parrot" in page.blocks[-1].text:
            raise RuntimeError("a parrot")
        return article_log_odds(page)

    monkeypatch.setattr(sketcher, "article_log_odds", fail_on_parrots)
    parrot = Capture("<p>A lamp, a parrot.</p>", url=f"https://{SITE}/p")
    (tmp_path / "in.jsonl").write_text(line(story(1)) + line(parrot))
    summary = learn([tmp_path / "in.jsonl"], tmp_path / "memory")
    assert (summary["captures"], summary["learned"], summary["failed"]) == (2, 1, 1)


def test_learning_inside_another_pipeline():
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        captures = pipeline | beam.Create([story(n) for n in range(5)], reshuffle=False)
        templates = captures | LearnTemplates() | beam.MapTuple(lambda site, sample: (site, derive(sample).sampled))
        assert_that(templates, equal_to([(SITE, 5)]))


SHUFFLING = ("beam:transform:group_by_key:v1", "beam:transform:reshuffle:v1", "beam:transform:flatten:v1")


@pytest.mark.parametrize("runner", ["FnApiRunner", "FlinkRunner"])
def test_no_page_crosses_a_stage_boundary(runner, tmp_path):
    """One transform reads, sketches and writes; captures and pages are inside of it."""
    pipeline = beam.Pipeline(options=PipelineOptions([f"--runner={runner}"]))
    job = LearnJob([str(tmp_path / "x")], str(tmp_path / "memory"), load_configuration())
    build_learn(pipeline, job, str(tmp_path / "work"))
    components = pipeline.to_runner_api().components
    leaves = [transform for transform in components.transforms.values() if not transform.subtransforms]
    (learn,) = [t for t in leaves if t.unique_name.startswith("LearnRanges/")]
    assert set(learn.outputs) == {"None", "tallies"}  # files, and counts
    shuffled = [t.unique_name for t in leaves if t.spec.urn in SHUFFLING]
    expected = {"FindRanges", "SumCounts", "Written", "Gather", *(["Merge"] if runner != "FnApiRunner" else [])}
    assert {name.split("/")[0] for name in shuffled} == expected


def test_gzipped_inputs_teach_the_same(crawl, at_once, tmp_path):
    for path in crawl.iterdir():
        (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    learn(sorted(tmp_path.glob("*.gz")), tmp_path / "memory")
    assert dump(tmp_path / "memory")["samples"] == dump(at_once[1])["samples"]


def test_workers_of_a_cluster_merge_before_the_store_does(crawl, at_once, tmp_path, monkeypatch):
    monkeypatch.setattr("boiloff.pipeline.site_memory.learning.FnApiRunner", type(None))
    learn([crawl], tmp_path / "memory")
    assert dump(tmp_path / "memory") == dump(at_once[1])


def test_articles_that_the_sample_has_no_place_for_are_not_judged(monkeypatch):
    """A site of many pages costs the parsing of most of them; the sample is the same as if all were judged."""
    captures = [story(n) for n in range(400)]
    gathering = sketcher.Sketcher(load_configuration())
    judged = []
    monkeypatch.setattr(sketcher, "clean_page", lambda page, steps: judged.append(page.url) or clean_page(page, steps))
    for capture in captures:
        list(gathering.sketch(capture))
    (found,) = (unpack_sample(*sample) for sample in gathering.release())
    assert gathering.counts["learned"] == 400
    assert len(judged) < 300
    assert found.articles == sampled(gathering.learner.lesson(capture).sketch for capture in captures)


class DiesError(Exception):
    """What stands for the death of a run."""


def dies_after(portions, monkeypatch):
    """Have a run in this process fail when it has noted a number of portions."""
    noted = []

    def note(*how):
        write_note(*how)
        noted.append(how)
        if len(noted) == portions:
            raise DiesError("killed")

    monkeypatch.setattr("boiloff.pipeline.work_ranges.write_note", note)


def noting(inputs, store, **settings):
    """Learn in one process; each range is a portion."""
    job = LearnJob(expand_inputs([str(inputs)]), str(store), load_configuration(), portion_seconds=0.0, **settings)
    return run_learn(job, pipeline_options([]))


def test_learning_that_died_goes_on(crawl, at_once, tmp_path, monkeypatch):
    store, taken = tmp_path / "memory", []
    for portions in (3, 5):
        with monkeypatch.context() as patch:
            dies_after(portions, patch)
            with pytest.raises(RunError, match=r"nothing was written to .*; --resume goes on where the run was$"):
                noting(crawl, store, resume=True)
    assert not store.exists()
    portions = find_portions(f"{store}.learning")
    known = sum(tally.counts.get("captures", 0) for portion in portions for tally in read_tallies(portion.path))
    with monkeypatch.context() as patch:
        take = LearnRangesFn.take
        patch.setattr(LearnRangesFn, "take", lambda learner, item: taken.append(item) or take(learner, item))
        summary = noting(crawl, store, resume=True)
    assert len(portions) == 8
    assert len(taken) == summary["captures"] - known < summary["captures"]
    assert dump(store) == dump(at_once[1])
    assert {**summary, "seconds": 0} == {**at_once[0], "seconds": 0}
    assert [path.name for path in tmp_path.iterdir()] == ["memory"]


def test_learning_that_died_while_the_store_was_written_goes_on(crawl, at_once, tmp_path, monkeypatch):
    store = tmp_path / "memory"
    noting(crawl / "00.jsonl", store)
    before = store.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("boiloff.pipeline.site_memory.writer.derive", lambda sample: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            noting(crawl, store, update=True)
    assert store.read_bytes() == before
    with monkeypatch.context() as patch:
        patch.setattr(learn_ranges, "read_range", None)  # all is read
        noting(crawl, store, update=True, resume=True)
    assert dump(store) == dump(at_once[1])


def test_damaged_portions_are_learned_again(crawl, at_once, tmp_path, monkeypatch):
    store = tmp_path / "memory"
    with monkeypatch.context() as patch:
        dies_after(4, patch)
        with pytest.raises(RunError):
            noting(crawl, store)
    (first, *_) = sorted((tmp_path / "memory.learning").glob("contents-*"))
    first.write_bytes(first.read_bytes()[:-9])
    noting(crawl, store, resume=True)
    assert dump(store) == dump(at_once[1])


def test_learning_that_died_on_a_cluster_goes_on(crawl, at_once, tmp_path, monkeypatch):
    monkeypatch.setattr("boiloff.pipeline.site_memory.learning.FnApiRunner", type(None))
    with monkeypatch.context() as patch:
        dies_after(4, patch)
        with pytest.raises(RunError):
            noting(crawl, tmp_path / "memory")
    noting(crawl, tmp_path / "memory", resume=True)
    assert dump(tmp_path / "memory") == dump(at_once[1])


def test_another_run_of_learning_is_not_resumed(crawl, at_once, tmp_path, monkeypatch):
    store = tmp_path / "memory"
    with monkeypatch.context() as patch:
        dies_after(2, patch)
        with pytest.raises(RunError):
            noting(crawl, store)
    with pytest.raises(StoreError, match=r"the unfinished run in .*memory.learning' is another one .*without --resume"):
        noting(crawl / "00.jsonl", store, resume=True)
    noting(crawl, store)
    assert dump(store) == dump(at_once[1])


def test_a_short_run_that_fails_leaves_nothing_to_resume(crawl, tmp_path, monkeypatch):
    monkeypatch.setattr("boiloff.pipeline.site_memory.learning.write_store", lambda *how: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        learn([crawl], tmp_path / "memory")
    assert list(tmp_path.iterdir()) == []
