"""Learning from captures: to samples of sites, and from these to a store. Pages never leave the worker; sketches do."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import GlobalWindows

from ..._version import __version__
from ...transforms.core.page import Capture
from ...transforms.recall_sites import RecallSites
from ...transforms.site_memory.sample import SiteSample, merge
from ...transforms.site_memory.store import Content, StoreError, open_store, pack_sample, unpack_sample
from ..config import Configuration, load_configuration
from ..engine import RunError, failing_as_a_run, is_local, local_runner, run_to_end
from ..output import LEARNING_SUFFIX, RUN
from ..output.folder import has_portions
from ..output.manifest import is_begun, known_of
from ..output.portions import Portion, delete_unlisted, find_portions, read_tallies
from ..output.writer import Shard, WriteRecords, read_json, write_json
from ..progress import LEARNING, WRITING, begin_phase
from ..reading.ranges import RANGE_BYTES, absolute
from ..summary import sum_counts
from ..work_ranges import TALLIES, bytes_left, ranges_left
from .learn_ranges import (
    CONTENTS,
    PORTION_SECONDS,
    SAMPLES,
    LearnRangesFn,
    content_of,
    records_of,
    sample_of,
    sample_record,
)
from .sketcher import Packed, Sketcher
from .writer import check_target, working_folder, write_store

COUNTS = "counts"
SHARDS = "shards.json"
# What to do after a run that was stopped.
AGAIN = "start it again, or learn some files at a time with --update"
RESUMED = "--resume goes on where the run was"


class SketchCapturesFn(beam.DoFn):
    """Turn captures into packed samples, one for each site of a bundle. Samples are reduced before they leave the
    worker.

    Contents and counts are tagged outputs. If a bundle has too many samples, some are emitted early, and a later merge
    combines them.
    """

    CONTENTS = CONTENTS
    COUNTS = COUNTS

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration

    def setup(self) -> None:
        """Build the steps once per worker."""
        self.sketcher = Sketcher(self.configuration)

    def start_bundle(self) -> None:
        """Begin with nothing: no sample is held between bundles."""
        self.sketcher.forget()

    def process(self, capture: Capture) -> Iterator[Packed | TaggedOutput]:
        """Sketch one capture."""
        for found in self.sketcher.sketch(capture):
            yield TaggedOutput(self.CONTENTS, found) if isinstance(found, Content) else found

    def finish_bundle(self) -> Iterator[Any]:
        """Yield the samples that are held, and the bundle's counts."""
        yield from map(GlobalWindows.windowed_value_at_end_of_window, self.sketcher.release())
        counts = dict(self.sketcher.counts)
        yield TaggedOutput(self.COUNTS, GlobalWindows.windowed_value_at_end_of_window(counts))


@dataclass
class SketchCaptures(beam.PTransform):
    """Turn captures into `samples` (site, packed sample), `contents` and `counts`, by these names, in one fused stage.

    A site has one or more samples for each bundle with pages of it.
    """

    configuration: Configuration = field(default_factory=load_configuration)

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, captures: beam.PCollection[Capture]) -> dict[str, beam.PCollection[Any]]:
        """Sketch the captures."""
        tags = SketchCapturesFn.CONTENTS, SketchCapturesFn.COUNTS
        sketch = beam.ParDo(SketchCapturesFn(self.configuration))
        outputs = captures | "Sketch" >> sketch.with_outputs(*tags, main="samples")
        return {"samples": outputs.samples, **{tag: outputs[tag] for tag in tags}}


class MergeBySite(beam.PTransform):
    """Merge the packed samples of each site into one.

    They were thinned before they are shuffled. Beam's own way to do that, CombinePerKey, bounds the number of keys that
    it holds and not their size.
    """

    def expand(self, samples: beam.PCollection[tuple[str, bytes]]) -> beam.PCollection[tuple[str, SiteSample]]:
        """Merge by site."""
        return samples | "BySite" >> beam.GroupByKey() | "Merge" >> beam.MapTuple(_merged)


def _merged(site: str, packed: Iterable[bytes]) -> tuple[str, SiteSample]:
    """Merge the samples of a site one by one: only two are in memory."""
    return site, reduce(lambda merged, sample: merge([merged, sample]), (unpack_sample(site, one) for one in packed))


