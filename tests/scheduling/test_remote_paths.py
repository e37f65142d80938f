"""Inputs, output and site memory on a filesystem that only Beam opens.

A made-up scheme stands for object storage: no folder of it can be asked for with the functions of `os`.
"""

import json
import shutil
from pathlib import Path

import pytest
from apache_beam.io.filesystem import CompressionTypes, FileMetadata, FileSystem

from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.engine import RunError, pipeline_options
from boiloff.pipeline.inspect.export import FORMS, export
from boiloff.pipeline.output.folder import OutputError
from boiloff.pipeline.output.manifest import open_finished_run
from boiloff.pipeline.output.portions import write_note
from boiloff.pipeline.reading.ranges import InputError, expand_inputs
from boiloff.pipeline.run import CleanJob, run_clean
from boiloff.pipeline.site_memory.learning import LearnJob, run_learn
from boiloff.transforms.site_memory.store import open_store

SCHEME = "tide"


class TideFileSystem(FileSystem):
    """`tide://` names the files of `root`. Like object storage it knows files, and folders by no more than their names."""

    root = Path()

    @classmethod
    def scheme(cls):
        return SCHEME

    def _local(self, path):
        assert path.startswith(f"{SCHEME}://")
        return self.root / path.removeprefix(f"{SCHEME}://")

    def join(self, basepath, *paths):
        return "/".join([basepath.rstrip("/"), *paths])

    def split(self, path):
        head, _, tail = path.rpartition("/")
        return head, tail

    def mkdirs(self, path):
        pass

    def has_dirs(self):
        return False

    def _list(self, dir_or_prefix):
        for path in sorted(self.root.rglob("*")):
            name = f"{SCHEME}://{path.relative_to(self.root).as_posix()}"
            if path.is_file() and name.startswith(dir_or_prefix):
                yield FileMetadata(name, path.stat().st_size)

    def create(self, path, mime_type="", compression_type=CompressionTypes.AUTO):
        self._local(path).parent.mkdir(parents=True, exist_ok=True)
        return self._local(path).open("wb")

    def open(self, path, mime_type="", compression_type=CompressionTypes.AUTO):
        return self._local(path).open("rb")

    def copy(self, source_file_names, destination_file_names):
        for source, destination in zip(source_file_names, destination_file_names, strict=True):
            shutil.copyfile(self._local(source), self._made(destination))

    def rename(self, source_file_names, destination_file_names):
        for source, destination in zip(source_file_names, destination_file_names, strict=True):
            self._local(source).rename(self._made(destination))

    def _made(self, path):
        self._local(path).parent.mkdir(parents=True, exist_ok=True)
        return self._local(path)

    def exists(self, path):
        return self._local(path).is_file()

    def size(self, path):
        return self._local(path).stat().st_size

    def last_updated(self, path):
        return self._local(path).stat().st_mtime

    def checksum(self, path):
        return str(self.size(path))

    def metadata(self, path):
        return FileMetadata(path, self.size(path), self.last_updated(path))

    def delete(self, paths):
        for path in paths:
            local = self._local(path)
            shutil.rmtree(local, ignore_errors=True) if local.is_dir() else local.unlink(missing_ok=True)


@pytest.fixture
def tide(tmp_path, seeds, monkeypatch):
    monkeypatch.setattr(TideFileSystem, "root", tmp_path / "tide")
    shutil.copytree(seeds, tmp_path / "tide" / "crawl")
    return tmp_path / "tide"


def articles(folder):
    lines = [line for path in folder.glob("articles-*.jsonl") for line in path.read_text("utf-8").splitlines()]
    return sorted((record["id"], record["text"], record["duplicate_of"]) for record in map(json.loads, lines))


def cleaned(source, output, **how):
    job = CleanJob(expand_inputs([source]), output, load_configuration(), **how)
    return run_clean(job, pipeline_options([]))


def test_a_folder_on_another_filesystem_is_listed(tide):
    assert f"{SCHEME}://crawl/text/column-en.txt" in expand_inputs([f"{SCHEME}://crawl"])
    assert expand_inputs([f"{SCHEME}://crawl/*.jsonl"]) == [f"{SCHEME}://crawl/captures.jsonl"]


@pytest.mark.slow
def test_a_run_that_learns_gives_what_a_local_run_gives(tide, tmp_path, seeds):
    summary = cleaned(f"{SCHEME}://crawl", f"{SCHEME}://clean/monday", learns=True)
    cleaned(str(seeds), str(tmp_path / "local"), learns=True)
    assert summary["templates"] == f"{SCHEME}://clean/monday/site-memory.boiloff"
    assert articles(tide / "clean" / "monday") == articles(tmp_path / "local")
    here, there = (
        {path.name for path in folder.iterdir()} for folder in (tmp_path / "local", tide / "clean" / "monday")
    )
    assert there == here


