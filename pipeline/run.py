"""A run of `clean`: the whole pipeline, from input files to the output folder and its summary."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import create_runner

from .._version import __version__
from ..transforms.article import SCHEMA_VERSION
from .cleaning import CleanCaptures, CleanCapturesFn
from .configuration import Configuration
from .local_runner import PROCESSES, local_runner, use_local_workers
from .output_folder import RECORDS, STORE_NAME, SUMMARY, claimed_output
from .reading.read import REJECTED, ReadCaptures
from .reading.retry import REPEATED, RetryCaptures
from .running import RunError, failing_as_a_run, run_to_end
from .site_memory.job import LearnJob, check_recalled, run_learn
from .tally import MAX_SITES, SumCounts, SumSites, Tally, nested
from .writing import Shard, WriteRecords, read_json, write_json

# DirectRunner picks one of several engines by what a pipeline holds; this is the one that every local run gets.
LOCAL_RUNNER = "FnApiRunner"
LOCAL_RUNNERS = (None, "DirectRunner", LOCAL_RUNNER)
# What of a summary tells which run it was, beside its inputs.
IDENTITY = ("tool_version", "schema_version", "config_sha256")


class RunnerError(ValueError):
    """There is no such runner; the message names those there are."""


@dataclass(frozen=True)
class CleanJob:
    """What a run needs to know: `inputs` as `expand_inputs` gave them, an output folder, and how to clean.

    `templates` is the path of a store of site memory; with `learns` one is made of the inputs first. Without either
    each page is judged by itself. `overwrite` lets the run replace an earlier one in the folder. With `retry` the
    inputs are dead letters, and what they tell of is cleaned.
    """

    inputs: Sequence[str]
    output: str
    configuration: Configuration
    templates: str = ""
    learns: bool = False
    gzip: bool = False
    overwrite: bool = False
    retry: bool = False
    progress_folder: str = ""


def pipeline_options(flags: Sequence[str], workers: int = 1) -> PipelineOptions:
    """Beam's options, with the runner pinned to the local engine where none, or DirectRunner, is asked for."""
    options = PipelineOptions(list(flags))
    runner = options.view_as(StandardOptions).runner
    if runner not in LOCAL_RUNNERS:
        try:
            create_runner(runner)
        except (ValueError, ImportError) as error:
            raise RunnerError(" ".join(str(error).split())) from error
        return options
    options.view_as(StandardOptions).runner = LOCAL_RUNNER
    if workers > 1:
        local = [f"--direct_running_mode={PROCESSES}", f"--direct_num_workers={workers}"]
        options = PipelineOptions([*flags, f"--runner={LOCAL_RUNNER}", *local])
    use_local_workers(options)
    return options


def run_clean(job: CleanJob, options: PipelineOptions) -> dict[str, Any]:
    """Learn if the job asks for it, run the pipeline to its end, and return the summary.

    Raises RunError when the run failed or lost a capture, OutputError when the output folder cannot be had, and
    StoreError when the store cannot be used. Unless the run ends well, it leaves no file.
    """
    started = time.monotonic()
    remains = f"nothing in {job.output!r} is complete"
    check_recalled(job.configuration)
    with claimed_output(job.output, overwrite=job.overwrite) as output:
        known = _known_of(job.inputs)
        at_work = replace(job, output=output.working)
        if job.learns:
            at_work = _with_memory(at_work, options, remains)
        pipeline = beam.Pipeline(local_runner(options), options)
        build_clean(pipeline, at_work)
        run_to_end(pipeline, remains)
        with failing_as_a_run(remains):
            summary = read_json(FileSystems.join(output.working, SUMMARY))
            shards = [Shard(**shard) for shard in summary.pop("shards")]
            check_sums(summary, shards)
            if job.learns:
                summary["templates"] = output.file(STORE_NAME)
            summary["seconds"] = round(time.monotonic() - started, 3)
            how = {"retry": job.retry, "learns": job.learns, "templates": job.templates, "inputs": known}
            manifest = {name: summary[name] for name in IDENTITY} | how
            output.publish(shards, manifest, summary, gzip=job.gzip)
    return summary


def check_sums(summary: Mapping[str, Any], shards: Sequence[Shard]) -> None:
    """Raises RunError unless every capture is on file. A guard against mistakes of ours."""
    written = {name: sum(shard.records for shard in shards if shard.name == name) for name in RECORDS}
    counted = {"articles": summary["articles"], "removed": summary["removed_blocks"], "rejected": summary["rejected"]}
    if summary["captures"] != counted["articles"] + counted["rejected"] or written != counted:
        raise RunError(
            f"{summary['captures']} captures were read, {counted} counted and {written} written; please report this"
        )