@dataclass
class LearnTemplates(beam.PTransform):
    """Learn what the articles of each site have in common. Turns captures into pairs (site, sample), one for each site.

    `transforms.site_memory.derive.derive` turns a sample into the memory of a site. Beam shuffles only sketches, at
    most twice 48 articles for each site and bundle. The transform ignores windows.
    """

    configuration: Configuration = field(default_factory=load_configuration)

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, captures: beam.PCollection[Capture]) -> beam.PCollection[tuple[str, SiteSample]]:
        """Sketch in one fused stage, then merge by site."""
        return (captures | SketchCaptures(self.configuration))["samples"] | MergeBySite()


@dataclass(frozen=True)
class LearnJob:
    """The parameters of a run of `learn`.

    Attributes:
      inputs: Files as `expand_inputs` returns them.
      store: The path of the store.
      configuration: How pages are judged.
      update: Whether to merge into an existing store.
      resume: Whether to continue an unfinished run with the same identity.
      progress_folder: Where workers count their work; "" for nowhere.
      range_bytes: Bytes of input in a range.
      portion_seconds: Seconds after which a worker finishes a portion.
    """

    inputs: Sequence[str]
    store: str
    configuration: Configuration
    update: bool = False
    resume: bool = False
    progress_folder: str = ""
    range_bytes: int = RANGE_BYTES
    portion_seconds: float = PORTION_SECONDS


def run_learn(job: LearnJob, options: PipelineOptions, remains: str = "") -> dict[str, Any]:
    """Learn from the inputs, write the store, and return the summary.

    An old store stays unchanged unless the run ends well. Of a run that fails, only the finished portions stay, if
    there are any. `remains` says what a failed run leaves, if the store is part of another run. Raises RunError;
    StoreError for a store that cannot be read or written; and KeyboardInterrupt, which says what a stopped run leaves.
    """
    unchanged = f"nothing was written to {job.store!r}"
    try:
        return _run(job, options, remains or unchanged)
    except RunError as error:
        if not remains and is_resumable(job.store):
            raise RunError(f"{error}; {RESUMED}") from error
        raise
    except KeyboardInterrupt as stop:
        way_on = RESUMED if is_resumable(job.store) else AGAIN
        raise KeyboardInterrupt(f"{unchanged}: {way_on}") from stop


def is_resumable(store: str) -> bool:
    """Return True if an unfinished run that would write the store has finished a portion."""
    return has_portions(store + LEARNING_SUFFIX)


def _run(job: LearnJob, options: PipelineOptions, remains: str) -> dict[str, Any]:
    started = time.monotonic()
    check_recalled(job.configuration)
    if not is_local(options):
        job = replace(job, inputs=[*map(absolute, job.inputs)], store=absolute(job.store))
    is_new = not check_target(job.store, update=job.update)
    identity = _identity_of(job)
    resumes = job.resume and is_begun(job.store + LEARNING_SUFFIX, identity)
    if job.resume and not resumes and is_resumable(job.store):
        raise StoreError(
            f"the unfinished run in {job.store + LEARNING_SUFFIX!r} is another one (version, configuration, store or "
            "inputs); without --resume, boiloff deletes it and learns from the beginning"
        )
    with working_folder(job.store, resumes=resumes) as folder:
        with failing_as_a_run(remains):
            write_json(FileSystems.join(folder, RUN), identity)
        portions = find_portions(folder) if resumes else []
        delete_unlisted(folder, portions, (SAMPLES, CONTENTS, COUNTS))
        sizes = bytes_left(identity["inputs"], portions) if job.progress_folder else ()
        pipeline = beam.Pipeline(local_runner(options), options)
        counted = replace(job, progress_folder=begin_phase(job.progress_folder, LEARNING, sizes))
        build_learn(pipeline, counted, folder, portions)
        run_to_end(pipeline, remains)
        begin_phase(job.progress_folder, WRITING)
        with failing_as_a_run(remains):
            shards = read_json(FileSystems.join(folder, SHARDS))
            with write_store(job.store, folder) as writer:
                for record in _records(shards[SAMPLES]):
                    writer.add_sample(unpack_sample(*sample_of(record)))
                writer.add_contents(map(content_of, _records(shards[CONTENTS])))
            counts = {name: count for record in _records(shards[COUNTS]) for name, count in record.items()}
    seconds = round(time.monotonic() - started, 3)
    return {"captures": 0, "learned": 0, **counts, **writer.totals(), "is_new": is_new, "seconds": seconds}


