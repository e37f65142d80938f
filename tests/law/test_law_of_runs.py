"""The law of a run: every capture is one article or one rejected record, whatever the files are."""

import json

from generated import crawls, damaged
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from law_runs import cleaned, write
from laws import check_file, check_spans, rebuilt

from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import Capture, parse

# A run takes a second: what breaks the law is shown as it was found.
IN_A_RUN = settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@given(files=crawls())
@settings(max_examples=60)
def test_readers_find_every_capture_of_sound_files_once(files):
    for file in files:
        found = [
            item.id or (item.source_file if item.source_offset < 0 else "") for item in check_file(file.data, file.name)
        ]
        assert found == list(file.ids)


@given(files=crawls())
@IN_A_RUN
def test_a_run_gives_every_capture_one_record(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    run = cleaned(write(files, folder / "crawl"), folder / "out")
    expected = sum(len(file.ids) for file in files)
    assert run.summary["captures"] == len(run.articles) + len(run.rejected) == expected
    known = sorted(name for file in files for name in file.ids if name and not name.endswith((".page", ".warc")))
    ids = [record["id"] for record in (*run.articles, *run.rejected)]
    assert [ids.count(name) for name in known] == [1] * len(known)


@given(data=st.data(), files=crawls(max_files=3))
@IN_A_RUN
def test_damage_costs_no_count(data, files, tmp_path_factory):
    """What cannot be read is counted and rejected; what was read is an article with all its blocks, or rejected."""
    folder = tmp_path_factory.mktemp("damaged")
    files = [file._replace(data=data.draw(damaged(file.data))) for file in files]
    run = cleaned(write(files, folder / "crawl"), folder / "out")
    items = [item for file in files for item in check_file(file.data, str(folder / "crawl" / file.name))]
    assert run.summary["captures"] == len(run.articles) + len(run.rejected) == len(items)
    pages = {
        (item.record_id(), item.source_file, item.source_offset): item for item in items if isinstance(item, Capture)
    }
    removed: dict[str, list] = {}
    for entry in run.removed:
        removed.setdefault(entry["id"], []).append(entry)
    for article in run.articles:
        check_spans(article)
        capture = pages[article["id"], article["source_file"], article["source_offset"]]
        if sum(other["id"] == article["id"] for other in run.articles) == 1:
            assert rebuilt(article, removed.get(article["id"], [])) == [block.text for block in parse(capture).blocks]
    read = sorted(json.dumps(item.to_dict()) for item in items if isinstance(item, Rejected))
    written = sorted(json.dumps(entry) for entry in run.rejected if entry["stage"] == "read")
    assert read == written
