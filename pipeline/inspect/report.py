"""`report.html` of a finished run: its counts as sentences, rows and charts, and pages to look at.

Charts are inline SVG without words but their titles: labels stand beside them in HTML, where they wrap, scale and can
be copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from ..display import compact, counted, duration, is_web_address, number, offset_unit, percent
from ..output import REPORT
from ..output.manifest import FinishedRun
from ..output.writer import create_as_it_is, naming_file
from ..summary import MAX_SITES
from .pages import pages_json, render
from .survey import LENGTH_BOUNDS, MAX_LANGUAGES, MAX_RULES, Survey, survey

# Reasons of rejection with a branch of their own in the chart.
MAX_BRANCHES = 7
SHOWN_CHARS = 240
# Share of the time of cleaning below which parts are added up.
LEAST_SHARE = 0.01
SECTIONS = {
    "removed": "Removed",
    "sites": "Sites",
    "texts": "Texts",
    "rejected": "Rejected",
    "time": "Time",
    "pages": "Pages",
}
# What the reasons of the ledger mean, and what the parts of the work are called.
REASONS = {
    "advert": "advertisements and their labels",
    "byline": "author lines and dates",
    "comments": "readers' comments and their forms",
    "cookie-notice": "consent banners",
    "disclaimer": "notices of risk, rights and the like",
    "hidden": "text that readers do not see",
    "link-list": "related, latest and most-read lists",
    "navigation": "menus, headers, footers, breadcrumbs",
    "other": "other text that is not article",
    "repeated": "texts that repeat on the site's pages",
    "sharing": "share and follow buttons",
    "sign-up": "newsletter and subscription prompts",
}
PARTS = {
    "read": "read and unpack",
    "parse": "parse",
    "recall": "look up site memory",
    "write body": "write Markdown or HTML",
    "make records": "make records",
    "write": "write",
}
# Language codes as langdetect has them.
LANGUAGES = dict(
    pair.split(":")
    for pair in (
        "af:Afrikaans ar:Arabic bg:Bulgarian bn:Bengali ca:Catalan cs:Czech cy:Welsh da:Danish de:German el:Greek "
        "en:English es:Spanish et:Estonian fa:Persian fi:Finnish fr:French gu:Gujarati he:Hebrew hi:Hindi hr:Croatian "
        "hu:Hungarian id:Indonesian it:Italian ja:Japanese kn:Kannada ko:Korean lt:Lithuanian lv:Latvian "
        "mk:Macedonian ml:Malayalam mr:Marathi ne:Nepali nl:Dutch no:Norwegian pa:Punjabi pl:Polish pt:Portuguese "
        "ro:Romanian ru:Russian sk:Slovak sl:Slovenian so:Somali sq:Albanian sv:Swedish sw:Swahili ta:Tamil te:Telugu "
        "th:Thai tl:Tagalog tr:Turkish uk:Ukrainian ur:Urdu vi:Vietnamese und:unknown"
    ).split()
) | {"zh-cn": "Chinese (simplified)", "zh-tw": "Chinese (traditional)"}


def write_report(run: FinishedRun) -> str:
    """Write the report of a run into its folder, replacing an earlier one, and return its path."""
    run.require_full_ledger("a report")
    html = render_report(survey(run)).encode()
    path = run.file(REPORT)
    with naming_file(path), create_as_it_is(path) as stream:
        stream.write(html)
    return path


def render_report(found: Survey) -> str:
    """Return the report as HTML, below 3 MB for any run. The same run gives the same bytes."""
    articles = {site: counts["articles"] for site, counts in found.summary.get("sites", {}).items()}
    data, pages = pages_json(found.pages, articles=articles)
    left_out = {
        *(() if found.sites else ("sites",)),
        *(() if found.summary["articles"] else ("texts",)),
        *(() if found.summary.get("seconds_by_stage") else ("time",)),
    }
    values = {
        "title": f"{found.folder.rstrip('/')} · boiloff report",
        "is_single": False,
        "sections": [(name, words) for name, words in SECTIONS.items() if name not in left_out],
        "data": data,
        "summary": found.summary,
        **_opening(found),
        **_removed(found),
        **_sites(found),
        **_texts(found),
        **_rejected(found),
        **_time(found.summary),
        "pages_lead": _pages_lead(found, len(pages)),
    }
    return render("report.html", values)


def _opening(found: Survey) -> dict[str, Any]:
    summary = found.summary
    parts = [Part(summary["articles"], f"{counted(summary['articles'], 'article')}", "kept")]
    names = ["articles"]
    for line in found.rejected[:MAX_BRANCHES]:
        parts.append(Part(line.captures, f"{number(line.captures)} rejected: {line.reason}", "lost"))
        names.append(f"rejected: {line.reason}")
    if rest := sum(line.captures for line in found.rejected[MAX_BRANCHES:]):
        parts.append(Part(rest, f"{number(rest)} rejected for other reasons", "lost"))
        names.append("rejected: other reasons")
    title = f"Of {number(summary['captures'])} captures, {number(summary['articles'])} are articles"
    ribbons, branches = flow(parts, title)
    ends = [
        {"stroke": branch, "count": part.size, "name": name}
        for branch, part, name in zip(branches, parts, names, strict=True)
    ]
    files = counted(len(summary["inputs"]), "file")
    return {
        "lead": f"A run of boiloff {summary['tool_version']} over {files}, in {found.folder.rstrip('/')}.",
        "figures": list(_figures(summary)),
        "flow": {"ribbons": ribbons, "ends": ends},
    }


def _figures(summary: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name, count in (("Articles", summary["articles"]), ("Rejected", summary["rejected"])):
        yield {"name": name, "value": number(count), "unit": ""}
    value, unit = compact(summary["text_chars"])
    yield {"name": "Characters kept", "value": value, "unit": unit}
    share = percent(summary["removed_chars"] / max(summary["removed_chars"] + summary["text_chars"], 1))
    yield {"name": "Text removed", "value": share.removesuffix(" %"), "unit": "%"}
    sites = len(summary.get("sites", {}))
    yield {"name": "Sites", "value": number(sites), "unit": "or more" if sites >= MAX_SITES else ""}
    time, _, unit = duration(summary["seconds"]).partition(" ")
    yield {"name": "Time", "value": time, "unit": unit}


def _removed(found: Survey) -> dict[str, Any]:
    whole = sum(removed.chars for removed in found.removals) or 1
    top = largest(removed.chars for removed in found.removals)
    rows = [
        {
            **removed._asdict(),
            "words": REASONS.get(removed.name, ""),
            "bar": bar(removed.chars / top, percent(removed.chars / whole), removed.name),
            "rules": [
                {**rule._asdict(), "bar": bar(rule.chars / top, percent(rule.chars / whole), removed.name)}
                for rule in removed.rules[:MAX_RULES]
            ],
            "more_rules": len(removed.rules[MAX_RULES:]),
        }
        for removed in found.removals
    ]
    parts = [
        Part(removed.chars, f"{removed.name}: {percent(removed.chars / whole)}", removed.name)
        for removed in found.removals
    ]
    blocks, chars = counted(found.summary["removed_blocks"], "block"), number(found.summary["removed_chars"])
    return {
        "removals": rows,
        "removed_lead": f"{blocks} with {chars} characters. Open a reason to see its rules.",
        "removed_stack": stack(parts, "Removed characters by reason"),
    }


def _sites(found: Survey) -> dict[str, Any]:
    rows = [
        {
            **site._asdict(),
            "removed_share": site.removed_share,
            "bar": bar(site.removed_share, percent(site.removed_share)),
            "templates": [{**line._asdict(), "text": _short(line.text)} for line in site.templates],
        }
        for site in found.sites
    ]
    sites, lead = found.summary.get("sites", {}), []
    if len(sites) > len(rows):
        lead.append(f"The {len(rows)} sites with most articles.")
    # If a run has more sites than the summary lists, articles of the others have a site too.
    without_site = found.summary["articles"] - sum(counts["articles"] for counts in sites.values())
    if without_site and len(sites) < MAX_SITES:
        lead.append(f"{counted(without_site, 'more article')} without an address, and so without a site.")
    if any(site.templates for site in found.sites):
        lead.append("Templates are texts that repeat on the pages of a site. Open a site to see its templates.")
    return {"sites": rows, "sites_lead": " ".join(lead)}


def _texts(found: Survey) -> dict[str, Any]:
    top = largest(found.lengths)
    groups = [
        {
            "label": _bound(bound),
            "articles": articles,
            "column": column(articles / top, f"from {number(bound)} characters: {counted(articles, 'article')}"),
        }
        for bound, articles in zip(LENGTH_BOUNDS, found.lengths, strict=True)
    ]
    counts = sorted(found.summary.get("languages", {}).items(), key=lambda item: (-item[1], item[0]))
    shown = [(LANGUAGES.get(code, code), count) for code, count in counts[:MAX_LANGUAGES]]
    if rest := sum(count for _, count in counts[MAX_LANGUAGES:]):
        shown.append((f"{len(counts) - MAX_LANGUAGES} others", rest))
    most, articles = largest(count for _, count in shown), found.summary["articles"]
    return {
        "lengths": groups,
        "lengths_lead": f"Half of the articles have {number(found.median_chars)} characters or more.",
        "languages": [
            {"name": name, "articles": count, "bar": bar(count / most, percent(count / max(articles, 1)))}
            for name, count in shown
        ],
        "languages_lead": f"{counted(len(counts), 'language')}, by articles.",
    }


def _bound(bound: int) -> str:
    return f"{bound // 1000}k" if bound >= 1000 else str(bound)


def _rejected(found: Survey) -> dict[str, Any]:
    rows = [
        {
            "reason": line.reason,
            "captures": line.captures,
            "examples": [
                {
                    "error": _short(example["error"]),
                    "url": _short(example["url"]),
                    "is_link": is_web_address(example["url"]) and len(example["url"]) <= SHOWN_CHARS,
                    "place": _short(_place(example)),
                }
                for example in line.examples
            ],
        }
        for line in found.rejected
    ]
    whole = counted(found.summary["rejected"], "capture")
    return {"rejected": rows, "rejected_lead": f"{whole} without an article. Open a reason to see examples."}


def _place(record: dict[str, Any]) -> str:
    file, offset = record["source_file"], record["source_offset"]
    return f"{file}, {offset_unit(file)} {number(offset)}" if offset >= 0 else f"{file}"


def _time(summary: dict[str, Any]) -> dict[str, Any]:
    stages, parts = summary.get("seconds_by_stage", {}), summary.get("seconds_by_part", {})
    slowest, most, whole = largest(stages.values()), largest(parts.values()), sum(parts.values()) or 1
    shown = {PARTS.get(name, name): seconds for name, seconds in parts.items() if seconds >= LEAST_SHARE * whole}
    shown = dict(sorted(shown.items(), key=lambda item: (-item[1], item[0])))
    if rest := len(parts) - len(shown):
        shown[f"{rest} others"] = whole - sum(shown.values())
    return {
        "stages": [
            {"name": name, "seconds": duration(seconds), "bar": bar(seconds / slowest, duration(seconds))}
            for name, seconds in stages.items()
        ],
        "parts": [
            {
                "name": name,
                "seconds": duration(seconds),
                "share": percent(seconds / whole),
                "bar": bar(seconds / most, percent(seconds / whole)),
            }
            for name, seconds in shown.items()
        ],
        "time_lead": f"{duration(summary['seconds'])} in total. The times inside cleaning are sums over all workers.",
    }


def _pages_lead(found: Survey, pages: int) -> str:
    if not pages:
        return "No pages: no capture gave an article."
    articles = found.summary["articles"]
    which = (
        f"All {pages}."
        if pages == articles
        else f"A sample of {pages} of {number(articles)} articles, with all reasons."
    )
    return (
        f"{which} Blocks are in the order of the page. A removed block has the colour of its reason. Point at it, "
        "tap it, or press Enter to see why it was removed. Keys: j next page, k previous page, / search."
    )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "…"


# Pixels of a flow: the whole stream, the room of a branch, the space around it, and the thinnest stroke.
STREAM, ROOM, SPACE, THINNEST = 150.0, 34.0, 8.0, 1.5


class Part(NamedTuple):
    """A part of a whole: its size, its title, and the CSS class that colours it."""

    size: float
    title: str
    colour: str


def bar(share: float, title: str, colour: str = "plain") -> Markup:
    """Draw a share, 0 to 1, as a bar of the full width."""
    width = round(max(0.0, min(share, 1.0)) * 100, 2)
    return Markup(
        '<svg class="bar" role="img" viewBox="0 0 100 1" preserveAspectRatio="none"><title>{}</title>'
        '<rect class="track" width="100" height="1"/><rect class="{}" width="{}" height="1"/></svg>'
    ).format(title, f"fill {colour}", width)


def stack(parts: Sequence[Part], title: str) -> Markup:
    """Draw parts of a whole side by side."""
    whole = sum(part.size for part in parts) or 1
    rows, start = [], 0.0
    for part in parts:
        width = part.size / whole * 100
        rows.append(
            Markup('<rect class="{}" x="{}" width="{}" height="1"><title>{}</title></rect>').format(
                f"fill {part.colour}", round(start, 3), round(width, 3), part.title
            )
        )
        start += width
    return Markup(
        '<svg class="stack" role="img" viewBox="0 0 100 1" preserveAspectRatio="none"><title>{}</title>{}</svg>'
    ).format(title, Markup("").join(rows))


def column(share: float, title: str, height: int = 120) -> Markup:
    """Draw a column of a histogram, `share` of `height` pixels high."""
    pixels = round(share * height, 1)
    if share:
        pixels = max(pixels, THINNEST)
    return Markup(
        '<svg class="column" role="img" width="100%" height="{}"><title>{}</title>'
        '<rect class="fill plain" width="100%" height="100%"/></svg>'
    ).format(pixels, title)


def flow(parts: Sequence[Part], title: str) -> tuple[Markup, list[Markup]]:
    """Draw a stream that divides: ribbons from one edge to the other, and return them with a stroke for each end."""
    whole = sum(part.size for part in parts) or 1
    branches, ribbons = [], []
    start, top = SPACE / 2, 0.0
    for part in parts:
        thick = max(part.size / whole * STREAM, THINNEST)
        room = max(ROOM, thick + SPACE)
        end = top + (room - thick) / 2
        ribbons.append(_ribbon(start, end, thick, part))
        branches.append(_stroke(thick, part))
        start, top = start + thick, top + room
    height = round(max(top, start + SPACE / 2), 1)
    drawn = Markup(
        '<svg class="ribbons" role="img" viewBox="0 0 100 {0}" height="{0}" preserveAspectRatio="none">'
        "<title>{1}</title>{2}</svg>"
    ).format(height, title, Markup("").join(ribbons))
    return drawn, branches


def _ribbon(start: float, end: float, thick: float, part: Part) -> Markup:
    upper = f"M0 {start:.1f}C50 {start:.1f} 50 {end:.1f} 100 {end:.1f}"
    lower = f"V{end + thick:.1f}C50 {end + thick:.1f} 50 {start + thick:.1f} 0 {start + thick:.1f}Z"
    return Markup('<path class="{}" d="{}"><title>{}</title></path>').format(
        f"ribbon {part.colour}", upper + lower, part.title
    )


def _stroke(thick: float, part: Part) -> Markup:
    return Markup(
        '<svg class="stroke" aria-hidden="true" width="4" height="{}"><rect class="{}" width="4" height="100%"/></svg>'
    ).format(round(thick, 1), f"fill {part.colour}")


def largest(values: Iterable[float]) -> float:
    """Return the value of a chart's longest bar; never 0."""
    return max(values, default=0) or 1
