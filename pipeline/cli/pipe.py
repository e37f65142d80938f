"""`boiloff clean` without a folder: captures in, article records out on standard output, in order, without Beam."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, closing, redirect_stdout
from dataclasses import dataclass
from io import BufferedIOBase
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, cast

import click
from click.core import ParameterSource
from rich.console import Console

from ..display import counted, harmless
from .options import STANDARD, SiteNaming, own_flags, split_beam_flags
from .run_log import RunLog, print_notice

if TYPE_CHECKING:  # its steps take a quarter of a second to import, which --help must not wait for
    from ...transforms.core.article import Article, Rejected
    from ..clean import Cleaner
    from ..reading.captures import Items

# Exit status where the one page gives no article.
NO_ARTICLE = 1
# Options that only a run into a folder has.
FOLDER_ONLY = ("overwrite", "records", "ledger", "gzip", "report", "resume", "retry", "since", "log_every")


@dataclass(frozen=True)
class PipeJob:
    """How to clean without a folder. `rejected` is the path of a file for rejected records, "" for none.

    `as_lines` asks for JSON lines, also where the input is one page.
    """

    config: str
    kinds: Sequence[str]
    sites: SiteNaming
    body: str | None = None
    templates: str = ""
    workers: int = 1
    rejected: str = ""
    as_lines: bool = False


def clean_to_stdout(context: click.Context, words: Sequence[str], job: PipeJob, log: RunLog) -> None:
    """Write the articles of the input to standard output as JSON lines; of one page the text, unless lines are wanted.

    Raises UsageError for a call that needs a folder, and BrokenPipeError if the reader has ended.
    """
    inputs = _checked_inputs(context, words, job)
    from ..clean import Cleaner
    from ..config import load_configuration
    from ..reading.captures import open_stream
    from ..reading.ranges import expand_inputs, read_file

    cleaner = Cleaner.of(
        load_configuration(job.config).naming(*job.sites).keeping(job.kinds).writing(job.body), job.templates
    )
    limit = cleaner.configuration.limits.max_body_bytes
    with ExitStack() as stack:
        if STANDARD in inputs:
            opened = stack.enter_context(open_stream(cast(BufferedIOBase, sys.stdin.buffer)))
            items, is_page = opened.captures(STANDARD, max_body_bytes=limit), False
        else:
            files = expand_inputs(inputs, log.notice)
            is_page = len(files) == 1 and _is_one_page(files[0])
            if not (job.as_lines or is_page):
                raise _without_output(context)
            items = chain.from_iterable(read_file(path, max_body_bytes=limit) for path in files)
        if is_page and not job.as_lines:
            if job.rejected:
                raise click.UsageError("--rejected is for JSON lines, not for the text of one page; add --output -")
            _write_text(inputs[0], items, cleaner)
            return
        lines = sys.stdout.buffer
        dead_letters = stack.enter_context(_create(job.rejected, inputs)) if job.rejected else None
        with redirect_stdout(sys.stderr):  # a step of one's own may print; records only go to standard output
            results = stack.enter_context(closing(_results(items, cleaner, job)))
            _write_lines(results, lines, dead_letters, job.rejected, log)


def _checked_inputs(context: click.Context, words: Sequence[str], job: PipeJob) -> list[str]:
    """Return the inputs. Raises UsageError where there are none, and for options that only a run into a folder has."""
    inputs = [*words]
    if any(word.startswith("-") and word != STANDARD for word in words):
        if not job.as_lines and STANDARD not in words:
            raise _without_output(context)
        _, flags = split_beam_flags(words, own_flags(context))
        raise _misplaced(flags[0])
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if parameter.name in FOLDER_ONLY and source == ParameterSource.COMMANDLINE:
            raise _misplaced(parameter.opts[0])
    if "" in inputs:
        raise click.UsageError("a name is empty, perhaps because a variable is not set; name a file or a folder")
    if not inputs:
        raise click.UsageError("INPUT is missing; name a file, or - for standard input")
    if STANDARD in inputs and len(inputs) > 1:
        raise click.UsageError("- is standard input, which is read alone; name files, or pipe them all into it")
    return inputs


def _without_output(context: click.Context) -> click.MissingParameter:
    output = next(parameter for parameter in context.command.params if parameter.name == "output")
    is_needed = "--output is missing; only for one page boiloff prints the text instead"
    return click.MissingParameter(f"{is_needed}; name a folder, or - for standard output", ctx=context, param=output)


def _misplaced(flag: str) -> click.UsageError:
    return click.UsageError(f"{flag} is for a run into a folder; name the folder with --output, or leave {flag} out")


def _is_one_page(path: str) -> bool:
    """Return whether a file is one page, rather than a file of captures. One that cannot be read is none."""
    from ..reading.captures import open_captures
    from ..reading.ranges import open_file

    try:
        with open_file(path) as stream:
            return open_captures(stream).is_one_page
    except Exception:  # each filesystem raises its own
        return False


def _write_text(name: str, items: Items, cleaner: Cleaner) -> None:
    """Write the one page: its article's text, Markdown or HTML. Raises Exit where it gives none, after a message."""
    from ...transforms.core.article import Rejected
    from ..clean import article_of

    for item in items:
        found = article_of(item, cleaner)
        if isinstance(found, Rejected):
            print_notice(f"{name} gives no article, {found.reason}: {found.error}")
            raise click.exceptions.Exit(NO_ARTICLE)
        echo_text(found.bodies.get(cleaner.configuration.body, found.text))


