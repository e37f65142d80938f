"""What of a run is worth a look: at most three things, chosen by general rules from its counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

MOST = 3
# Counts below this are no pattern.
FEW = 3
# Articles that a site needs before its share says something, and how far it may lie above that of the run.
SITE_ARTICLES = 10
SITE_EXCESS = 0.25
SITE_SHARE = 0.6
# What fails comes before what is lost, what is lost before what is only odd.
FAILED, LOST, ODD = 3, 2, 1


class Sign(NamedTuple):
    """A count that is worth a look from a share on of all captures or articles, in words, and where to look."""

    counted: str
    share: float
    rank: int
    words: str
    look: str
    of: str = "captures"
    least: int = FEW


REJECTED = "{output}/rejected-*.{ending}, reason {name}"
FLAGGED = "{output}/articles-*.{ending}, flag {name}"
SIGNS = (
    Sign("rejected_by_reason.step-failed", 0.0, FAILED, "a step failed on {n} of {of}", REJECTED, least=1),
    Sign("rejected_by_reason.not-parsed", 0.0, FAILED, "{n} of {of} could not be parsed", REJECTED, least=1),
    Sign("rejected_by_reason.unreadable", 0.0, FAILED, "{n} of {of} could not be read", REJECTED, least=1),
    Sign("rejected_by_reason.too-slow", 0.0, FAILED, "{n} of {of} took too long and were given up", REJECTED, least=1),
    Sign("rejected_by_reason.damaged-record", 0.0, LOST, "{n} of {of} are damaged in their files", REJECTED, least=1),
    Sign("rejected_by_reason.not-found", 0.0, LOST, "{n} of {of} are not where the letters say", REJECTED, least=1),
    Sign("rejected_by_reason.not-a-letter", 0.0, LOST, "{n} of {of} are no dead letters", REJECTED, least=1),
    Sign("rejected_by_reason.too-large", 0.0, LOST, "{n} of {of} are larger than max_body_bytes", REJECTED, least=1),
    Sign("rejected_by_reason.wrong-type", 0.02, LOST, "{n} of {of} are JSON of the wrong shape", REJECTED),
    Sign("rejected_by_reason.broken-line", 0.02, LOST, "{n} of {of} are broken lines of JSON", REJECTED),
    Sign("rejected_by_reason.unknown-format", 0.02, LOST, "{n} of {of} are files of no known format", REJECTED),
    Sign("rejected_by_reason.truncated-record", 0.02, LOST, "{n} of {of} are cut short without a page", REJECTED),
    Sign("rejected_by_reason.undecodable", 0.02, LOST, "{n} of {of} could not be decoded", REJECTED),
    Sign("rejected_by_reason.no-article", 0.05, LOST, "of {n} of {of} every block was boilerplate", REJECTED),
    Sign("rejected_by_reason.no-text", 0.05, LOST, "{n} of {of} show no text", REJECTED),
    Sign("rejected_by_reason.http-status", 0.05, ODD, "{n} of {of} have HTTP status errors", REJECTED),
    Sign("rejected_by_reason.redirect", 0.20, ODD, "{n} of {of} are redirects", REJECTED),
    Sign("rejected_by_reason.empty-body", 0.10, ODD, "{n} of {of} are empty", REJECTED),
    Sign("rejected_by_reason.not-html", 0.20, ODD, "{n} of {of} are no pages", REJECTED),
    Sign("quality_flags.truncated", 0.05, ODD, "{n} of {of} are cut short", FLAGGED, "articles"),
    Sign("quality_flags.encoding_guessed", 0.10, ODD, "the encoding of {n} of {of} was guessed", FLAGGED, "articles"),
    Sign("quality_flags.short_text", 0.30, ODD, "{n} of {of} are short, under 250 letters", FLAGGED, "articles"),
    Sign(
        "languages.und",
        0.20,
        ODD,
        "{n} of {of} have too little text to tell the language",
        "{output}/articles-*.{ending}, language und",
        "articles",
    ),
    Sign(
        "duplicates",
        0.20,
        ODD,
        "{n} of {of} say what another says",
        "{output}/articles-*.{ending}, duplicate_of",
        "articles",
    ),
)


class Finding(NamedTuple):
    """Something worth a look, and how much so: by rank, then by share."""

    rank: int
    share: float
    line: str


def worth_looking_at(summary: Mapping[str, Any], output: str, ending: str = "jsonl") -> list[str]:
    """At most three lines, what matters most first, each with the file or the command to look at.

    `summary` is that of a run, `output` its folder, `ending` how the names of its records end. An ordinary run gives
    none.
    """
    places = {"output": output.rstrip("/"), "ending": ending}
    found = [*_signs(summary, places), *_nothing(summary, places), *_site(summary, places)]
    return [finding.line for finding in sorted(found, key=lambda one: (-one.rank, -one.share, one.line))[:MOST]]


def _signs(summary: Mapping[str, Any], places: Mapping[str, str]) -> Iterator[Finding]:
    for sign in SIGNS:
        group, _, name = sign.counted.partition(".")
        known = summary.get(group, {})
        count = known.get(name, 0) if name else known or 0
        whole = summary[sign.of]
        if count and count >= sign.least and count / whole >= sign.share:
            words = sign.words.format(n=f"{count:,}", of=f"{whole:,} {sign.of if whole > 1 else sign.of[:-1]}")
            yield Finding(sign.rank, count / whole, f"{words}: {sign.look.format(name=name, **places)}")


def _nothing(summary: Mapping[str, Any], places: Mapping[str, str]) -> Iterator[Finding]:
    if not summary["captures"]:
        yield Finding(FAILED, 1.0, f"the input holds no capture: {places['output']}/summary.json lists what was read")
    elif not summary["articles"]:
        yield Finding(FAILED, 1.0, f"no capture gave an article: {places['output']}/rejected-*.{places['ending']}")


def _site(summary: Mapping[str, Any], places: Mapping[str, str]) -> Iterator[Finding]:
    """The site that lost a far larger share of its text than the run as a whole."""
    overall = _share(summary)
    sites = [
        (_share(counts), site)
        for site, counts in summary.get("sites", {}).items()
        if counts["articles"] >= SITE_ARTICLES and "text_chars" in counts
    ]
    share, site = max(sites, default=(0.0, ""))
    if share >= max(SITE_SHARE, overall + SITE_EXCESS):
        line = f"on {site} {share:.0%} of the text was taken away, {overall:.0%} in all: {places['output']}/removed-*"
        yield Finding(ODD, share, f"{line}.{places['ending']}, or boiloff explain on a page of it")


def _share(counts: Mapping[str, Any]) -> float:
    whole = counts.get("removed_chars", 0) + counts.get("text_chars", 0)
    return counts["removed_chars"] / whole if whole else 0.0
