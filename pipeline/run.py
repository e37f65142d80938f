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
from .clean_captures import CleanCaptures, CleanCapturesFn
from .config import Configuration
from .engine import RunError, failing_as_a_run, is_local, local_runner, run_to_end
from .output import RECORDS, STORE_NAME, SUMMARY
from .output.folder import claimed_output
from .output.manifest import differences, finished_before, known_of
from .output.writer import Format, Shard, WriteRecords, read_json, write_json
from .progress import CLEANING, UNKNOWN, WRITING, begin_phase
from .reading.ranges import absolute
from .reading.read import REJECTED, ReadCaptures
from .reading.retry import REPEATED, RetryCaptures
from .site_memory.learning import LearnJob, check_recalled, run_learn
from .summary import SiteCounts, SumTallies, Tally, summary_counts

# The key of a summary that shows that the same run was done before.
DONE_BEFORE = "done_before"


@dataclass(frozen=True)
class CleanJob:
    """The parameters of a run.

    Attributes:
      inputs: Files as `expand_inputs` returns them; with `retry`, files of rejected records.
      output: The output folder.
      configuration: How to clean.
      templates: Path of a store of site memory. Without it, and without `learns`, each page is cleaned by itself.
      learns: Whether to make a store from the inputs first.
      format: The format of the records.
      ledger: What is written about each removed block: `full`, `reasons` (all but its text) or `none`.
      overwrite: Whether the run may replace an earlier one in the folder.
      retry: Whether to clean the captures that the rejected records in `inputs` name.
      progress_folder: Where workers count their work; "" for nowhere.
    """

    inputs: Sequence[str]
    output: str
    configuration: Configuration
    templates: str = ""
    learns: bool = False
    format: Format = "jsonl"
    ledger: str = "full"
    overwrite: bool = False
    retry: bool = False
    progress_folder: str = ""


def run_clean(job: CleanJob, options: PipelineOptions) -> dict[str, Any]:
    """Learn if the job asks for it, run the pipeline to its end, and return the summary.

    A run that fails leaves no file. If the output folder holds the same run, finished, nothing is done; the summary is
    that of the finished run, with DONE_BEFORE.

    Raises:
      RunError: The run failed or lost a capture.
      OutputError: The output folder cannot be used.
      StoreError: The store cannot be used.
    """
    started = time.monotonic()
    remains = f"nothing in {job.output!r} is complete"
    check_recalled(job.configuration)
    identity = identity_of(job)
    earlier = None if job.overwrite else finished_before(job.output, identity)
    if earlier is not None:
        return earlier | {DONE_BEFORE: True}
    differs = differences(job.output, identity)
    if not is_local(options):  # workers elsewhere need paths that mean the same to them
        templates = absolute(job.templates) if job.templates else ""
        job = replace(job, inputs=[*map(absolute, job.inputs)], output=absolute(job.output), templates=templates)
    with claimed_output(job.output, overwrite=job.overwrite, differs=differs) as output:
        at_work = replace(job, output=output.working)
        stages = {}
        if job.learns:
            store = FileSystems.join(at_work.output, STORE_NAME)
            lesson = LearnJob(job.inputs, store, job.configuration, progress_folder=job.progress_folder)
            run_learn(lesson, options, remains)
            at_work = replace(at_work, templates=store, learns=False)
            stages["learn"] = round(time.monotonic() - started, 3)
        # Rejected records do not say how much there is to read again.
        sizes = [UNKNOWN] if job.retry else [known["bytes"] for known in identity["inputs"]]
        phase = begin_phase(job.progress_folder, CLEANING, sizes)
        pipeline = beam.Pipeline(local_runner(options), options)
        build_clean(pipeline, replace(at_work, progress_folder=phase))
        run_to_end(pipeline, remains)
        begin_phase(job.progress_folder, WRITING)
        with failing_as_a_run(remains):
            summary = read_json(FileSystems.join(output.working, SUMMARY))
            shards = [Shard(**shard) for shard in summary.pop("shards")]
            check_sums(summary, shards, has_ledger=job.ledger != "none")
            if job.learns:
                summary["templates"] = output.file(STORE_NAME)
            summary["seconds"] = round(time.monotonic() - started, 3)
            stages["clean"] = round(summary["seconds"] - stages.get("learn", 0), 3)
            summary["seconds_by_stage"] = stages
            output.publish(shards, identity, summary, job.format)
    return summary


