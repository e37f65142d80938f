"""A run of `clean`: the whole pipeline, from input files to the output folder and its summary."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from .._files import is_remote
from .._version import __version__
from ..transforms.core.article import SCHEMA_VERSION
from .clean_ranges import CleanRangesFn, Task
from .config import Configuration
from .engine import RunError, failing_as_a_run, is_local, local_runner, run_to_end
from .output import RECORDS, RUN, STORE_NAME, SUMMARY
from .output.folder import claimed_output, is_resumable
from .output.manifest import differences, finished_before, is_unfinished, known_of
from .output.portions import (
    PORTION_BYTES,
    Portion,
    delete_unlisted,
    find_portions,
    read_tallies,
    write_note,
)
from .output.writer import Format, Shard, read_json, write_json
from .progress import CLEANING, UNKNOWN, WRITING, begin_phase
from .reading.ranges import RANGE_BYTES, absolute
from .reading.retry import FindRetries
from .site_memory.learning import RESUMED, LearnJob, check_recalled, run_learn
from .site_memory.writer import write_for_recall
from .summary import SiteCounts, SumTallies, retried_counts, summary_counts
from .work_ranges import TALLIES, bytes_left, ranges_left

# In the folder in which a run works: what cleaning reads of a store that is not on this machine.
RECALL = "recall.boiloff"
# Bytes of input from which the ledger is compressed. Its texts repeat, so that gzip leaves a tenth of them.
LARGE_INPUT_BYTES = 2**30
# The key of a summary that shows that the same run was done before.
DONE_BEFORE = "done_before"
# Seconds of learning after which the store is kept like a portion, even if the run finishes no other.
KEPT_SECONDS = 60.0
# What a stopped run leaves.
NOTHING_KEPT = "{!r} keeps nothing of this run, as it had finished no portion: start it again"


@dataclass(frozen=True)
class CleanJob:
    """The parameters of a run.

    Attributes: inputs: Files as `expand_inputs` returns them; with `retry`, files of rejected records. output: The
    output folder. configuration: How to clean. templates: Path of a store of site memory. Without it, and without
    `learns`, each page is cleaned alone. learns: Whether to make a store from the inputs first. format: The format of
    the records. ledger: What to write about each removed block: `full`, `reasons` (all except its text) or `none`.
    overwrite: Whether the run may replace an earlier run in the folder. resume: Whether to continue an unfinished run
    with the same identity in the folder. retry: Whether to clean the captures of the rejected records in `inputs`.
    progress_folder: Folder in which workers count their work, or "". range_bytes: Bytes of input in a range.
    portion_bytes: Bytes of records after which a worker finishes a portion. ledger_format: The format of the ledger;
    by default that of the records, but compressed if the input is large.
    """

    inputs: Sequence[str]
    output: str
    configuration: Configuration
    templates: str = ""
    learns: bool = False
    format: Format = "jsonl"
    ledger: str = "full"
    overwrite: bool = False
    resume: bool = False
    retry: bool = False
    progress_folder: str = ""
    range_bytes: int = RANGE_BYTES
    portion_bytes: int = PORTION_BYTES
    ledger_format: Format | None = None


def run_clean(job: CleanJob, options: PipelineOptions) -> dict[str, Any]:
    """Learn if the job requires it, run the pipeline, and return the summary.

    If the run fails, only the finished portions of workers and the store stay, if there are any portions. If the output
    folder already contains the same finished run, the function only returns its summary, with DONE_BEFORE.

    Raises:
      RunError: The run failed or lost a capture.
      KeyboardInterrupt: The run was stopped. The message says what it leaves.
      OutputError: The output folder cannot be used.
      StoreError: The store cannot be used.
    """
    try:
        return _run(job, options)
    except RunError as error:
        if is_resumable(job.output):
            raise RunError(f"{error}; {RESUMED}") from error
        raise
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(RESUMED if is_resumable(job.output) else NOTHING_KEPT.format(job.output)) from stop


def _run(job: CleanJob, options: PipelineOptions) -> dict[str, Any]:
    started = time.monotonic()
    remains = f"nothing in {job.output!r} is complete"
    check_recalled(job.configuration)
    identity = identity_of(job)
    earlier = None if job.overwrite else finished_before(job.output, identity)
    if earlier is not None:
        return earlier | {DONE_BEFORE: True}
    differs = differences(job.output, identity)
    resumes = job.resume and is_unfinished(job.output, identity)
    if not is_local(options):  # workers elsewhere need paths that mean the same to them
        templates = absolute(job.templates) if job.templates else ""
        job = replace(job, inputs=[*map(absolute, job.inputs)], output=absolute(job.output), templates=templates)
    with claimed_output(job.output, overwrite=job.overwrite, differs=differs, resumes=resumes) as output:
        at_work = replace(job, output=output.working, ledger_format=_ledger_format(job, identity["inputs"]))
        with failing_as_a_run(remains):
            write_json(FileSystems.join(output.working, RUN), identity)
        portions = find_portions(output.working) if resumes else []
        delete_unlisted(output.working, portions)
        stages = {}
        store = FileSystems.join(at_work.output, STORE_NAME)
        if job.learns and resumes and FileSystems.exists(store):  # it got its name when it was whole
            at_work = replace(at_work, templates=store, learns=False)
        elif job.learns:
            lesson = LearnJob(job.inputs, store, job.configuration, resume=resumes, range_bytes=job.range_bytes)
            run_learn(replace(lesson, progress_folder=job.progress_folder), options, remains)
            at_work = replace(at_work, templates=store, learns=False)
            stages["learn"] = round(time.monotonic() - started, 3)
            if stages["learn"] >= KEPT_SECONDS:
                with failing_as_a_run(remains):
                    write_note(output.working, (), (), ())  # with it, the folder and its store stay
        if is_remote(at_work.templates):  # each worker copies it
            recalled = FileSystems.join(output.working, RECALL)
            with failing_as_a_run(remains):
                write_for_recall(at_work.templates, recalled)
            at_work = replace(at_work, templates=recalled)
        # Rejected records do not say how much there is to read again.
        sizes = [UNKNOWN] if job.retry else bytes_left(identity["inputs"], portions)
        phase = begin_phase(job.progress_folder, CLEANING, sizes)
        pipeline = beam.Pipeline(local_runner(options), options)
        build_clean(pipeline, replace(at_work, progress_folder=phase), portions)
        run_to_end(pipeline, remains)
        begin_phase(job.progress_folder, WRITING)
        with failing_as_a_run(remains):
            summary = read_json(FileSystems.join(output.working, SUMMARY))
            shards = [Shard(**shard) for shard in summary.pop("shards")]
            try:
                check_sums(summary, shards, has_ledger=job.ledger != "none")
            except RunError:  # which nobody mends by resuming
                delete_unlisted(output.working, ())
                raise
            summary["templates"] = output.file(STORE_NAME) if job.learns else job.templates
            summary["seconds"] = round(time.monotonic() - started, 3)
            stages["clean"] = round(summary["seconds"] - stages.get("learn", 0), 3)
            summary["seconds_by_stage"] = stages
            output.publish(shards, identity, summary, job.format, job.configuration.body)
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


def _ledger_format(job: CleanJob, inputs: Iterable[Mapping[str, Any]]) -> Format:
    is_large = sum(known["bytes"] for known in inputs) >= LARGE_INPUT_BYTES
    return job.ledger_format or ("jsonl.gz" if is_large and job.format == "jsonl" else job.format)


def check_sums(summary: Mapping[str, Any], shards: Sequence[Shard], *, has_ledger: bool = True) -> None:
    """Raise RunError if a capture has no record. This detects errors in boiloff itself."""
    written = {name: sum(shard.records for shard in shards if shard.name == name) for name in RECORDS}
    removed = summary["removed_blocks"] if has_ledger else 0
    counted = {"articles": summary["articles"], "removed": removed, "rejected": summary["rejected"]}
    if summary["captures"] != counted["articles"] + counted["rejected"] or written != counted:
        raise RunError(
            f"{summary['captures']} captures were read, {counted} counted and {written} written; please report this"
        )


def build_clean(pipeline: beam.Pipeline, job: CleanJob, portions: Sequence[Portion] = ()) -> None:
    """Lay out the pipeline: one stage reads, cleans and writes; only counts are shuffled.

    `portions` are those that an earlier run has finished. Their records and counts are taken as they are.
    """
    task = Task(
        job.output,
        job.configuration,
        job.templates,
        job.format,
        job.ledger,
        job.ledger_format or job.format,
        job.progress_folder,
        job.portion_bytes,
    )
    clean = beam.ParDo(CleanRangesFn(task)).with_outputs(TALLIES, main="shards")
    cleaned = _work(pipeline, job, portions) | "CleanRanges" >> clean
    shards, tallies = cleaned.shards, cleaned[TALLIES]
    if portions:
        earlier = [shard for portion in portions for shard in portion.shards]
        notes = [portion.path for portion in portions]
        known = pipeline | "Notes" >> beam.Create(notes) | "ReadTallies" >> beam.FlatMap(read_tallies)
        shards = (shards, pipeline | "EarlierShards" >> beam.Create(earlier)) | "AllShards" >> beam.Flatten()
        tallies = (tallies, known) | "AllTallies" >> beam.Flatten()
    sums = tallies | "SumTallies" >> SumTallies()
    sides = {"sites": beam.pvalue.AsSingleton(sums["sites"]), "shards": beam.pvalue.AsList(shards)}
    _ = sums["counts"] | "WriteSummary" >> beam.Map(_write_summary, job=job, **sides)


def _work(pipeline: beam.Pipeline, job: CleanJob, portions: Sequence[Portion]) -> beam.PCollection[Any]:
    """Return what is to do: ranges that no portion has, or retries."""
    if job.retry:
        retries: beam.PCollection[Any] = pipeline | "FindRetries" >> FindRetries(job.inputs)
        return retries
    max_body_bytes = job.configuration.limits.max_body_bytes
    return pipeline | "FindRanges" >> ranges_left(job.inputs, portions, job.range_bytes, max_body_bytes, job.output)


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
        "ledger_format": job.ledger_format or job.format,
        "templates": job.templates,
        **summary_counts(counts, sites),
        **({"retried": retried_counts(counts)} if job.retry else {}),
        "shards": [asdict(shard) for shard in shards],
    }
    write_json(FileSystems.join(job.output, SUMMARY), summary)
