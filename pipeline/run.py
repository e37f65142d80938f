"""A run of `clean`: the whole pipeline, from input files to the output folder and its summary."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from .reading.read import REJECTED, ReadCaptures
from .running import RunError, run_to_end
from .site_memory.job import LearnJob, run_learn
from .tally import MAX_SITES, SumCounts, SumSites, Tally, nested
from .writing import STORE_NAME, WriteRecords, make_folder, read_json, remove_temporary, write_json

# DirectRunner picks one of several engines by what a pipeline holds; this is the one that every local run gets.
LOCAL_RUNNER = "FnApiRunner"
LOCAL_RUNNERS = (None, "DirectRunner", LOCAL_RUNNER)


class RunnerError(ValueError):
    """There is no such runner; the message names those there are."""


@dataclass(frozen=True)
class CleanJob:
    """What a run needs to know: `inputs` as `expand_inputs` gave them, an output folder, and how to clean.

    `templates` is the path of a store of site memory; with `learns` one is made of the inputs first. Without either
    each page is judged by itself.
    """

    inputs: Sequence[str]
    output: str
    configuration: Configuration
    templates: str = ""
    learns: bool = False
    gzip: bool = False
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

    Raises RunError when the run failed or lost a capture, and StoreError when the store cannot be used.
    """
    started = time.monotonic()
    make_folder(job.output)
    if job.learns:
        job = _with_memory(job, options)
    pipeline = beam.Pipeline(local_runner(options), options)
    build_clean(pipeline, job)
    try:
        run_to_end(pipeline, f"nothing in {job.output!r} is complete")
    except BaseException:
        remove_temporary(job.output)
        raise
    path = FileSystems.join(job.output, "summary.json")
    summary = read_json(path) | {"seconds": round(time.monotonic() - started, 3)}
    write_json(path, summary)
    if summary["captures"] != summary["articles"] + summary["rejected"]:
        raise RunError(
            f"{summary['captures']} captures were read, but {summary['articles']} articles and "
            f"{summary['rejected']} rejected written; please report this with {path}"
        )
    return summary


def _with_memory(job: CleanJob, options: PipelineOptions) -> CleanJob:
    """The job with a store that was learned from its own inputs, kept beside the records."""
    store = FileSystems.join(job.output, STORE_NAME)
    lesson = LearnJob(job.inputs, store, job.configuration, progress_folder=job.progress_folder)
    run_learn(lesson, options)
    return replace(job, templates=store, learns=False)


def build_clean(pipeline: beam.Pipeline, job: CleanJob) -> None:
    """Lay out the pipeline: read, clean and write in one fused stage; only counts and dead letters are shuffled."""
    read = pipeline | "Read" >> ReadCaptures(job.inputs)
    cleaned = read.captures | "CleanCaptures" >> CleanCaptures(job.configuration, job.templates, job.progress_folder)
    rejected = (read[REJECTED], cleaned[CleanCapturesFn.REJECTED]) | "AllRejected" >> beam.Flatten()
    records = {
        "articles": cleaned["articles"] | "ArticleRecords" >> beam.Map(lambda article: article.to_dict()),
        "removed": cleaned[CleanCapturesFn.LEDGER],
        "rejected": rejected | "RejectedRecords" >> beam.Map(lambda dead: dead.to_dict()),
    }
    for name, collection in records.items():
        _ = collection | f"Write_{name}" >> WriteRecords(job.output, name, job.gzip)
    tallies = (
        cleaned[CleanCapturesFn.TALLY],
        read[REJECTED] | "TallyUnread" >> beam.Map(lambda _: Tally({"captures": 1})),
        rejected | "TallyRejected" >> beam.Map(Tally.of_rejected),
    ) | "AllTallies" >> beam.Flatten()
    _summarise(pipeline, tallies, job)


def _summarise(pipeline: beam.Pipeline, tallies: beam.PCollection[Tally], job: CleanJob) -> None:
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
    _ = counts | "WriteSummary" >> beam.Map(_write_summary, job=job, sites=beam.pvalue.AsSingleton(sites))


def _write_summary(counts: dict[str, int], job: CleanJob, sites: list[tuple[str, Any]]) -> None:
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
    }
    write_json(FileSystems.join(job.output, "summary.json"), summary)
