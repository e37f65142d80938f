"""Cases for transforms that mark blocks: data files of pages, what earlier steps marked, and what must be marked.

A case has `html`, or `text` (a list: one block each, a blank line between them), and `gone`: the texts of the blocks
that the transform must mark, no more and no fewer. `marked` maps a reason to texts that an earlier step has marked.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from boiloff.transforms.core.base import PageTransform
from boiloff.transforms.core.page import Capture, Metadata, Page, Removal
from boiloff.transforms.parsing.parse import parse

CASES = Path(__file__).parent.parent / "data" / "cases"
FILES = ("in_the_wild", "synthetic", "negative", "known_failures")

# Words that the rules look for, signs they cut at, and lines in scripts that they must not stumble over.
LINES = st.one_of(
    st.text(max_size=120),
    st.lists(
        st.sampled_from(
            "Related articles|Read also:|by|Von|3 May 2024|16:11|in ,|0|Report|Photo:|Ann Roe|Tags|関連記事|اقرأ أيضا|"
            "—|She said that nothing of the kind had ever been planned, and that nobody had asked her before.".split(
                "|"
            )
        ),
        max_size=4,
    ).map(" ".join),
)


def params(transform: str) -> list[Any]:
    """Every case of a transform, named by its file; known failures are expected to fail."""
    found = []
    for name in FILES:
        path = CASES / transform / f"{name}.json"
        for case in json.loads(path.read_text("utf-8")) if path.exists() else ():
            marks = [pytest.mark.xfail(reason=case["why"], strict=True)] if name == "known_failures" else []
            found.append(pytest.param(case, id=f"{name}: {case['name']}", marks=marks))
    return found


def page_of(case: dict[str, Any]) -> Page:
    """Parse the page of a case, with its metadata and the marks of earlier steps."""
    page = parse(Capture(case["html"]) if "html" in case else Capture("\n\n".join(case["text"]), media="text"))
    metadata = Metadata(title=case.get("title", ""), authors=tuple(case.get("authors", ())))
    page = replace(page, metadata=metadata)
    for reason, texts in case.get("marked", {}).items():
        page = page.mark({i: Removal(reason, "earlier", "") for i, b in enumerate(page.blocks) if b.text in texts})
    return page


def newly_marked(before: Page, after: Page) -> list[str]:
    """Return the texts of the blocks that a transform has marked."""
    pairs = zip(after.blocks, before.removals, after.removals, strict=True)
    return [block.text for block, old, new in pairs if old is None and new is not None]


def check_marks_only(transform: PageTransform, page: Page) -> None:
    """Check that a transform changes only marks, keeps those that are there, and finds nothing more the second time."""
    once = transform.clean(page)
    assert replace(once, removals=page.removals) == page
    assert all(new == old for old, new in zip(page.removals, once.removals, strict=True) if old is not None)
    assert transform.clean(once) == once
    assert all(mark is None or (mark.evidence and 0 < mark.score <= 1) for mark in once.removals)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """Text captures and HTML of lines that the rules look at, with a mark here and there."""
    lines = draw(st.lists(LINES, max_size=14))
    if draw(st.booleans()):
        page = parse(Capture("\n\n".join(lines), media="text"))
    else:
        tags = [draw(st.sampled_from(("p", "div", "li", "h2", "a", "time"))) for _ in lines]
        elements = (f"<{tag} class=author>{line}</{tag}>" for tag, line in zip(tags, lines, strict=True))
        page = parse(Capture("".join(elements)))
    page = replace(page, metadata=Metadata(title=draw(LINES), authors=(draw(LINES),)))
    positions = draw(st.sets(st.integers(0, max(0, len(page.blocks) - 1)), max_size=4)) if page.blocks else set()
    return page.mark({i: Removal("comments", "earlier", "a comment") for i in positions})
