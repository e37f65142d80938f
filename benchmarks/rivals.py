"""Score other extractors on evaluation sets, as `accuracy.py` scores boiloff.

    python benchmarks/rivals.py FOLDER --score SCORE.py [--set NAME ...]

Each is given the page as it was captured, by itself, with its address where it takes one. jusText has the stopwords of
the page's language, which langdetect names from the truth, so that no mistake of ours counts against it; where it has
no list for the language, stopwords do not count. The rules of C4 get the text of the whole page, as WET archives have
it.
"""

from __future__ import annotations

import argparse
import logging
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import justext
from accuracy import load_scorer, rows
from langdetect import DetectorFactory, LangDetectException, detect
from readability import Document
from resiliparse.extract.html2text import extract_plain_text
from text_captures import whole_page
from trafilatura import extract

from boiloff.transforms import Capture, parse

LISTS = frozenset(justext.get_stoplists())
LANGUAGES = {
    "ca": "Catalan", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "nl": "Dutch", "no": "Norwegian_Bokmal", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian",
}  # fmt: skip
# As the paper has them (Raffel et al. 2020).
END_MARKS = (".", "!", "?", '"', "”")
SENTENCE = re.compile(r"[.!?]+")
MIN_WORDS, MIN_SENTENCES = 5, 3
Extractor = Callable[[str, str, str], str]
Row = dict[str, Any]


def trafilatura(html: str, url: str, language: str) -> str:
    """Its default, without comments."""
    return extract(html, url=url, include_comments=False) or ""


def resiliparse(html: str, url: str, language: str) -> str:
    """Its main content, without comments and without the words that stand for pictures."""
    return str(extract_plain_text(html, main_content=True, comments=False, alt_texts=False))


def justext_text(html: str, url: str, language: str) -> str:
    """The paragraphs that it calls good."""
    name = LANGUAGES.get(language, "")
    known = name in LISTS
    stopwords = justext.get_stoplist(name) if known else frozenset()
    thresholds = {} if known else {"stopwords_low": 0, "stopwords_high": 0}
    found = justext.justext(html.encode("utf-8", "replace"), stopwords, encoding="utf-8", **thresholds)
    return "\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


def readability(html: str, url: str, language: str) -> str:
    """The text of the HTML that it keeps."""
    kept = Document(html, url=url).summary(html_partial=True)
    return "\n".join(block.text for block in parse(Capture(body=kept)).blocks)


def c4_lines(html: str, url: str, language: str) -> str:
    """The lines that the rules of C4 keep of the whole page's text, without its list of words and its deduplication."""
    lines = whole_page({"html": html, "url": url}).splitlines()
    kept = [line for line in lines if line.endswith(END_MARKS) and len(line.split()) >= MIN_WORDS]
    text = "\n".join(line for line in kept if "javascript" not in line.lower())
    is_page = "{" not in text and "lorem ipsum" not in text.lower() and len(SENTENCE.findall(text)) >= MIN_SENTENCES
    return text if is_page else ""


EXTRACTORS: dict[str, Extractor] = {
    "trafilatura": trafilatura,
    "resiliparse": resiliparse,
    "jusText": justext_text,
    "readability-lxml": readability,
    "C4's rules": c4_lines,
}


def text_of(extractor: Extractor, html: str, url: str, language: str) -> str:
    """What an extractor gives: nothing where it fails."""
    try:
        return extractor(html, url, language)
    except Exception:  # whatever a rival raises on a page is an empty answer
        return ""


def language_of(text: str) -> str:
    """The language of the true text, or `""`."""
    try:
        return str(detect(text))
    except LangDetectException:
        return ""


def main() -> None:
    """Print F1 of each extractor on each set of pages."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--set", action="append")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    DetectorFactory.seed = 0
    scorer = load_scorer(arguments.score)
    print("\t".join(["set", "pages", *EXTRACTORS]))
    for path in sorted(arguments.folder.rglob("captures.jsonl.gz")):
        if arguments.set and path.parent.name not in arguments.set:
            continue
        truths = {truth["id"]: truth for truth in rows(path.parent / "truth.jsonl.gz") if truth.get("text")}
        pages = [row for row in rows(path) if "html" in row and row["id"] in truths]
        if pages:
            scores = [f"{f1(pages, truths, extractor, scorer):.3f}" for extractor in EXTRACTORS.values()]
            print("\t".join([path.parent.name, str(len(pages)), *scores]), flush=True)


def f1(pages: list[Row], truths: dict[str, Row], extractor: Extractor, scorer: ModuleType) -> float:
    """The harmonic mean of mean precision and mean recall."""
    pairs = []
    for page in pages:
        truth = truths[page["id"]]["text"]
        text = text_of(extractor, page["html"], page["url"], language_of(truth))
        pairs.append(scorer.precision_recall(truth, text))
    precision, recall = (scorer.mean(column) or 0.0 for column in zip(*pairs, strict=True))
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


if __name__ == "__main__":
    main()
