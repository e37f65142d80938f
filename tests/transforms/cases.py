"""Cases for transforms that mark blocks: data files of pages, and of the blocks that a transform must mark.

`tests/data/cases/<file of the transform>/` has files by provenance. A case says `about` what it is, and has `html`, or
`text` as a list of lines ("" is a blank line). `removed` has the texts of the blocks that the transform must mark, no
more and no fewer. `title`, `authors` and `tags` are the page's metadata, `kind` is its kind, `url` is its address, and
`marked` maps a reason to texts that an earlier step has marked. `@article` stands for the paragraphs of the same article
everywhere. A known failure says `why`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from boiloff.transforms.core.base import STEPS, PageTransform
from boiloff.transforms.core.page import Capture, Metadata, Page, Removal
from boiloff.transforms.parsing.parse import parse

CASES = Path(__file__).parent.parent / "data" / "cases"
FILES = ("in_the_wild", "synthetic", "negative", "known_failures")
ARTICLE = (
    "The ferry to the outer islands left an hour late on Tuesday, because the harbour master had mislaid the key.",
    "Nobody on the quay seemed to mind. Two women shared a flask of tea, and a boy counted the gulls on the roof.",
    "By the time the engine started the tide had turned, and the crossing took twice as long as it should have.",
)

# Words that the rules look for, signs they cut at, and lines in scripts that they must not stumble over.
WORDS = st.sampled_from(
    "Related articles|Read also:|by|Von|3 May 2024|16:11|in ,|0|Report|Photo:|Ann Roe|Tags|関連記事|اقرأ أيضا|—|Leave a reply"
    "|2 Comments|Reply|Ann says:|Notify of|3:04 pm|We use cookies|Accept|Cookie settings|Share this|Facebook|Follow us on X"
    "|Newsletter|Subscribe|Donate|Advertisement|Ad|Story continues below|Email us: tips@tideway.example|Got a tip?"
    "|This is not financial advice.|Disclaimer|Source: AFP|©|Hidden|"
    "She said that nothing of the kind had ever been planned, and that nobody had asked her before.".split("|")
)
LINES = st.one_of(st.text(max_size=120), st.sampled_from(ARTICLE), st.lists(WORDS, max_size=4).map(" ".join))
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            (
                "<div id=comments>|<div class='share-bar'>|<p class=ad>|<div hidden>|<form class=newsletter>|<h1>|</h1>"
                "|<div class='modal cookie'>|<div class=disclaimer>|<small>|</div>|</form>|<button>|<li>"
            ).split("|")
        ),
        WORDS,
        st.sampled_from(ARTICLE),
        st.text(max_size=30),
    ),
    max_size=30,
).map("".join)


def transform_of(folder: str) -> PageTransform:
    """Make the transform of the file that a folder of cases is named for."""
    found = [step for step in STEPS.values() if step.__module__ == f"boiloff.transforms.{folder}"]
    assert len(found) == 1, f"tests/data/cases/{folder}: transforms/{folder}.py has no transform"
    return found[0]()


def folders() -> list[str]:
    """List the folders whose cases say what must be marked."""
    return sorted(path.name for path in CASES.iterdir() if _cases(path.name))


def _cases(folder: str) -> list[tuple[str, dict[str, Any]]]:
    files = [path for name in FILES if (path := CASES / folder / f"{name}.json").exists()]
    found = [(path.stem, case) for path in files for case in _list(path)]
    return [(name, case) for name, case in found if "removed" in case and "kept" not in case]


def _list(path: Path) -> list[Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return content if isinstance(content, list) else []


def params() -> list[Any]:
    """Every case, named by its folder and file; known failures are expected to fail."""
    return [
        pytest.param(
            folder,
            case,
            id=f"{folder} {name}: {case['about']}",
            marks=[pytest.mark.xfail(reason=case["why"], strict=True)] if name == "known_failures" else [],
        )
        for folder in folders()
        for name, case in _cases(folder)
    ]


def case_about(folder: str, about: str) -> dict[str, Any]:
    """Return the case of a folder with these words about it."""
    return next(case for _, case in _cases(folder) if case["about"] == about)


def page_of(case: dict[str, Any]) -> Page:
    """Parse the page of a case, with its metadata and the marks of earlier steps."""
    if "html" in case:
        article = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE)
        page = parse(Capture(case["html"].replace("@article", article), url=case.get("url", "")))
    else:
        lines = "\n".join(case["text"]).replace("@article", "\n\n".join(ARTICLE))
        page = parse(Capture(lines, media="text", url=case.get("url", "")))
    known = {name: tuple(case.get(name, ())) for name in ("authors", "tags")}
    metadata = Metadata(title=case.get("title", ""), **known)
    page = replace(page, metadata=metadata, kind=case.get("kind", "article"))
    for reason, texts in case.get("marked", {}).items():
        page = page.mark({i: Removal(reason, "earlier", "") for i, b in enumerate(page.blocks) if b.text in texts})
    return page


def removed(page: Page) -> list[str]:
    """Return the texts of all marked blocks."""
    return [block.text for block, mark in zip(page.blocks, page.removals, strict=True) if mark is not None]


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
