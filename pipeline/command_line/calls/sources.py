"""What a call names as its source: inputs, or dead letters."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Sequence
from itertools import chain

import click

from ...output_folder import OURS
from ...writing import Format
from ..shown.printable import one_line


def check_sources(inputs: Sequence[str], retry: Sequence[str], output: str) -> None:
    """Refuse a call without anything to read, or with two kinds of it, and names that are empty."""
    if "" in (output, *inputs, *retry):
        raise click.UsageError("a name is empty, as of a variable that is not set; name a file or a folder")
    if retry and inputs:
        raise click.UsageError(
            f"{inputs[0]!r} is given beside --retry, which takes no INPUT; quote globs, or repeat --retry for each file"
        )
    if "-" in inputs:
        raise click.UsageError("standard input cannot be read: a run reads its input more than once; name a file")
    if not (inputs or retry):
        raise click.UsageError("no INPUT is given; name a file, a folder or a glob, or dead letters with --retry")
    for letters in chain.from_iterable(map(paths_of_letters, retry)):
        if os.path.realpath(os.path.dirname(letters)) == os.path.realpath(output):
            raise click.UsageError(f"--output {output!r} holds the letters to retry; name another folder")


def paths_of_letters(name: str) -> list[str]:
    """What `--retry` names: letters, or the folders of the runs that left them."""
    found = sorted(glob.glob(name)) or [name]
    return [path for each in found for path in (_letters_in(each) if os.path.isdir(each) else [each])]


def _letters_in(folder: str) -> list[str]:
    """The letters that a run has left in a folder, in whatever format."""
    names = [name for name in sorted(os.listdir(folder)) if name.startswith("rejected-") and OURS.fullmatch(name)]
    if not names:
        raise click.UsageError(f"{folder!r} holds no rejected-* files; name the folder of a run, or such files")
    return [os.path.join(folder, name) for name in names]


def tell(message: str) -> None:
    """Tell people of something, on stderr."""
    click.echo(f"boiloff: {one_line(message)}", file=sys.stderr)


def chosen_format(records: str, *, gzip: bool) -> Format:
    """The format of the records. Raises UsageError for Parquet that is to be gzipped."""
    if records == "parquet":
        if gzip:
            raise click.UsageError("--gzip is for JSON lines: Parquet compresses its columns itself; leave --gzip out")
        return "parquet"
    return "jsonl.gz" if gzip else "jsonl"
