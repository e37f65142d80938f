"""A run of `learn`: from input files to a store, and from several stores to one."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from ...transforms.recall_sites import RecallSites
from ...transforms.site_memory.packing import pack_sample, unpack_sample
from ...transforms.site_memory.sample import SiteSample
from ...transforms.site_memory.store import Content, open_store
from ..configuration import Configuration
from ..earlier_runs import known_of
from ..local_runner import local_runner
from ..progress import LEARNING, WRITING, begin_phase
from ..reading.inputs import absolute
from ..reading.read import REJECTED, ReadCaptures
from ..runners import is_local
from ..running import failing_as_a_run, run_to_end
from ..tally import SumCounts
from ..writing import Shard, WriteRecords, read_json, write_json
from .learning import MergeBySite, SketchCaptures, SketchCapturesFn
from .writer import check_target, working_folder, write_store

SAMPLES, CONTENTS, COUNTS = "samples", "contents", "counts"
SHARDS = "shards.json"


@dataclass(frozen=True)
class LearnJob:
    """What a run needs to know: `inputs` as `expand_inputs` gave them, the store's path, and how pages are judged.

    `update` merges into the store if there is one. In `progress_folder`, if there is one, workers count what is done.
    """

    inputs: Sequence[str]
    store: str
    configuration: Configuration
    update: bool = False
    progress_folder: str = ""


def run_learn(job: LearnJob, options: PipelineOptions, remains: str = "") -> dict[str, Any]:
    """Learn from the inputs, write the store, and return the summary. Raises RunError, and StoreError for a store that
    cannot be read or written. Unless it ends well, an old store stays as it was. `remains` tells what a failed run
    leaves, where the store is part of another run.
    """
    started = time.monotonic()
    remains = remains or f"nothing of it is in {job.store!r}"
    check_recalled(job.configuration)
    if not is_local(options):
        job = replace(job, inputs=[*map(absolute, job.inputs)], store=absolute(job.store))
    is_new = not check_target(job.store, update=job.update)
    sizes = (known.bytes for known in known_of(job.inputs)) if job.progress_folder else ()
    with working_folder(job.store) as folder:
        pipeline = beam.Pipeline(local_runner(options), options)
        counted = replace(job, progress_folder=begin_phase(job.progress_folder, LEARNING, sizes))
        build_learn(pipeline, counted, folder)
        run_to_end(pipeline, remains)
        begin_phase(job.progress_folder, WRITING)
        with failing_as_a_run(remains):
            shards = read_json(FileSystems.join(folder, SHARDS))
            with write_store(job.store, folder) as writer:
                for record in _records(shards[SAMPLES]):
                    writer.add_sample(unpack_sample(record["site"], b64decode(record["sample"])))
                writer.add_contents(Content(**record) for record in _records(shards[CONTENTS]))
            counts = {name: count for record in _records(shards[COUNTS]) for name, count in record.items()}
    seconds = round(time.monotonic() - started, 3)
    return {"captures": 0, "learned": 0, **counts, **writer.totals(), "is_new": is_new, "seconds": seconds}


def check_recalled(configuration: Configuration) -> None:
    """Refuse a configuration that recalls sites from a store that cannot be used. Raises StoreError."""
    for step in configuration.build():
        if isinstance(step, RecallSites) and isinstance(step.templates, str):
            open_store(step.templates).close()


def build_learn(pipeline: beam.Pipeline, job: LearnJob, folder: str) -> None:
    """Lay out the pipeline: read, sketch and write to `folder` in one fused stage.

    The local engine holds in memory whatever it shuffles, so there the samples of a site stay apart until the store
    merges them; on a cluster the workers merge them first.
    """
    limits = job.configuration.limits
    reading = ReadCaptures(job.inputs, limits.max_body_bytes, progress_folder=job.progress_folder)
    read = pipeline | "Read" >> reading
    learned = read.captures | "SketchCaptures" >> SketchCaptures(job.configuration, job.progress_folder)
    samples = learned["samples"]
    if not isinstance(pipeline.runner, FnApiRunner):
        samples = samples | "MergeBySite" >> MergeBySite() | "Pack" >> beam.MapTuple(_packed)
    unread = read[REJECTED] | "CountUnread" >> beam.Map(lambda _: {"captures": 1, "unread": 1})
    counts = (unread, learned[SketchCapturesFn.COUNTS]) | "AllCounts" >> beam.Flatten()
    records = {
        SAMPLES: samples | "SampleRecords" >> beam.MapTuple(_sample_record),
        CONTENTS: learned[SketchCapturesFn.CONTENTS] | "ContentRecords" >> beam.Map(_content_record),
        COUNTS: counts | "SumCounts" >> beam.CombineGlobally(SumCounts()),
    }
    written = [collection | f"Write_{name}" >> WriteRecords(folder, name) for name, collection in records.items()]
    shards = written | "AllShards" >> beam.Flatten() | "Gather" >> beam.combiners.ToList()
    _ = shards | "WriteShards" >> beam.Map(_write_shards, folder=folder)


def _packed(site: str, sample: SiteSample) -> tuple[str, bytes]:
    return site, pack_sample(sample)


def _sample_record(site: str, packed: bytes) -> dict[str, str]:
    return {"site": site, "sample": b64encode(packed).decode("ascii")}


def _content_record(content: Content) -> dict[str, Any]:
    return {"key": content.key, "captured_at": content.captured_at, "id": content.id}


def _write_shards(shards: list[Shard], folder: str) -> None:
    """The paths of what was written whole, by name. A bundle that was done again may have left another file."""
    paths = {name: [shard.path for shard in shards if shard.name == name] for name in (SAMPLES, CONTENTS, COUNTS)}
    write_json(FileSystems.join(folder, SHARDS), paths)


def _records(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The records of some shards, one at a time."""
    for path in sorted(paths):
        with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as lines:
            yield from map(json.loads, lines)


def merge_stores(paths: Sequence[str], target: str, *, update: bool = False) -> dict[str, int]:
    """Merge stores that were learned apart into one, as if it had been learned at once; return its totals."""
    check_target(target, update=update)
    with ExitStack() as stack:
        stores = [stack.enter_context(open_store(path)) for path in paths]
        folder = stack.enter_context(working_folder(target))
        stack.enter_context(failing_as_a_run(f"nothing of it is in {target!r}"))
        with write_store(target, folder) as writer:
            for store in stores:
                for sample in store.samples():
                    writer.add_sample(sample)
                writer.add_contents(store.contents())
    return writer.totals()
