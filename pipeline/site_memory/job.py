"""A run of `learn`: from input files to a store, and from several stores to one."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from ...transforms.site_memory.packing import pack_sample, unpack_sample
from ...transforms.site_memory.sample import SiteSample
from ...transforms.site_memory.store import Content, open_store
from ..configuration import Configuration
from ..local_runner import local_runner
from ..reading.read import REJECTED, ReadCaptures
from ..running import run_to_end
from ..tally import SumCounts
from ..writing import WriteRecords
from .learning import MergeBySite, SketchCaptures, SketchCapturesFn
from .writer import check_target, files_in, working_folder, write_store

SAMPLES, CONTENTS, COUNTS = "samples", "contents", "counts"


@dataclass(frozen=True)
class LearnJob:
    """What a run needs to know: `inputs` as `expand_inputs` gave them, the store's path, and how pages are judged.

    `update` merges into the store if there is one.
    """

    inputs: Sequence[str]
    store: str
    configuration: Configuration
    update: bool = False
    progress_folder: str = ""


def run_learn(job: LearnJob, options: PipelineOptions) -> dict[str, Any]:
    """Learn from the inputs, write the store, and return the summary. Raises RunError, and StoreError for a store that
    cannot be read or written. Unless it ends well, an old store stays as it was.
    """
    started = time.monotonic()
    check_target(job.store, update=job.update)
    with working_folder(job.store) as folder:
        pipeline = beam.Pipeline(local_runner(options), options)
        build_learn(pipeline, job, folder)
        run_to_end(pipeline, f"nothing of it is in {job.store!r}")
        with write_store(job.store, folder) as writer:
            for record in _records(folder, SAMPLES):
                writer.add_sample(unpack_sample(record["site"], b64decode(record["sample"])))
            writer.add_contents(Content(**record) for record in _records(folder, CONTENTS))
        counts = {name: count for record in _records(folder, COUNTS) for name, count in record.items()}
    return {"captures": 0, "learned": 0, **counts, **writer.totals(), "seconds": round(time.monotonic() - started, 3)}


def build_learn(pipeline: beam.Pipeline, job: LearnJob, folder: str) -> None:
    """Lay out the pipeline: read, sketch and write to `folder` in one fused stage.

    The local engine holds in memory whatever it shuffles, so there the samples of a site stay apart until the store
    merges them; on a cluster the workers merge them first.
    """
    read = pipeline | "Read" >> ReadCaptures(job.inputs)
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
    for name, collection in records.items():
        _ = collection | f"Write_{name}" >> WriteRecords(folder, name)


def _packed(site: str, sample: SiteSample) -> tuple[str, bytes]:
    return site, pack_sample(sample)


def _sample_record(site: str, packed: bytes) -> dict[str, str]:
    return {"site": site, "sample": b64encode(packed).decode("ascii")}


def _content_record(content: Content) -> dict[str, Any]:
    return {"key": content.key, "captured_at": content.captured_at, "id": content.id}


def _records(folder: str, name: str) -> Iterator[dict[str, Any]]:
    """The records that a run has written to its folder, one at a time."""
    for path in files_in(folder, f"{name}-"):
        with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as lines:
            yield from map(json.loads, lines)


def merge_stores(paths: Sequence[str], target: str, *, update: bool = False) -> dict[str, int]:
    """Merge stores that were learned apart into one, as if it had been learned at once; return its totals."""
    check_target(target, update=update)
    with ExitStack() as stack:
        stores = [stack.enter_context(open_store(path)) for path in paths]
        folder = stack.enter_context(working_folder(target))
        with write_store(target, folder) as writer:
            for store in stores:
                for sample in store.samples():
                    writer.add_sample(sample)
                writer.add_contents(store.contents())
    return writer.totals()
