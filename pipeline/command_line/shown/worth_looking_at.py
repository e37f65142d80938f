"""What of a run is worth a look: at most three things, chosen by general rules from its counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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


# Gives the error of one of the records rejected for a reason.
FirstError = Callable[[str], str]


class Sign(NamedTuple):
    """A count that is worth a look from a share on of all captures or articles, in words, and where to look.

    Where it is told, so is the count that stands `beside` it, in the words that come with it; and the first error of
    this reason, where the reason alone does not tell what to mend.
    """

    counted: str
    share: float
    rank: int
    words: str
    look: str
    of: str = "captures"
    least: int = FEW
    beside: tuple[str, str] = ("", "")
    with_error: bool = False


REJECTED = "{output}/rejected-*.{ending}, reason {name}"
ARTICLES = "{output}/articles-*.{ending}, "
FLAGGED = ARTICLES + "flag {name}"
CUT_SHORT = ("rejected_by_reason.truncated-record", "cut short (reason truncated-record)")
SIGNS = (
    Sign("rejected_by_reason.step-failed", 0.0, FAILED, "a step failed", REJECTED, least=1),
    Sign("rejected_by_reason.not-parsed", 0.0, FAILED, "parsing failed", REJECTED, least=1),
    Sign("rejected_by_reason.unreadable", 0.0, FAILED, "could not be read", REJECTED, least=1),
    Sign("rejected_by_reason.too-slow", 0.0, FAILED, "took too long, and were given up", REJECTED, least=1),
    Sign("rejected_by_reason.damaged-record", 0.0, LOST, "damaged", REJECTED, least=1, beside=CUT_SHORT),
    Sign("rejected_by_reason.not-found", 0.0, LOST, "not where the letters say", REJECTED, least=1),
    Sign("rejected_by_reason.not-a-letter", 0.0, LOST, "no dead letters", REJECTED, least=1),
    Sign("rejected_by_reason.too-large", 0.0, LOST, "larger than max_body_bytes", REJECTED, least=1),
    Sign("rejected_by_reason.not-a-capture", 0.5, LOST, "hold no page", REJECTED, with_error=True),
    Sign("rejected_by_reason.wrong-type", 0.02, LOST, "JSON of another shape", REJECTED, with_error=True),
    Sign("rejected_by_reason.broken-line", 0.02, LOST, "broken lines of JSON", REJECTED),
    Sign("rejected_by_reason.unknown-format", 0.02, LOST, "files in no known format", REJECTED),
    Sign("rejected_by_reason.truncated-record", 0.02, LOST, "cut short, without a page in what is left", REJECTED),
    Sign("rejected_by_reason.undecodable", 0.02, LOST, "could not be decoded", REJECTED),
    Sign("rejected_by_reason.no-article", 0.05, LOST, "all blocks taken for boilerplate", REJECTED),
    Sign("rejected_by_reason.no-text", 0.05, LOST, "no text on the page", REJECTED),
    Sign("rejected_by_reason.http-status", 0.05, ODD, "HTTP status errors", REJECTED),
    Sign("rejected_by_reason.redirect", 0.20, ODD, "redirects", REJECTED),
    Sign("rejected_by_reason.empty-body", 0.10, ODD, "empty", REJECTED),
    Sign("rejected_by_reason.not-html", 0.20, ODD, "no pages", REJECTED),
    Sign("quality_flags.truncated", 0.05, ODD, "cut short", FLAGGED, "articles"),
    Sign("quality_flags.encoding_guessed", 0.10, ODD, "encoding guessed", FLAGGED, "articles"),
    Sign("quality_flags.short_text", 0.30, ODD, "short, under 250 letters", FLAGGED, "articles"),
    Sign("languages.und", 0.20, ODD, "too little text to tell the language", ARTICLES + "language und", "articles"),
    Sign("duplicates", 0.20, ODD, "say what another says", ARTICLES + "duplicate_of", "articles"),
)


class Finding(NamedTuple):
    """Something worth a look, and how much so: by rank, then by share."""

    rank: int
    share: float
    line: str


def worth_looking_at(
    summary: Mapping[str, Any], output: str, ending: str = "jsonl", first_error: FirstError = lambda reason: ""
) -> list[str]:
    """At most three lines, what matters most first, each with the file or the command to look at.

    `summary` is that of a run, `output` its folder, `ending` how the names of its records end, `first_error` gives
    the error of a record rejected for a reason. An ordinary run gives none.
    """
    places = {"output": output.rstrip("/"), "ending": ending}
    found = [*_signs(summary, places, first_error), *_nothing(summary, places), *_site(summary, places)]
    return [finding.line for finding in sorted(found, key=lambda one: (-one.rank, -one.share, one.line))[:MOST]]


def _signs(summary: Mapping[str, Any], places: Mapping[str, str], first_error: FirstError) -> Iterator[Finding]:
    for sign in SIGNS:
        count, name = _count(summary, sign.counted), sign.counted.partition(".")[2]
        whole = summary[sign.of]
        if count and count >= sign.least and count / whole >= sign.share:
            extent = f"{count:,} of {whole:,} {sign.of if whole > 1 else sign.of[:-1]}"
            also, words = sign.beside
            if also and (besides := _count(summary, also)):
                extent += f", and {besides:,} {words}"
            if sign.with_error and (error := first_error(name)):
                extent += f", such as {error}"
            line = f"{sign.words}: {extent}; see {sign.look.format(name=name, **places)}"
            yield Finding(sign.rank, count / whole, line)


def _count(summary: Mapping[str, Any], counted: str) -> int:
    group, _, name = counted.partition(".")
    known = summary.get(group, {})
    count: int = known.get(name, 0) if name else known or 0
    return count


def _nothing(summary: Mapping[str, Any], places: Mapping[str, str]) -> Iterator[Finding]:
    if summary.get("inputs") == []:  # there is nothing new, which is ordinary
        return
    if not summary["captures"]:
        yield Finding(FAILED, 1.0, f"the input holds no capture; see what was read in {places['output']}/summary.json")
    elif not summary["articles"]:
        yield Finding(FAILED, 1.0, f"no capture gave an article; see {places['output']}/rejected-*.{places['ending']}")


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
        line = f"{site} lost {share:.0%} of its text, the whole run {overall:.0%}"
        look = "{output}/removed-*.{ending}, or boiloff explain {output} --url of a page of it".format(**places)
        yield Finding(ODD, share, f"{line}; see {look}")


def _share(counts: Mapping[str, Any]) -> float:
    whole = counts.get("removed_chars", 0) + counts.get("text_chars", 0)
    return counts["removed_chars"] / whole if whole else 0.0
