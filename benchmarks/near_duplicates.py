"""Find edited copies of real pages by `duplicate_of`, and count what is found wrongly.

It takes pages of the sets in a folder, adds an edited copy of each, as a later capture of another site, and cleans all
in one run, as a user would. Each copy has another address, headline and byline. Copies with few changes must name
their page. Copies with many changes, and the pages themselves, must name none. Pages that name another are listed: sets
have a few reprints of their own, so read them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

PARAGRAPH = re.compile(r"(<p\b[^>]*>)(.*?)(</p>)", re.DOTALL | re.IGNORECASE)
TITLE = re.compile(r"(<(title|h1)\b[^>]*>).*?(</\2>)", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^>]+>")
LONG = 60
FRAME = (
    "<html><head><title>{title}</title></head><body><nav><a href='/'>Start</a> <a href='/all'>All posts</a></nav>"
    "<article><h1>{title}</h1><p class='byline'>{byline}</p>{body}</article><footer>All rights kept.</footer>"
)
Page = dict[str, str]


def pages(folder: Path, most: int) -> Iterator[Page]:
    """Yield captures of a set with long texts, each with the text of its ground truth as `truth`."""
    with gzip.open(folder / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        truths = {record["id"]: record.get("text") or "" for record in map(json.loads, lines)}
    with gzip.open(folder / "captures.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [record for record in map(json.loads, lines) if record.get("html") and record["id"] in truths]
    for record in random.Random(1).sample(found, min(most, len(found))):
        truth = truths[record["id"]]
        if len(truth) >= 1200 and truth.count("\n") >= 5:
            yield {"id": f"{folder.name} {record['id']}", "html": record["html"], "truth": truth, "url": record["url"]}


def shuffled(text: str, seed: int) -> str:
    """Return the words of a text in another order, or its characters where it has no spaces."""
    parts = text.split() if text.count(" ") > len(text) / 20 else list(text)
    random.Random(seed).shuffle(parts)
    return (" " if text.count(" ") > len(text) / 20 else "").join(parts)


def with_headline(html: str, seed: int) -> str:
    """Replace the headline, and put a byline above the first paragraph."""
    html = TITLE.sub(rf"\1Another headline, number {seed}\3", html)
    return re.sub(r"(<p\b)", r"<p>By a writer of our own</p>\1", html, count=1, flags=re.IGNORECASE)


def chosen(texts: list[str], seed: int, share: float) -> set[int]:
    """Choose long paragraphs that have about this share of all letters, and at most a fifth more; one at least."""
    wanted = share * sum(map(len, texts))
    order = [number for number, text in enumerate(texts) if len(text) >= LONG]
    random.Random(seed).shuffle(order)
    found: set[int] = set()
    for number in order:
        if sum(len(texts[each]) for each in (*found, number)) <= 1.2 * wanted:
            found.add(number)
    return found or {min(order, key=lambda number: len(texts[number]))} if share and order else set()


def with_paragraphs(html: str, seed: int, share: float) -> str:
    """Shuffle the words of paragraphs that have this share of the text."""
    texts = [TAG.sub("", found[2]) for found in PARAGRAPH.finditer(html)]
    changed, numbers = chosen(texts, seed, share), iter(range(len(texts)))

    def replaced(found: re.Match[str]) -> str:
        number = next(numbers)
        return found[1] + escape(shuffled(texts[number], seed)) + found[3] if number in changed else found[0]

    return PARAGRAPH.sub(replaced, html)


def in_frame(page: Page, seed: int, share: float) -> str:
    """Put the ground truth into the page of another site, with this share of it changed."""
    title, lines = f"Another headline, number {seed}", [line for line in page["truth"].split("\n") if line]
    changed = chosen(lines, seed, share)
    body = [escape(shuffled(line, seed) if number in changed else line) for number, line in enumerate(lines)]
    paragraphs = "".join(f"<p>{text}</p>" for text in body)
    return FRAME.format(title=title, byline="By a writer of our own", body=paragraphs)


# Edits, each with whether its copies are near-duplicates.
EDITS: dict[str, tuple[bool, Callable[[Page, int], str]]] = {
    "headline and byline": (True, lambda page, seed: with_headline(page["html"], seed)),
    "and 5 % of the text": (True, lambda page, seed: with_headline(with_paragraphs(page["html"], seed, 0.05), seed)),
    "and 10 % of the text": (True, lambda page, seed: with_headline(with_paragraphs(page["html"], seed, 0.1), seed)),
    "in the frame of another site": (True, lambda page, seed: in_frame(page, seed, 0)),
    "in another frame, 10 % changed": (True, lambda page, seed: in_frame(page, seed, 0.1)),
    "in another frame, 40 % changed": (False, lambda page, seed: in_frame(page, seed, 0.4)),
    "in another frame, 60 % changed": (False, lambda page, seed: in_frame(page, seed, 0.6)),
}


def cleaned(lines: list[Page], folder: Path) -> dict[str, str]:
    """Clean captures in one run; return `duplicate_of` by id."""
    folder.joinpath("captures.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    output = folder / "out"
    words = ["-m", "boiloff", "clean", str(folder / "captures.jsonl"), "--output", str(output), "--quiet"]
    subprocess.run([sys.executable, *words, "--ledger", "none"], check=True)
    records = [json.loads(line) for path in output.glob("articles-*") for line in path.open(encoding="utf-8")]
    return {record["id"]: record["duplicate_of"] for record in records}


def main() -> None:
    """Print a line for each edit, and the pages that name another page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of sets, such as DATA/sites")
    parser.add_argument("--most", type=int, default=60, help="pages of each set")
    parser.add_argument("--list", action="store_true", help="list copies that are not found, and wrong names")
    options = parser.parse_args()
    folders = sorted(path.parent for path in options.folder.glob("*/truth.jsonl.gz"))
    given = [page for folder in folders for page in pages(folder, options.most)]
    lines, kinds = [], {}
    for number, page in enumerate(given):
        own = {key: page[key] for key in ("id", "html", "url")}
        lines.append(own | {"captured_at": "2026-01-01T00:00:00Z"})
        edit = [*EDITS][number % len(EDITS)]
        copy = f"copy of {page['id']}"
        kinds[copy] = edit
        url = f"https://reprints-{number}.example/story"
        lines.append(
            {"id": copy, "html": EDITS[edit][1](page, number), "url": url, "captured_at": "2026-02-01T00:00:00Z"}
        )
    with TemporaryDirectory() as folder:
        named = cleaned(lines, Path(folder))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for copy, edit in kinds.items():
        other = named.get(copy)
        how = (
            "no article"
            if other is None
            else "none"
            if not other
            else "its page"
            if copy.endswith(other)
            else "another"
        )
        counts[edit][how] += 1
        if options.list and (how == "another" or (how == "none") == EDITS[edit][0]):
            print(f"  {edit}: {copy} names {other or 'none'}")
    for edit, (is_copy, _) in EDITS.items():
        found = counts[edit]
        wanted = "its page" if is_copy else "none"
        print(f"{edit:46} {found[wanted]:4} of {found.total() - found['no article']:4} right ({dict(found)})")
    others = {page["id"]: named[page["id"]] for page in given if named.get(page["id"])}
    print(f"{len(others)} of {len(given)} pages name another page")
    for name, other in others.items():
        print(f"  {name} names {other}")


if __name__ == "__main__":
    main()
