"""Clean what was cleaned, and tell how often that changes it: `python benchmarks/cleaned_again.py CAPTURES...`.

Three rounds on each capture. The same capture once more: must give the same. The steps once more on the page that they
have marked: may mark more, since steps look at what others have left beside a block. The article's own text as a text
capture: it has lost its markup, so that rules which read words see it anew.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from boiloff.pipeline.clean import Cleaner, clean_capture
from boiloff.pipeline.reading.accept import Rejected
from boiloff.transforms import Capture, Page, ledger
from boiloff.transforms.core.base import clean_page


def captures(paths: list[str]) -> Iterator[Capture]:
    """The captures of gzipped JSON lines."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                media = "html" if record.get("html") else "text"
                yield Capture(record[media], media, record.get("url", ""))


def removed(page: Page | Rejected, before: Page | None = None) -> list[dict[str, Any]]:
    """The ledger of a page, without what was marked `before`. A rejected text counts as one removal of everything."""
    if isinstance(page, Rejected):
        return [{"rule": page.reason, "text": " " * max(0, page.length)}]
    old = {record["position"] for record in ledger(before)} if before else set()
    return [record for record in ledger(page) if record["position"] not in old]


def main() -> None:
    """Print a table of the rounds, and the rules that found something."""
    cleaner = Cleaner.named("default")
    rounds = {
        "the same capture": Counter[str](),
        "the marked page": Counter[str](),
        "the article's text": Counter[str](),
    }
    rules = {name: Counter[str]() for name in rounds}
    pages = chars = 0
    for capture in captures(sys.argv[1:]):
        page = clean_capture(capture, cleaner)
        if isinstance(page, Rejected):
            continue
        article = cleaner.article(page)
        pages, chars = pages + 1, chars + len(article.text)
        same = cleaner.article(cleaner.page(capture))
        found = {
            "the same capture": [] if same == article else [{"rule": "different", "text": same.text}],
            "the marked page": removed(clean_page(page, cleaner.steps), page),
            "the article's text": removed(clean_capture(Capture(article.text, "text", capture.url), cleaner)),
        }
        for name, records in found.items():
            rounds[name].update(changed=bool(records), chars=sum(len(record["text"]) for record in records))
            rules[name].update(record["rule"] for record in records)
    print(f"{pages:,} articles, {chars:,} characters\n")
    print("| cleaned again | articles that lose something | characters | rules |")
    print("|---|---|---|---|")
    for name, counts in rounds.items():
        what = ", ".join(f"{rule} {count}" for rule, count in rules[name].most_common(5))
        changed, lost = counts["changed"], counts["chars"]
        print(f"| {name} | {changed} ({changed / pages:.1%}) | {lost:,} ({lost / chars:.2%}) | {what} |")


if __name__ == "__main__":
    main()