def _identity_of(job: LearnJob) -> dict[str, Any]:
    """Return what identifies a run: two runs of one identity write the same store."""
    return {
        "tool_version": __version__,
        "config_sha256": job.configuration.sha256(),
        "templates": [known._asdict() for known in known_of([job.store]) if known.bytes >= 0],
        "inputs": [known._asdict() for known in known_of(job.inputs)],
    }


def check_recalled(configuration: Configuration) -> None:
    """Raise StoreError for a configuration with a RecallSites step whose store cannot be used."""
    for step in configuration.build():
        if isinstance(step, RecallSites) and isinstance(step.templates, str):
            open_store(step.templates).close()


def build_learn(pipeline: beam.Pipeline, job: LearnJob, folder: str, portions: Sequence[Portion] = ()) -> None:
    """Lay out the pipeline: one stage reads, sketches and writes to `folder`.

    `portions` are those that an earlier run has finished. The local engine holds all that it shuffles in memory, so
    there only the store merges the samples of a site; on a cluster the workers merge them first.
    """
    max_body_bytes = job.configuration.limits.max_body_bytes
    work = pipeline | "FindRanges" >> ranges_left(job.inputs, portions, job.range_bytes, max_body_bytes, folder)
    learn = LearnRangesFn(folder, job.configuration, job.progress_folder, job.portion_seconds)
    learned = work | "LearnRanges" >> beam.ParDo(learn).with_outputs(TALLIES, main="shards")
    shards, tallies = learned.shards, learned[TALLIES]
    if portions:
        earlier = [shard for portion in portions for shard in portion.shards]
        notes = [portion.path for portion in portions]
        known = pipeline | "Notes" >> beam.Create(notes) | "ReadTallies" >> beam.FlatMap(read_tallies)
        shards = (shards, pipeline | "EarlierShards" >> beam.Create(earlier)) | "AllShards" >> beam.Flatten()
        tallies = (tallies, known) | "AllTallies" >> beam.Flatten()
    counts = tallies | "Counts" >> beam.Map(lambda tally: tally.counts)
    summed = counts | "SumCounts" >> beam.CombineGlobally(sum_counts)
    written = [shards, summed | "WriteCounts" >> WriteRecords(folder, COUNTS)]
    if not isinstance(pipeline.runner, FnApiRunner):
        contents = shards | "Contents" >> beam.Filter(lambda shard: shard.name == CONTENTS)
        samples = shards | "Samples" >> beam.Filter(lambda shard: shard.name == SAMPLES)
        written = [contents, samples | "Merge" >> MergeShards(folder), *written[1:]]
    gathered = written | "Written" >> beam.Flatten() | "Gather" >> beam.combiners.ToList()
    _ = gathered | "WriteShards" >> beam.Map(_write_shards, folder=folder)


@dataclass
class MergeShards(beam.PTransform):
    """Merge the samples of each site in files of samples, and write them to other files in `folder`."""

    folder: str

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, shards: beam.PCollection[Shard]) -> beam.PCollection[Shard]:
        """Read, merge by site, and write."""
        samples = shards | "Read" >> beam.FlatMap(lambda shard: map(sample_of, records_of(shard.path)))
        packed = samples | MergeBySite() | "Pack" >> beam.MapTuple(lambda site, merged: (site, pack_sample(merged)))
        records = packed | "Records" >> beam.MapTuple(sample_record)
        return records | "Write" >> WriteRecords(self.folder, SAMPLES)


def _write_shards(shards: list[Shard], folder: str) -> None:
    """Write the paths of the shards, by name; the folder may hold another file of a bundle that was repeated."""
    paths = {name: [shard.path for shard in shards if shard.name == name] for name in (SAMPLES, CONTENTS, COUNTS)}
    write_json(FileSystems.join(folder, SHARDS), paths)


def _records(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the records of some shards, one at a time."""
    for path in sorted(paths):
        yield from records_of(path)


def merge_stores(paths: Sequence[str], target: str, *, update: bool = False) -> dict[str, int]:
    """Merge stores that were learned separately, as if they had been learned at once; return the totals."""
    check_target(target, update=update)
    with ExitStack() as stack:
        stores = [stack.enter_context(open_store(path)) for path in paths]
        folder = stack.enter_context(working_folder(target))
        stack.enter_context(failing_as_a_run(f"nothing was written to {target!r}"))
        with write_store(target, folder) as writer:
            for store in stores:
                for sample in store.samples():
                    writer.add_sample(sample)
                writer.add_contents(store.contents())
    return writer.totals()