def echo_text(text: str) -> None:
    """Write a text to standard output; on a terminal, without characters that could control it."""
    click.echo((harmless(text) if Console().is_terminal else text).encode("utf-8", "replace"))


def _results(items: Items, cleaner: Cleaner, job: PipeJob) -> Generator[Article | Rejected, None, None]:
    """Yield the article of each capture, or why there is none, from as many processes as the job asks for."""
    from ..clean import article_of, settle_garbage
    from ..clean_many import Setup, clean_in_processes

    if job.workers > 1:
        yield from clean_in_processes(items, Setup(cleaner.configuration, job.templates), job.workers)
        return
    cleaner.warm_up()
    settle_garbage()
    for item in items:
        yield article_of(item, cleaner)


def _write_lines(
    results: Iterable[Article | Rejected],
    articles: BinaryIO,
    dead_letters: BinaryIO | None,
    dead_letters_path: str,
    log: RunLog,
) -> None:
    """Write a line for each article, one for each rejected record to `dead_letters`, and the counts to stderr."""
    from ...transforms.core.article import Rejected
    from ..output.schemas import to_json_line

    counts, reasons, first_error = Counter[str](), Counter[str](), ""
    for result in results:
        counts["captures"] += 1
        if isinstance(result, Rejected):
            reasons[result.reason] += 1
            first_error = first_error or f"{result.reason}: {result.error}"
        to = dead_letters if isinstance(result, Rejected) else articles
        if to is not None:
            to.write(to_json_line(result.to_dict()) + b"\n")
            to.flush()  # the reader of the pipe need not wait for the next record
    _report(counts["captures"], reasons, log)
    if counts["captures"] == reasons.total() and not (log.quiet or log.json_log):
        where = f"{dead_letters_path} has" if dead_letters_path else "--rejected FILE writes"
        print_notice(f"no capture gave an article; the first one: {first_error}; {where} the error of each")


def _report(captures: int, reasons: Counter[str], log: RunLog) -> None:
    rejected = reasons.total()
    facts = {"captures": captures, "articles": captures - rejected, "rejected": rejected}
    log.finished(STANDARD, {**facts, "rejected_by_reason": dict(reasons)})
    if not (log.quiet or log.json_log):
        why = ", ".join(f"{reason} {count:,}" for reason, count in reasons.most_common())
        print_notice(
            f"{counted(captures, 'capture')}: {counted(captures - rejected, 'article')}, {rejected:,} rejected"
            + (f" ({why})" if why else "")
        )


def _create(path: str, inputs: Sequence[str]) -> BinaryIO:
    """Create the file for rejected records. Raises UsageError where it is an input, or cannot be created."""
    if os.path.exists(path) and any(os.path.samefile(name, path) for name in inputs if os.path.exists(name)):
        raise click.UsageError(f"--rejected {path!r} is read as INPUT, too; name another file")
    try:
        return open(path, "wb")
    except OSError as error:
        raise click.UsageError(f"--rejected {path!r} cannot be created: {error.strerror}; name another file") from error
