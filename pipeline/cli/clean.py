"""`boiloff clean`: its options, the run, and the summary that it prints at the end."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from rich.console import Console
from rich.text import Text

from ..display import counted, one_line
from ..output import LEDGERS
from .options import (
    PATH,
    STANDARD,
    Command,
    RunSettings,
    SiteNaming,
    body_option,
    complete_folders,
    config_option,
    kinds_option,
    option,
    own_flags,
    path_option,
    run_options,
    since_option,
    site_options,
    split_beam_flags,
    templates_option,
)
from .pipe import PipeJob, clean_to_stdout
from .run_log import RunLog

if TYPE_CHECKING:  # Beam takes a second to import, which --help must not wait for
    from ..output.writer import Format

EXAMPLES = """\b
Examples:
  boiloff clean crawl/ --output out/
  boiloff clean 'crawl/*.warc.gz' more.jsonl --output out/ --workers 2
  boiloff clean crawl/2024-07 --output july/ --templates memory.boiloff
  boiloff clean --retry july/ --output again/ --templates memory.boiloff
  boiloff clean crawl/ --output today/ --since 'runs/*'
  boiloff clean - < captures.jsonl > articles.jsonl
  boiloff clean page.html
"""


@click.command(cls=Command, context_settings={"ignore_unknown_options": True}, epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="INPUT...", type=PATH)
@path_option(
    "--output",
    section="Output",
    metavar="DIR",
    shell_complete=complete_folders,
    help="Folder for the records; must be new or empty. - means standard output.",
)
@option("--overwrite", section="Output", is_flag=True, help="Replace an earlier run in DIR; keep other files there.")
@option("--resume", section="Output", is_flag=True, help="Continue the unfinished run in DIR, or start a new run.")
@option(
    "--format",
    "records",
    section="Output",
    type=click.Choice(["jsonl", "parquet"]),
    default="jsonl",
    help="JSON lines, or Parquet compressed with zstd. [jsonl]",
)
@option(
    "--ledger",
    section="Output",
    type=click.Choice(LEDGERS),
    default="full",
    help="Write the ledger in full, without the texts of blocks (reasons), or not at all. Reports and diff need "
    "full. [full]",
)
@body_option("Output")
@option(
    "--gzip",
    section="Output",
    is_flag=True,
    help="Compress JSON lines; the ledger of 1 GiB of input and more always is.",
)
@path_option(
    "--rejected",
    section="Output",
    default="",
    metavar="FILE",
    help="With standard output: write the rejected records to FILE. [print only their number]",
)
@option("--report", section="Output", is_flag=True, help="Also write a report of the run, DIR/report.html.")
@config_option("Cleaning")
@templates_option("Use the site memory in STORE; do not learn from INPUT.")
@option("--no-learn", section="Cleaning", is_flag=True, help="Do not learn; clean each page alone.")
@kinds_option
@path_option(
    "--retry",
    section="Input",
    multiple=True,
    metavar="LETTERS",
    help="Instead of INPUT: read only the captures that an earlier run rejected. LETTERS is its folder, or its "
    "rejected-* files. Repeatable.",
)
@since_option
@site_options
@run_options
@click.pass_context
def clean(
    context: click.Context,
    /,
    words: Sequence[str],
    output: str | None,
    config: str,
    overwrite: bool,
    resume: bool,
    records: str,
    ledger: str,
    body: str | None,
    gzip: bool,
    rejected: str,
    report: bool,
    templates: str,
    no_learn: bool,
    kinds: Sequence[str],
    retry: Sequence[str],
    since: Sequence[str],
    sites: SiteNaming,
    run: RunSettings,
) -> None:
    """Clean the captures of INPUT and write article records to DIR, or to standard output.

    INPUT is a file, a folder, a glob, or any path that Beam's filesystems can open. boiloff detects WARC, WET, ARC,
    WACZ, JSON, Parquet, Arrow, HTML, MHTML, Markdown and text by their content. In a folder it skips the records of
    earlier runs, and prints a notice.

    boiloff first learns from INPUT which texts repeat on the pages of each site, and writes this site memory to DIR.
    With --templates or --no-learn it does not learn. With --retry it does not learn either, because rejected captures
    do not represent a site; use --templates with the store of the first run.

    If you repeat a finished run, boiloff does nothing. So a scheduler may repeat a run.

    boiloff passes all options of Beam on to Beam, for example --runner=FlinkRunner.

    With --output -, or if INPUT is - (standard input), boiloff writes the articles to standard output as JSON lines, in
    the order of the captures. It then does not use Beam and does not learn. INPUT may also be one page, such as
    page.html: without --output, boiloff prints the text of the article, or with --body its Markdown or HTML.
    """
    log = RunLog("clean", run.quiet, run.json_log, run.log_every)
    if output is None or output == STANDARD:
        clean_to_stdout(
            context,
            words,
            PipeJob(config, kinds, sites, body, templates, run.workers, rejected, output is not None),
            log,
        )
        return
    from ...transforms.site_memory.store import open_store
    from ..config import load_configuration
    from ..engine import pipeline_options
    from ..output.folder import check_apart, is_resumable
    from ..output.manifest import is_finished_run, new_inputs, open_finished_run
    from ..reading.ranges import expand_inputs
    from ..run import CleanJob, run_clean

    inputs, beam_flags = split_beam_flags(words, own_flags(context))
    if rejected:
        raise click.UsageError(
            f"--rejected is only for --output -; the run writes rejected-* to {output!r}; leave --rejected out"
        )
    if report and ledger != "full":
        raise click.UsageError(f"--report needs the texts of removed blocks; leave --report or --ledger {ledger} out")
    check_sources(inputs, retry, output)
    format = chosen_format(records, gzip=gzip)
    configuration = load_configuration(config).naming(*sites).keeping(kinds).writing(body)
    sources = [path for name in retry for path in rejected_files(name)] if retry else inputs
    files = new_inputs(expand_inputs(sources, log.notice), since)
    check_apart(output, inputs)
    options = pipeline_options(beam_flags, run.workers)
    if templates:
        open_store(templates).close()
    log.started(inputs=len(files), output=output, workers=run.workers)
    if resume and not (is_resumable(output) or is_finished_run(output)):
        log.notice(f"nothing to resume in {output!r}: the run starts from the beginning")
    learns = not (templates or no_learn or retry)
    job = CleanJob(
        files,
        output,
        configuration,
        templates,
        learns=learns,
        format=format,
        ledger=ledger,
        overwrite=overwrite,
        resume=resume,
        retry=bool(retry),
    )
    with log.following(options, run.workers) as folder:
        summary = run_clean(replace(job, progress_folder=folder), options)
    page = ""
    if report:
        from ..inspect.report import write_report  # a tenth of the start of a run

        page = write_report(open_finished_run(output))

    def first_error(reason: str) -> str:
        rejected = open_finished_run(output).records("rejected")
        return next((str(record["error"]) for record in rejected if record["reason"] == reason), "")

    worth = worth_looking_at(summary, output, format, first_error)
    log.finished(output, summary, worth)
    if not run.quiet:
        show_summary(summary, worth, output, format, Console(), page)


def check_sources(inputs: Sequence[str], retry: Sequence[str], output: str) -> None:
    """Raise UsageError for a call with an empty name, without anything to read, or with two kinds of it."""
    if "" in (output, *inputs, *retry):
        raise click.UsageError("a name is empty, perhaps because a variable is not set; name a file or a folder")
    if retry and inputs:
        raise click.UsageError(
            f"{inputs[0]!r} is an INPUT, but --retry takes no INPUT; quote globs, or repeat --retry for each file"
        )
    if "-" in inputs:
        raise click.UsageError(
            "a run cannot read standard input, because it reads its input twice; name a file, or use --output -"
        )
    if not (inputs or retry):
        raise click.UsageError("INPUT is missing; name a file, a folder or a glob, or a run to retry with --retry")
    for path in (path for name in retry for path in rejected_files(name)):
        if os.path.realpath(os.path.dirname(path)) == os.path.realpath(output):
            raise click.UsageError(f"--output {output!r} contains the captures to retry; name another folder")


def rejected_files(name: str) -> list[str]:
    """Return the files of `--retry NAME`: NAME itself, or the rejected-* files of a run folder."""
    return [path for each in sorted(glob.glob(name)) or [name] for path in _rejected_in(each)]


def _rejected_in(path: str) -> list[str]:
    from ..output import OURS

    if not os.path.isdir(path):
        return [path]
    names = [name for name in sorted(os.listdir(path)) if name.startswith("rejected-") and OURS.fullmatch(name)]
    if not names:
        raise click.UsageError(f"{path!r} contains no rejected-* files; name the folder of a run, or such files")
    return [os.path.join(path, name) for name in names]


def chosen_format(records: str, *, gzip: bool) -> Format:
    """Return the format of the records. Raises UsageError for gzipped Parquet."""
    if records == "parquet":
        if gzip:
            raise click.UsageError("--gzip is for JSON lines: Parquet compresses its columns itself; leave --gzip out")
        return "parquet"
    return "jsonl.gz" if gzip else "jsonl"


# Rows of counts of one kind; summary.json has them all.
MAX_ROWS = 12


def show_summary(
    summary: Mapping[str, Any], worth: Sequence[str], output: str, ending: str, console: Console, report: str = ""
) -> None:
    """Print the counts of a run, the findings that are worth a look, and the files, whose names end with `ending`.

    `report` is the path of the run's report, if one was written.
    """
    soft = not console.is_terminal
    if summary.get("done_before"):
        written = "; boiloff wrote only its report" if report else ""
        console.print(
            f"the same run is already finished{written}; --overwrite repeats it", highlight=False, soft_wrap=soft
        )
    if summary.get("inputs") == []:
        console.print("no input file is new or has changed")
    console.print(
        f"{counted(summary['captures'], 'capture')}: {counted(summary['articles'], 'article')}, "
        f"{summary['rejected']:,} rejected, in {summary['seconds']:.1f} s",
        soft_wrap=soft,
    )
    if retried := summary.get("retried"):
        ended = f"{retried['rejected_again']:,} rejected again, {retried['not_found']:,} not found"
        console.print(
            f"retried {counted(retried['rejected_records'], 'rejected record')}: "
            f"{counted(retried['articles'], 'article')}, {ended}",
            soft_wrap=soft,
        )
    if repeated := summary.get("letters_repeated"):
        console.print(f"{counted(repeated, 'rejected record')} named the same capture as another one")
    for title, name in (("Removed blocks", "removed_by_reason"), ("Rejected captures", "rejected_by_reason")):
        if counts := summary.get(name):
            _print_counts(console, title, counts)
    if worth:
        console.print(Text("Worth a look", "bold"))
    for line in worth:
        console.print(Text(f"- {one_line(line)}"), soft_wrap=soft)
    for what, path in _files_of(summary, output.rstrip("/"), ending, report):
        console.print(Text(f"{what + ':':30}{one_line(path)}"), soft_wrap=True)


def _files_of(summary: Mapping[str, Any], folder: str, ending: str, report: str) -> Iterator[tuple[str, str]]:
    """Yield what each file of a run holds, and its path; records only if there are any."""
    from ..output import STORE_NAME

    if summary["captures"]:
        yield "articles", f"{folder}/articles-*.{ending}"
        if summary.get("ledger") != "none":
            yield "removed blocks and reasons", f"{folder}/removed-*.{summary.get('ledger_format', ending)}"
        yield "captures without an article", f"{folder}/rejected-*.{ending}"
    yield "all counts", f"{folder}/summary.json"
    if summary["captures"] and summary["templates"].endswith(STORE_NAME):
        yield "site memory", f"{folder}/{STORE_NAME}"
    if report:
        yield "report", report


def _print_counts(console: Console, title: str, counts: Mapping[str, int]) -> None:
    """Print a few rows, the largest count first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = [(one_line(name), f"{count:,}") for name, count in ordered[:MAX_ROWS]]
    rest = ordered[MAX_ROWS:]
    if len(rest) == 1:  # one more row takes no more room than their sum
        lines.append((one_line(rest[0][0]), f"{rest[0][1]:,}"))
    elif rest:
        lines.append((f"{len(rest)} others", f"{sum(count for _, count in rest):,}"))
    names, numbers = (max(map(len, column)) for column in zip(*lines, strict=True))
    console.print(Text(title, "bold"))
    for name, number in lines:
        console.print(Text(f"  {name:{names}}  {number:>{numbers}}"), soft_wrap=True)


