"""A run of `clean`: the whole pipeline, from input files to the output folder and its summary."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from .._version import __version__
from ..transforms.core.article import SCHEMA_VERSION
from .clean import CleanCaptures, CleanCapturesFn
from .config import Configuration
from .engine import RunError, failing_as_a_run, is_local, run_to_end
from .local_workers import local_runner
from .output.folder import RECORDS, STORE_NAME, SUMMARY, claimed_output
from .output.manifest import differences, finished_before, known_of
from .output.writer import Format, Shard, WriteLedgers, WriteRecords, read_json, write_json
from .progress import CLEANING, UNKNOWN, WRITING, begin_phase
from .reading.inputs import absolute
from .reading.read import REJECTED, ReadCaptures
from .reading.retry import REPEATED, RetryCaptures
from .site_memory.learning import LearnJob, check_recalled, run_learn
from .summary import MAX_SITES, NANOSECONDS, SumCounts, SumSites, Tally, nested

# What a summary has even where nothing was counted.
TOTALS = ("captures", "articles", "rejected", "removed_blocks", "removed_chars", "text_chars", "duplicates")
# What a summary has only when the run was found finished.
DONE_BEFORE = "done_before"


@dataclass(frozen=True)
class CleanJob:
    """What a run needs to know: `inputs` as `expand_inputs` gave them, an output folder, and how to clean.

    `templates` is the path of a store of site memory; with `learns` one is made of the inputs first. Without either
    each page is judged by itself. `overwrite` lets the run replace an earlier one in the folder. With `retry` the
    inputs are dead letters, and what they tell of is cleaned. In `progress_folder`, if there is one, workers count
    what is done.
    """

    inputs: Sequence[str]
    output: str
    configuration: Configuration
    templates: str = ""
    learns: bool = False
    format: Format = "jsonl"
    overwrite: bool = False
    retry: bool = False
    progress_folder: str = ""


def run_clean(job: CleanJob, options: PipelineOptions) -> dict[str, Any]:
    """Learn if the job asks for it, run the pipeline to its end, and return the summary.

    Raises RunError when the run failed or lost a capture, OutputError when the output folder cannot be had, and
    StoreError when the store cannot be used. Unless the run ends well, it leaves no file. Where the same run lies
    finished in the output folder, nothing is done, and the summary is that run's, with DONE_BEFORE.
    """
    started = time.monotonic()
    remains = f"nothing in {job.output!r} is complete"
    check_recalled(job.configuration)
    identity = identity_of(job)
    earlier = None if job.overwrite else finished_before(job.output, identity)
    if earlier is not None:
        return earlier | {DONE_BEFORE: True}
    differs = differences(job.output, identity)
    if not is_local(options):
        job = _anywhere(job)
    with claimed_output(job.output, overwrite=job.overwrite, differs=differs) as output:
        at_work = replace(job, output=output.working)
        stages = {}
        if job.learns:
            at_work = _with_memory(at_work, options, remains)
            stages["learn"] = round(time.monotonic() - started, 3)
        pipeline = beam.Pipeline(local_runner(options), options)
        build_clean(pipeline, _counted(at_work, identity))
        run_to_end(pipeline, remains)
        begin_phase(job.progress_folder, WRITING)
        with failing_as_a_run(remains):
            summary = read_json(FileSystems.join(output.working, SUMMARY))
            shards = [Shard(**shard) for shard in summary.pop("shards")]
            check_sums(summary, shards)
            if job.learns:
                summary["templates"] = output.file(STORE_NAME)
            summary["seconds"] = round(time.monotonic() - started, 3)
            stages["clean"] = round(summary["seconds"] - stages.get("learn", 0), 3)
            summary["seconds_by_stage"] = stages
            output.publish(shards, identity, summary, job.format)
    return summary


def identity_of(job: CleanJob) -> dict[str, Any]:
    """What a manifest tells of a run: two runs of one identity give the same records."""
    return {
        "tool_version": __version__,
        "schema_version": SCHEMA_VERSION,
        "config_sha256": job.configuration.sha256(),
        "format": job.format,
        "retry": job.retry,
        "learns": job.learns,
        "templates": [known._asdict() for known in known_of([job.templates] if job.templates else [])],
        "inputs": [known._asdict() for known in known_of(job.inputs)],
    }


def _anywhere(job: CleanJob) -> CleanJob:
    """The job with paths that mean the same to workers elsewhere."""
    templates = absolute(job.templates) if job.templates else ""
    return replace(job, inputs=[*map(absolute, job.inputs)], output=absolute(job.output), templates=templates)


def check_sums(summary: Mapping[str, Any], shards: Sequence[Shard]) -> None:
    """Raises RunError unless every capture is on file. A guard against mistakes of ours."""
    written = {name: sum(shard.records for shard in shards if shard.name == name) for name in RECORDS}
    counted = {"articles": summary["articles"], "removed": summary["removed_blocks"], "rejected": summary["rejected"]}
    if summary["captures"] != counted["articles"] + counted["rejected"] or written != counted:
        raise RunError(
            f"{summary['captures']} captures were read, {counted} counted and {written} written; please report this"
        )


def _counted(job: CleanJob, identity: Mapping[str, Any]) -> CleanJob:
    """The job as the phase of cleaning, which begins now. Letters do not tell how much there is to read again."""
    sizes = [UNKNOWN] if job.retry else [known["bytes"] for known in identity["inputs"]]
    return replace(job, progress_folder=begin_phase(job.progress_folder, CLEANING, sizes))


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
        "rejected": rejected | "RejectedRecords" >> beam.Map(lambda dead: dead.to_dict()),
    }
    ledgers = cleaned[CleanCapturesFn.PAGES] | "Write_removed" >> WriteLedgers(job.output, "removed", job.format)
    shards = [
        ledgers,
        *(written | f"Write_{name}" >> WriteRecords(job.output, name, job.format) for name, written in records.items()),
    ]
    tallies = (
        cleaned[CleanCapturesFn.TALLY],
        read[REJECTED] | "TallyUnread" >> beam.Map(lambda _: Tally({"captures": 1})),
        rejected | "TallyRejected" >> beam.Map(Tally.of_rejected),
        *([read[REPEATED] | "TallyRepeated" >> beam.Map(_tally_repeated)] if REPEATED in read else []),
    ) | "AllTallies" >> beam.Flatten()
    _summarise(tallies, shards | "AllShards" >> beam.Flatten(), job)


def _read(pipeline: beam.Pipeline, job: CleanJob) -> dict[str, beam.PCollection[Any]]:
    max_body_bytes = job.configuration.limits.max_body_bytes
    if job.retry:
        letters: dict[str, beam.PCollection[Any]] = pipeline | "Read" >> RetryCaptures(job.inputs, max_body_bytes)
        return letters
    read = pipeline | "Read" >> ReadCaptures(job.inputs, max_body_bytes, progress_folder=job.progress_folder)
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
    totals = dict.fromkeys(TOTALS, 0)
    groups = nested(counts)
    spent = {part: round(nanoseconds / 1e9, 3) for part, nanoseconds in groups.pop(NANOSECONDS, {}).items()}
    summary = {
        "tool_version": __version__,
        "schema_version": SCHEMA_VERSION,
        "beam_version": beam.version.__version__,
        "config_sha256": job.configuration.sha256(),
        "inputs": list(job.inputs),
        "templates": job.templates,
        **totals,
        **groups,
        "seconds_by_part": spent,
        "sites": {site: site_counts._asdict() for site, site_counts in sites},
        "shards": [asdict(shard) for shard in shards],
    }
    write_json(FileSystems.join(job.output, SUMMARY), summary)