@pytest.mark.slow
def test_learning_is_resumed_there(tide, monkeypatch):
    def job(name, **how):
        inputs = expand_inputs([f"{SCHEME}://crawl"])
        return LearnJob(inputs, f"{SCHEME}://memory/{name}", load_configuration(), portion_seconds=0.0, **how)

    noted = []

    def note(*words):
        if len(noted) == 3:
            raise OSError("gone")
        noted.append(words)
        write_note(*words)

    run_learn(job("undisturbed"), pipeline_options([]))
    with monkeypatch.context() as patch:
        patch.setattr("boiloff.pipeline.work_ranges.write_note", note)
        with pytest.raises(RunError, match=r"gone.*--resume goes on where the run was"):
            run_learn(job("resumed"), pipeline_options([]))
    run_learn(job("resumed", resume=True), pipeline_options([]))
    assert sorted(path.name for path in (tide / "memory").rglob("*") if path.is_file()) == ["resumed", "undisturbed"]
    resumed, undisturbed = (open_store(str(tide / "memory" / name)) for name in ("resumed", "undisturbed"))
    with resumed, undisturbed:
        assert [*resumed.samples()] == [*undisturbed.samples()]
        assert [*resumed.contents()] == [*undisturbed.contents()]


@pytest.mark.slow
def test_site_memory_is_kept_and_used(tide):
    store = f"{SCHEME}://memory/sites.boiloff"
    for update in (False, True):
        job = LearnJob(expand_inputs([f"{SCHEME}://crawl"]), store, load_configuration(), update=update)
        assert run_learn(job, pipeline_options([]))["learned"] > 0
    assert [path.name for path in (tide / "memory").rglob("*") if path.is_file()] == ["sites.boiloff"]
    summary = cleaned(f"{SCHEME}://crawl", f"{SCHEME}://clean/tuesday", templates=store)
    assert summary["captures"] == summary["articles"] + summary["rejected"]


def test_workers_copy_only_what_cleaning_reads_of_a_store(tide, monkeypatch):
    page = (tide / "crawl" / "harbour-gazette" / "market-hall-roof-vote.html").read_text("utf-8")
    twins = [{"html": page, "url": f"https://gazette.example/{name}"} for name in ("east", "west")]
    (tide / "crawl" / "twins.jsonl").write_text("".join(json.dumps(twin) + "\n" for twin in twins))
    store = f"{SCHEME}://memory/sites.boiloff"
    run_learn(LearnJob(expand_inputs([f"{SCHEME}://crawl"]), store, load_configuration()), pipeline_options([]))
    sizes, opened = {}, TideFileSystem.open
    monkeypatch.setattr(
        TideFileSystem, "open", lambda self, path, *rest: sizes.update({path: self.size(path)}) or opened(self, path)
    )
    cleaned(f"{SCHEME}://crawl", f"{SCHEME}://clean/full", templates=store)
    recalled = sizes[f"{SCHEME}://clean/full/_unfinished/recall.boiloff"]
    assert recalled < 0.7 * sizes[store]
    shutil.copy(tide / "memory" / "sites.boiloff", tide.parent / "local.boiloff")
    cleaned(f"{SCHEME}://crawl", f"{SCHEME}://clean/local", templates=str(tide.parent / "local.boiloff"))
    assert articles(tide / "clean" / "full") == articles(tide / "clean" / "local")
    assert any(duplicate for _, _, duplicate in articles(tide / "clean" / "full"))


def test_a_run_is_resumed_there(tide, monkeypatch):
    """Object storage has no folders and no locks: a run that is not resumed must not use what it finds."""
    how = {"learns": True, "portion_bytes": 60_000}
    cleaned(f"{SCHEME}://crawl", f"{SCHEME}://clean/undisturbed", **how)
    noted = []

    def note(*words):
        if len(noted) == 3:
            raise OSError("gone")
        noted.append(words)
        write_note(*words)

    for name in ("resumed", "anew"):
        with monkeypatch.context() as patch:
            patch.setattr("boiloff.pipeline.work_ranges.write_note", note)
            noted.clear()
            with pytest.raises(RunError, match=r"gone.*--resume goes on where the run was"):
                cleaned(f"{SCHEME}://crawl", f"{SCHEME}://clean/{name}", **how)
        summary = cleaned(
            f"{SCHEME}://crawl", f"{SCHEME}://clean/{name}", **how, resume=name == "resumed", overwrite=name == "anew"
        )
        assert ("learn" in summary["seconds_by_stage"]) == (name == "anew")
        assert articles(tide / "clean" / name) == articles(tide / "clean" / "undisturbed")
        assert not [path for path in (tide / "clean" / name / "_unfinished").rglob("*") if path.is_file()]


def test_a_finished_run_is_replaced_when_asked(tide):
    for _ in range(2):
        cleaned(f"{SCHEME}://crawl/text", f"{SCHEME}://clean", overwrite=True)
    assert (tide / "clean" / "_SUCCESS").exists()
    assert len(list((tide / "clean").glob("articles-*"))) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_run_in_parquet_there_is_exported_there(tide, form):
    cleaned(f"{SCHEME}://crawl/text", f"{SCHEME}://clean", format="parquet")
    run = open_finished_run(f"{SCHEME}://clean")
    done = export(run, FORMS[form], f"{SCHEME}://corpus", FORMS[form].format)
    assert done.documents == len(list(run.records("articles"))) > 0
    found = [path.relative_to(tide / "corpus").as_posix() for path in (tide / "corpus").rglob("*") if path.is_file()]
    assert found == [f"{FORMS[form].folder}/articles-00000-of-00001.{FORMS[form].format}".lstrip("/")]
    with pytest.raises(OutputError, match="overwrites nothing"):
        export(run, FORMS[form], f"{SCHEME}://corpus", "jsonl")


def test_where_no_run_lies_is_reported_there_too(tide):
    with pytest.raises(InputError, match="not a finished run"):
        open_finished_run(f"{SCHEME}://crawl")
