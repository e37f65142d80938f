"""What `boiloff clean` says in the end: what the run did, what is worth a look, and where all of it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from ...output_folder import STORE_NAME
from ...run import DONE_BEFORE
from ...telling import counted
from .printable import one_line

# Lines of one kind; summary.json has all.
MAX_ROWS = 12


def show_summary(
    summary: Mapping[str, Any], worth: Sequence[str], output: str, ending: str, console: Console, report: str = ""
) -> None:
    """Totals, counts, what is worth a look, and the files, whose names end as `ending` says; `report` is the page of
    the run, where one was written.
    """
    if DONE_BEFORE in summary:
        written = ", and only its report is written anew" if report else ""
        console.print(
            f"the same run was done before{written}; --overwrite does it again",
            highlight=False,
            soft_wrap=not console.is_terminal,
        )
    if summary.get("inputs") == []:
        console.print("no file of the input is new or has changed")
    console.print(
        f"{counted(summary['captures'], 'capture')}: {counted(summary['articles'], 'article')}, "
        f"{summary['rejected']:,} rejected, in {summary['seconds']:.1f} s",
        soft_wrap=not console.is_terminal,
    )
    if summary.get("letters_repeated"):
        console.print(f"{counted(summary['letters_repeated'], 'letter')} told what others had told, and count once")
    for title, name in (("Removed blocks", "removed_by_reason"), ("Rejected captures", "rejected_by_reason")):
        if counts := summary.get(name):
            print_counts(console, title, counts)
    if worth:
        console.print(Text("Worth a look", "bold"))
    for line in worth:
        console.print(Text(f"- {one_line(line)}"), soft_wrap=not console.is_terminal)
    folder = output.rstrip("/")
    for what, name in files_of(summary, ending):
        console.print(Text(f"{what + ':':29}{one_line(folder)}/{name}"), soft_wrap=True)
    if report:
        console.print(Text(f"{'all of it on one page:':29}{one_line(report)}"), soft_wrap=True)


def files_of(summary: Mapping[str, Any], ending: str) -> list[tuple[str, str]]:
    """The files of a run, each with what is in it; those of records only where there may be any."""
    records = [
        ("articles", f"articles-*.{ending}"),
        ("what was taken away and why", f"removed-*.{ending}"),
        ("captures without an article", f"rejected-*.{ending}"),
    ]
    files = [*(records if summary["captures"] else []), ("all counts", "summary.json")]
    if summary["captures"] and summary["templates"].endswith(STORE_NAME):
        files.append(("what was learned of sites", STORE_NAME))
    return files


def print_counts(console: Console, title: str, counts: Mapping[str, int]) -> None:
    """A few lines, the largest count first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = [(one_line(name), f"{count:,}") for name, count in ordered[:MAX_ROWS]]
    if rest := ordered[MAX_ROWS:]:
        lines.append((f"{len(rest)} others", f"{sum(count for _, count in rest):,}"))
    names, numbers = (max(map(len, column)) for column in zip(*lines, strict=True))
    console.print(Text(title, "bold"))
    for name, number in lines:
        console.print(Text(f"  {name:{names}}  {number:>{numbers}}"), soft_wrap=True)