# Findings shown, and counts that are too small for a pattern.
MOST, FEW = 3, 3
# Articles that a site needs before its share is meaningful, and how far its share must exceed that of the run.
SITE_ARTICLES = 10
SITE_EXCESS = 0.25
SITE_SHARE = 0.6
# What fails comes before what is lost, and that before what is only odd.
FAILED, LOST, ODD = 3, 2, 1


class Sign(NamedTuple):
    """A count that is worth a look from a share of all captures or articles on, and where to look.

    The count `beside` it is shown with it, followed by its words. `with_error` adds the first error of the reason,
    where the reason alone does not say what to mend.
    """

    counted: str
    share: float
    rank: int
    words: str
    look: str
    of: str = "captures"
    least: int = FEW
    beside: tuple[str, str] = ("", "")
    with_error: bool = False


REJECTED = "{output}/rejected-*.{ending}, reason {name}"
ARTICLES = "{output}/articles-*.{ending}, "
FLAGGED = ARTICLES + "flag {name}"
CUT_SHORT = ("rejected_by_reason.truncated-record", "cut (reason truncated-record)")
SIGNS = (
    Sign("rejected_by_reason.step-failed", 0.0, FAILED, "a step failed", REJECTED, least=1),
    Sign("rejected_by_reason.not-parsed", 0.0, FAILED, "parsing failed", REJECTED, least=1),
    Sign("rejected_by_reason.unreadable", 0.0, FAILED, "could not be read", REJECTED, least=1),
    Sign("rejected_by_reason.too-slow", 0.0, FAILED, "took too long", REJECTED, least=1),
    Sign("rejected_by_reason.damaged-record", 0.0, LOST, "damaged", REJECTED, least=1, beside=CUT_SHORT),
    Sign("rejected_by_reason.not-found", 0.0, LOST, "not found at the recorded place", REJECTED, least=1),
    Sign("rejected_by_reason.not-a-letter", 0.0, LOST, "not rejected records", REJECTED, least=1),
    Sign("rejected_by_reason.too-large", 0.0, LOST, "larger than max_body_bytes", REJECTED, least=1),
    Sign("rejected_by_reason.not-a-capture", 0.5, LOST, "contain no page", REJECTED, with_error=True),
    Sign("rejected_by_reason.wrong-type", 0.02, LOST, "JSON with another structure", REJECTED, with_error=True),
    Sign("rejected_by_reason.broken-line", 0.02, LOST, "broken lines of JSON", REJECTED),
    Sign("rejected_by_reason.unknown-format", 0.02, LOST, "files in an unknown format", REJECTED),
    Sign("rejected_by_reason.truncated-record", 0.02, LOST, "cut, without a page before the cut", REJECTED),
    Sign("rejected_by_reason.undecodable", 0.02, LOST, "could not be decoded", REJECTED),
    Sign("rejected_by_reason.no-article", 0.05, LOST, "all blocks are boilerplate", REJECTED),
    Sign("rejected_by_reason.no-text", 0.05, LOST, "no text on the page", REJECTED),
    Sign("rejected_by_reason.error-page", 0.05, ODD, "error pages", REJECTED),
    Sign("rejected_by_reason.login", 0.05, ODD, "logins", REJECTED),
    Sign("rejected_by_reason.bot-check", 0.02, ODD, "bot checks", REJECTED),
    Sign("rejected_by_reason.needs-javascript", 0.05, ODD, "pages that need JavaScript", REJECTED),
    Sign("rejected_by_reason.http-status", 0.05, ODD, "HTTP status errors", REJECTED),
    Sign("rejected_by_reason.redirect", 0.20, ODD, "redirects", REJECTED),
    Sign("rejected_by_reason.empty-body", 0.10, ODD, "empty", REJECTED),
    Sign("rejected_by_reason.not-html", 0.20, ODD, "not pages", REJECTED),
    Sign("quality_flags.truncated", 0.05, ODD, "cut", FLAGGED, "articles"),
    Sign("quality_flags.encoding_guessed", 0.10, ODD, "encoding guessed", FLAGGED, "articles"),
    Sign("quality_flags.short_text", 0.30, ODD, "short, under 250 letters", FLAGGED, "articles"),
    Sign("languages.und", 0.20, ODD, "too little text to detect the language", ARTICLES + "language und", "articles"),
    Sign("duplicates", 0.20, ODD, "same text as another article", ARTICLES + "duplicate_of", "articles"),
)

