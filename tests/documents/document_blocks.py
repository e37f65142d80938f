"""The code blocks of a document, with what invisible comments say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMENT = re.compile(r"^ *<!-- (not run|file|setup): (.+) -->$")
FENCE = re.compile(r"^( *)```(\w*|\{\w+\})$")


@dataclass(frozen=True)
class CodeBlock:
    """A fenced block: where its code begins, its language, and what the comments above it say.

    `not_run` is the reason for leaving it alone, `file` the name under which it is saved, `setup` a shell command that
    goes before.
    """

    line: int
    language: str
    code: str
    not_run: str = ""
    file: str = ""
    setup: str = ""


def code_blocks(path: Path) -> Iterator[CodeBlock]:
    """List the blocks of a document in order, without directives. A comment controls the block below it."""
    said: dict[str, str] = {}
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    for number, line in lines:
        if comment := COMMENT.match(line):
            said[comment[1].replace(" ", "_")] = comment[2]
        elif opening := FENCE.match(line):
            block = CodeBlock(number + 1, opening[2], _code(lines, len(opening[1])), **said)
            if not opening[2].startswith("{"):
                yield block
            said = {}
        elif line.strip():
            said = {}


def _code(lines: Iterator[tuple[int, str]], indent: int) -> str:
    code = []
    for _, line in lines:
        if line.strip() == "```":
            break
        code.append(f"{line[indent:]}\n")
    return "".join(code)
