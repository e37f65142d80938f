"""Beam's own options among the words of a command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

import click
from apache_beam.options.pipeline_options import PipelineOptions

from ..telling import NEAR


class _Parser(argparse.ArgumentParser):
    """An argparse parser that reports errors as click does."""

    def error(self, message: str) -> NoReturn:
        raise click.UsageError(message)


def _parser() -> _Parser:
    """A parser of every option that Beam's option classes declare, as Beam builds its own."""
    parser = _Parser(add_help=False, allow_abbrev=False, conflict_handler="resolve")
    for options in PipelineOptions.__subclasses__():
        options._add_argparse_args(parser)
    return parser


def split_beam_flags(words: Sequence[str], own_flags: Sequence[str]) -> tuple[list[str], list[str]]:
    """`words` as (inputs, Beam's flags). Raises UsageError for a flag that is neither ours nor Beam's."""
    parser = _parser()
    _, rest = parser.parse_known_args(list(words))
    inputs = [word for word in rest if not word.startswith("-") or word == "-"]
    unknown = [word for word in rest if word.startswith("-") and word != "-"]
    if unknown:
        raise click.NoSuchOption(unknown[0].partition("=")[0], possibilities=_similar(unknown[0], parser, own_flags))
    remaining = list(rest)
    return inputs, [word for word in words if not _take(word, remaining)]


def _take(word: str, remaining: list[str]) -> bool:
    """True if `word` is the next of the words that are not Beam's; takes it off."""
    if remaining and remaining[0] == word:
        remaining.pop(0)
        return True
    return False


def _similar(flag: str, parser: argparse.ArgumentParser, own_flags: Sequence[str]) -> list[str]:
    """Options of nearly this name: ours, and Beam's where none of ours is near."""
    name = flag.partition("=")[0]
    near = get_close_matches(name, own_flags, n=1, cutoff=NEAR)
    return near or get_close_matches(name, parser._option_string_actions, cutoff=NEAR)