# Rank and share of a finding, by which they are sorted, and the line that is shown.
Finding = tuple[int, float, str]


def worth_looking_at(
    summary: Mapping[str, Any],
    output: str,
    ending: str = "jsonl",
    first_error: Callable[[str], str] = lambda reason: "",
) -> list[str]:
    """Return at most three findings, the most important first, each with the file or the command to look at.

    `summary` is that of a run, `output` its folder, `ending` that of its files of records; `first_error` returns the
    error of a record rejected for a reason. An ordinary run has no findings.
    """
    places = {"output": output.rstrip("/"), "ending": ending, "ledger": summary.get("ledger_format", ending)}
    found = [*_signs(summary, places, first_error), *_nothing(summary, places), *_site(summary, places)]
    return [line for _, _, line in sorted(found, key=lambda one: (-one[0], -one[1], one[2]))[:MOST]]


def _signs(
    summary: Mapping[str, Any], places: Mapping[str, str], first_error: Callable[[str], str]
) -> Iterator[Finding]:
    for sign in SIGNS:
        count, name = _count(summary, sign.counted), sign.counted.partition(".")[2]
        whole = summary[sign.of]
        if count and count >= sign.least and count / whole >= sign.share:
            extent = f"{count:,} of {whole:,} {sign.of if whole > 1 else sign.of[:-1]}"
            also, words = sign.beside
            if also and (besides := _count(summary, also)):
                extent += f", and {besides:,} {words}"
            if sign.with_error and (error := first_error(name)):
                extent += f", such as {error}"
            yield sign.rank, count / whole, f"{sign.words}: {extent}; see {sign.look.format(name=name, **places)}"