def identity_of(job: CleanJob) -> dict[str, Any]:
    """Return the part of a manifest that identifies a run: two runs of one identity give the same records."""
    return {
        "tool_version": __version__,
        "schema_version": SCHEMA_VERSION,
        "config_sha256": job.configuration.sha256(),
        "format": job.format,
        "ledger": job.ledger,
        "retry": job.retry,
        "learns": job.learns,
        "templates": [known._asdict() for known in known_of([job.templates] if job.templates else [])],
        "inputs": [known._asdict() for known in known_of(job.inputs)],
    }


def check_sums(summary: Mapping[str, Any], shards: Sequence[Shard], *, has_ledger: bool = True) -> None:
    """Raise RunError unless every capture has a record: a guard against mistakes in boiloff."""
    written = {name: sum(shard.records for shard in shards if shard.name == name) for name in RECORDS}
    removed = summary["removed_blocks"] if has_ledger else 0
    counted = {"articles": summary["articles"], "removed": removed, "rejected": summary["rejected"]}
    if summary["captures"] != counted["articles"] + counted["rejected"] or written != counted:
        raise RunError(
            f"{summary['captures']} captures were read, {counted} counted and {written} written; please report this"
        )


def build_clean(pipeline: beam.Pipeline, job: CleanJob) -> None:
    """Lay out the pipeline: read, clean and write in one fused stage; only counts and rejected records are shuffled."""
    read = _read(pipeline, job)
    cleaned = read["captures"] | "CleanCaptures" >> CleanCaptures(job.configuration, job.templates, job.progress_folder)
    rejected = (read[REJECTED], cleaned[CleanCapturesFn.REJECTED]) | "AllRejected" >> beam.Flatten()
    articles = cleaned["articles"] | "ArticleRecords" >> beam.Map(lambda article: article.to_dict())
    dead = rejected | "RejectedRecords" >> beam.Map(lambda dead: dead.to_dict())
    written = [
        articles | "Write_articles" >> WriteRecords(job.output, "articles", job.format),
        dead | "Write_rejected" >> WriteRecords(job.output, "rejected", job.format),
    ]
    if job.ledger != "none":
        ledgers = WriteRecords(job.output, "removed", job.format, with_texts=job.ledger == "full")
        written.append(cleaned[CleanCapturesFn.PAGES] | "Write_removed" >> ledgers)
    shards = written | "AllShards" >> beam.Flatten()
    tallies = [
        cleaned[CleanCapturesFn.TALLY],
        read[REJECTED] | "TallyUnread" >> beam.Map(lambda _: Tally({"captures": 1})),
        rejected | "TallyRejected" >> beam.Map(Tally.of_rejected),
    ]
    if REPEATED in read:
        tallies.append(read[REPEATED] | "TallyRepeated" >> beam.Map(lambda count: Tally({"letters_repeated": count})))
    sums = tallies | "AllTallies" >> beam.Flatten() | "SumTallies" >> SumTallies()
    known = {"sites": beam.pvalue.AsSingleton(sums["sites"]), "shards": beam.pvalue.AsList(shards)}
    _ = sums["counts"] | "WriteSummary" >> beam.Map(_write_summary, job=job, **known)


def _read(pipeline: beam.Pipeline, job: CleanJob) -> dict[str, beam.PCollection[Any]]:
    max_body_bytes = job.configuration.limits.max_body_bytes
    if job.retry:
        retried: dict[str, beam.PCollection[Any]] = pipeline | "Read" >> RetryCaptures(job.inputs, max_body_bytes)
        return retried
    read = pipeline | "Read" >> ReadCaptures(job.inputs, max_body_bytes, progress_folder=job.progress_folder)
    return {"captures": read.captures, REJECTED: read[REJECTED]}


def _write_summary(
    counts: dict[str, int], job: CleanJob, sites: list[tuple[str, SiteCounts]], shards: list[Shard]
) -> None:
    summary = {
        "tool_version": __version__,
        "schema_version": SCHEMA_VERSION,
        "beam_version": beam.version.__version__,
        "config_sha256": job.configuration.sha256(),
        "kinds": list(job.configuration.kinds),
        "inputs": list(job.inputs),
        "ledger": job.ledger,
        "templates": job.templates,
        **summary_counts(counts, sites),
        "shards": [asdict(shard) for shard in shards],
    }
    write_json(FileSystems.join(job.output, SUMMARY), summary)