def _known_of(inputs: Sequence[str]) -> list[dict[str, Any]]:
    """The input files with what tells whether one has changed: size and time, of local files."""
    known: list[dict[str, Any]] = []
    for path in inputs:
        entry: dict[str, Any] = {"path": path}
        with suppress(OSError):
            status = os.stat(path)
            entry |= {"bytes": status.st_size, "modified": status.st_mtime}
        known.append(entry)
    return known


def _with_memory(job: CleanJob, options: PipelineOptions, remains: str) -> CleanJob:
    """The job with a store that was learned from its own inputs, kept beside the records."""
    store = FileSystems.join(job.output, STORE_NAME)
    lesson = LearnJob(job.inputs, store, job.configuration, progress_folder=job.progress_folder)
    run_learn(lesson, options, remains)
    return replace(job, templates=store, learns=False)


def build_clean(pipeline: beam.Pipeline, job: CleanJob) -> None:
    """Lay out the pipeline: read, clean and write in one fused stage; only counts and dead letters are shuffled."""
    read = _read(pipeline, job)
    cleaned = read["captures"] | "CleanCaptures" >> CleanCaptures(job.configuration, job.templates, job.progress_folder)
    rejected = (read[REJECTED], cleaned[CleanCapturesFn.REJECTED]) | "AllRejected" >> beam.Flatten()
    records = {
        "articles": cleaned["articles"] | "ArticleRecords" >> beam.Map(lambda article: article.to_dict()),
        "removed": cleaned[CleanCapturesFn.LEDGER],
        "rejected": rejected | "RejectedRecords" >> beam.Map(lambda dead: dead.to_dict()),
    }
    shards = [records[name] | f"Write_{name}" >> WriteRecords(job.output, name, job.gzip) for name in RECORDS]
    tallies = (
        cleaned[CleanCapturesFn.TALLY],
        read[REJECTED] | "TallyUnread" >> beam.Map(lambda _: Tally({"captures": 1})),
        rejected | "TallyRejected" >> beam.Map(Tally.of_rejected),
        *([read[REPEATED] | "TallyRepeated" >> beam.Map(_tally_repeated)] if REPEATED in read else []),
    ) | "AllTallies" >> beam.Flatten()
    _summarise(tallies, shards | "AllShards" >> beam.Flatten(), job)


def _read(pipeline: beam.Pipeline, job: CleanJob) -> dict[str, beam.PCollection[Any]]:
    if job.retry:
        letters: dict[str, beam.PCollection[Any]] = pipeline | "Read" >> RetryCaptures(job.inputs)
        return letters
    read = pipeline | "Read" >> ReadCaptures(job.inputs)
    return {"captures": read.captures, REJECTED: read[REJECTED]}


def _tally_repeated(letters: int) -> Tally:
    return Tally({"letters_repeated": letters})


def _summarise(tallies: beam.PCollection[Tally], shards: beam.PCollection[Shard], job: CleanJob) -> None:
    counts = (
        tallies | "Counts" >> beam.Map(lambda tally: tally.counts) | "SumCounts" >> beam.CombineGlobally(SumCounts())
    )
    sites = (
        tallies
        | "WithSite" >> beam.Filter(lambda tally: tally.site != "")
        | "SiteCounts" >> beam.Map(lambda tally: (tally.site, tally.site_counts))
        | "SumSites" >> beam.CombinePerKey(SumSites())
        | "TopSites" >> beam.combiners.Top.Of(MAX_SITES, key=lambda item: (item[1].articles, item[0]))
    )
    known = {"sites": beam.pvalue.AsSingleton(sites), "shards": beam.pvalue.AsList(shards)}
    _ = counts | "WriteSummary" >> beam.Map(_write_summary, job=job, **known)


def _write_summary(counts: dict[str, int], job: CleanJob, sites: list[tuple[str, Any]], shards: list[Shard]) -> None:
    totals = {"captures": 0, "articles": 0, "rejected": 0, "removed_blocks": 0, "removed_chars": 0, "text_chars": 0}
    summary = {
        "tool_version": __version__,
        "schema_version": SCHEMA_VERSION,
        "beam_version": beam.version.__version__,
        "config_sha256": job.configuration.sha256(),
        "inputs": list(job.inputs),
        "templates": job.templates,
        **totals,
        **nested(counts),
        "sites": {site: site_counts._asdict() for site, site_counts in sites},
        "shards": [asdict(shard) for shard in shards],
    }
    write_json(FileSystems.join(job.output, SUMMARY), summary)