def _count(summary: Mapping[str, Any], counted: str) -> int:
    group, _, name = counted.partition(".")
    known = summary.get(group, {})
    count: int = known.get(name, 0) if name else known or 0
    return count


def _nothing(summary: Mapping[str, Any], places: Mapping[str, str]) -> Iterator[Finding]:
    if summary.get("inputs") == []:  # an ordinary run without new files
        return
    if not summary["captures"]:
        yield FAILED, 1.0, f"the input contains no captures; {places['output']}/summary.json lists the files"
    elif not summary["articles"]:
        yield FAILED, 1.0, f"no capture gave an article; see {places['output']}/rejected-*.{places['ending']}"


def _site(summary: Mapping[str, Any], places: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the site that lost a far larger share of its text than the run as a whole."""
    overall = _share(summary)
    sites = [
        (_share(counts), site)
        for site, counts in summary.get("sites", {}).items()
        if counts["articles"] >= SITE_ARTICLES and "text_chars" in counts
    ]
    share, site = max(sites, default=(0.0, ""))
    if share >= max(SITE_SHARE, overall + SITE_EXCESS):
        look = "{output}/removed-*.{ledger}, or boiloff explain {output} --url of a page of it".format(**places)
        yield ODD, share, f"{site} lost {share:.0%} of its text, the whole run {overall:.0%}; see {look}"


def _share(counts: Mapping[str, Any]) -> float:
    whole = counts.get("removed_chars", 0) + counts.get("text_chars", 0)
    return counts["removed_chars"] / whole if whole else 0.0
