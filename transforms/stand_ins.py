"""Stand-ins: pages that a server, a gate or a host sends in place of content, and that no reader came for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS, Columns
from .core.page import Page, Rejection
from .data import read_data
from .matching.outline import before_step, kept_prose, outline_of
from .matching.stand_in_words import (
    UP,
    claims_of,
    is_vague,
    parts_of_title,
    reason_of_line,
    reason_of_sentence,
    reason_of_title,
    sentences,
    words,
)
from .matching.wording import normalise, width
from .parsing.page_limits import left_out_removals

RULE = "stand_ins"
HEADING = KIND_NUMBERS["heading"]
# Widths. More running text than this is an article, unless title, heading and markup together say otherwise. A default
# page explains its server at length.
MAX_PROSE, MAX_DEFAULT_PROSE = 700, 6_000
# What else a page may say beside the words and signs of a stand-in: by how much these say.
SURE, LIKELY, UNSURE, LONE = 1_500, 400, 120, 40
# The same beside one, two and three sentences that claim a reason in words of their own.
BESIDE_CLAIMS = (LONE, UNSURE, LIKELY)
MAX_READ_BLOCKS, MAX_BLOCK_CHARS = 150, 1_200
# What the marks of a stand-in's own words may say; where nothing is kept, all may.
READ = frozenset({"other", "repeated", "navigation", "link-list"})
# A line on cookies this wide is a notice, not a label.
MIN_NOTICE_WIDTH = 150
MIN_LABELS = 2
# A gate says so much before it says that readers must log in.
MAX_BESIDE_GATE = 150
MAX_LINKS = 8
SCRIPT = "javascript"
# What says that a date stands in the text only, perhaps in a footer.
VISIBLE = "visible"


@dataclass
class Evidence:
    """What speaks for a stand-in, each by the reason of rejection, and how much text the page has besides.

    `titles` are the reasons of the page's title, `headings` of its headings, `lines` how many sentences give a reason,
    `signs` the systems in its source, `names` the names of its elements, `addresses` the words in its address. `claims`
    are the sentences that give a reason in words of their own, with the width that each counts for in `other`, and
    `title_claims` the reasons that the title gives so. `labels` counts labels of a login form, `notice` the width of
    notices on cookies, `other` that of everything else that is kept, and `lost` that of what is not. `is_vague`: the
    title may be that of an article. `has_headline`: a heading that claims nothing repeats the title.
    """

    titles: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    lines: Counter[str] = field(default_factory=Counter)
    said: dict[str, str] = field(default_factory=dict)
    claims: dict[str, dict[str, int]] = field(default_factory=dict)
    title_claims: frozenset[str] = frozenset()
    is_search: bool = False
    has_headline: bool = False
    title: str = ""
    signs: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    labels: int = 0
    has_gate: bool = False
    leads_up: bool = False
    notice: int = 0
    other: int = 0
    on_scripts: int = 0
    has_error_word: bool = False
    is_vague: bool = False
    lost: int = 0
    has_text: bool = False
    is_dated: bool = False

    def words(self, reason: str) -> int:
        """Count the places that say this reason: the title, a heading, a sentence."""
        return (reason in self.titles) + (reason in self.headings) + (reason in self.lines)

    def markup(self, reason: str) -> bool:
        """Return True where the source or the names of elements show this reason."""
        return reason in self.signs or reason in self.names

    def claim(self, sentence: str, reasons: frozenset[str], counted: int) -> None:
        """Note a sentence that claims reasons, and how much of `other` it is."""
        for reason in reasons:
            known = self.claims.setdefault(reason, {})
            key = normalise(sentence)
            known[key] = known.get(key, 0) + counted
            self.said.setdefault(reason, sentence.strip())

    def in_words(self, reason: str) -> str:
        """Put the evidence for a reason into words."""
        parts = [
            f"its title says {self.titles[reason]!r}" if reason in self.titles else "",
            f"its heading says {self.headings[reason]!r}" if reason in self.headings else "",
            f"it says {self.said[reason]!r}" if reason in self.said else "",
            f"its source shows {self.signs[reason]}" if reason in self.signs else "",
            f"an element is named {self.names[reason]!r}" if reason in self.names else "",
            f"its address has {self.addresses[reason]!r}" if reason in self.addresses else "",
            "it links to a login" if reason == "login" and self.has_gate else "",
            f"it has {self.labels} labels of a login form" if reason == "login" and self.labels else "",
            f"{self.other} letters of other text",
        ]
        return "; ".join(part for part in parts if part)


def find_stand_in(page: Page) -> Rejection | None:
    """Return why a page is a stand-in, or None.

    A stand-in needs two sorts of evidence: words (title, heading, sentences), markup (the signs of systems, names of
    elements), its address, and how little it says besides.
    """
    title = reason_of_title(page.head.title)
    if not title and _prose(page) > MAX_PROSE:
        return None
    seen = _gather(page, title)
    prose = _prose(page)
    reason = next((reason for reason, holds in RULES if holds(seen, prose)), "")
    if not reason and prose <= MAX_PROSE:
        reason = next((reason for reason in CLAIMED if _is_claimed(seen, reason)), "")
    return Rejection(reason, seen.in_words(reason)) if reason else None


def _prose(page: Page) -> int:
    widths = outline_of(page).block_width
    return sum([widths[i] for i in kept_prose(page)])


def _gather(page: Page, title: str) -> Evidence:
    seen = Evidence()
    if title:
        seen.titles[title] = page.head.title.strip()
        seen.is_vague = is_vague(page.head.title)
    else:
        found = [claims_of(part) for part in parts_of_title(page.head.title)]
        seen.title_claims = frozenset().union(*(one.claimed for one in found))
        seen.is_search = any(one.is_search for one in found)
    seen.title = normalise(page.head.title)
    for sign in page.head.signs:
        seen.signs.setdefault(sign.reason, sign.system)
    seen.has_text = len(left_out_removals(page.removals)) < len(page.removals)
    seen.is_dated = bool(page.metadata.date_published) and page.metadata.date_source != VISIBLE
    # In the page's order: that of a set differs from one process to the next, and with it the evidence.
    for name in filter(names_of_stand_ins().__contains__, page.columns.pool):
        seen.names.setdefault(names_of_stand_ins()[name], name)
    _read_address(page.url, seen)
    _read_blocks(page, seen)
    if "needs-javascript" not in seen.lines and "needs-javascript" not in seen.claims:
        seen.other += seen.on_scripts
    return seen


@cache
def names_of_stand_ins() -> dict[str, str]:
    """Return for each id or class name the reason that it shows (`data/names/stand_in_systems.json`)."""
    names = read_data("names/stand_in_systems")["names"]
    return {name: reason for reason, entries in names.items() for name in entries}


@cache
def _address_words() -> tuple[dict[str, str], frozenset[str]]:
    systems = read_data("names/stand_in_systems")
    known = {word: reason for reason, entries in systems["addresses"].items() for word in entries}
    return known, frozenset(systems["parameters"])


def _read_address(url: str, seen: Evidence) -> None:
    known, parameters = _address_words()
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, max_num_fields=20)
    except ValueError:
        return
    segment = _last_segment(parts.path)
    for word in filter(known.__contains__, _words_of_segment(segment)):
        seen.addresses.setdefault(known[word], segment)
    found = next((name for name, _ in query if name.lower() in parameters), "")
    if found or "/search" in parts.path.lower():
        seen.addresses.setdefault("empty-search", found or "search")


def _last_segment(path: str) -> str:
    return path.lower().rstrip("/").rpartition("/")[2]


def _words_of_segment(segment: str) -> tuple[str, ...]:
    return (*segment.split("."), *segment.replace("-", "").replace("_", "").split("."))


def _leads_to_login(columns: Columns, position: int) -> bool:
    """Return True where a link of a block, or of the block below it, has an address of logins."""
    known = _address_words()[0]
    end = columns.link_firsts[min(position + 2, len(columns.kinds))]
    for link in columns.links[columns.link_firsts[position] : end][:MAX_LINKS]:
        path = columns.pool[link].partition("#")[0].partition("?")[0]
        if "login" in map(known.get, _words_of_segment(_last_segment(path))):
            return True
    return False


def _read_blocks(page: Page, seen: Evidence) -> None:
    """Read headings, whatever marks they have, and the text that is kept or that only the classifier took away."""
    columns, marks = page.columns, page.removals
    links, kinds, widths = columns.link_chars, columns.kinds, outline_of(page).block_width
    is_first, is_empty = page.is_text, not page.kept_positions()
    for i in islice(range(len(marks)), MAX_READ_BLOCKS):
        length, mark = columns.block_length(i), marks[i]
        is_kept = mark is None
        if mark is not None and mark.reason == "cookie-notice" and widths[i] >= MIN_NOTICE_WIDTH:
            seen.notice += widths[i]
        if length > MAX_BLOCK_CHARS:
            seen.other += widths[i] if is_kept else 0
            continue
        text = columns.block_text(i)
        if UP.search(text):
            seen.leads_up = True
        if kinds[i] == HEADING or is_first:
            is_first = False
            if reason := reason_of_title(text) if page.is_text else _reason_of_heading(text):
                seen.headings.setdefault(reason, text)
                continue
            seen.has_headline = seen.has_headline or _is_headline(text, seen, page.is_text)
        if 2 * links[i] > length:
            if is_kept and normalise(text) not in words().labels:
                seen.other += widths[i] - links[i]
            continue
        if is_kept or mark.reason in READ or (is_empty and mark.reason != "cookie-notice"):  # type: ignore[union-attr]
            rest = _read_text(text, seen, is_kept, partial(_leads_to_login, columns, i))
            seen.other += rest if is_kept else 0
            seen.lost += 0 if is_kept else rest
    for i in range(MAX_READ_BLOCKS, len(marks)):
        seen.other += widths[i] if marks[i] is None else 0


def _reason_of_heading(text: str) -> str:
    return reason_of_line(text) or ("directory-index" if reason_of_title(text) == "directory-index" else "")


def _is_headline(text: str, seen: Evidence, is_text: bool) -> bool:
    """Return True for a heading that the page's title repeats and that claims nothing."""
    return (is_text or normalise(text) in seen.title) and not claims_of(text).claimed


def _read_text(text: str, seen: Evidence, is_kept: bool, leads_to_login: Callable[[], bool]) -> int:
    """Read the sentences of a block; return the width of those that say something else."""
    if normalise(text) in words().labels:
        seen.labels += 1
        return 0
    rest, claims = 0, []
    for sentence in sentences(text):
        reason = reason_of_sentence(sentence)
        if reasons := frozenset({reason}) if reason else claims_of(sentence).claimed:
            claims.append((sentence, reasons, 0 if reason or SCRIPT in sentence.lower() else width(sentence)))
        if reason:
            seen.lines[reason] += 1
            seen.said.setdefault(reason, sentence.strip())
            continue
        key = normalise(sentence)
        if key in words().labels:
            seen.labels += 1
        elif SCRIPT in key:
            seen.on_scripts += width(sentence)
        else:
            seen.has_error_word = seen.has_error_word or not words().words.isdisjoint(key.split())
            rest += width(sentence)
    # An article quotes a claim among other sentences. A gate says at the end what to do, and has the link for it.
    beside = width(text) - sum(width(sentence) for sentence, _, _ in claims)
    is_gate = (
        0 < beside <= MAX_BESIDE_GATE
        and bool(claims)
        and "login" in claims[-1][1]
        and text.rstrip().endswith(claims[-1][0].rstrip())
        and leads_to_login()
    )
    if 2 * beside <= width(text) or is_gate:
        for sentence, reasons, counted in claims:
            seen.claim(sentence, reasons, counted if is_kept else 0)
    if is_gate:
        seen.claim(claims[-1][0], frozenset({"login"}), beside if is_kept else 0)
        seen.has_gate = True
    return rest


def _is_directory_index(seen: Evidence, prose: int) -> bool:
    reason = "directory-index"
    return reason in seen.titles and (reason in seen.headings or seen.leads_up) and prose <= MAX_PROSE


def _is_bot_check(seen: Evidence, prose: int) -> bool:
    reason = "bot-check"
    said, shown = seen.words(reason), seen.markup(reason)
    if prose > MAX_PROSE:
        return False
    if shown and said:
        return seen.other <= (SURE if reason in seen.titles or reason in seen.headings else LIKELY)
    if reason in seen.lines and (said > 1 or seen.lines[reason] > 1):
        return seen.other <= LIKELY
    if said and "captchas" in seen.signs:
        return seen.other <= UNSURE
    return bool(said or reason in seen.signs) and seen.other <= LONE and not seen.is_dated


def _is_default_page(seen: Evidence, prose: int) -> bool:
    reason = "default-page"
    if reason in seen.lines and (reason in seen.titles or reason in seen.headings):
        return prose <= MAX_DEFAULT_PROSE
    return reason in seen.lines and seen.other <= UNSURE and not seen.is_dated


def _is_parked(seen: Evidence, prose: int) -> bool:
    reason = "parked-domain"
    said, shown = seen.words(reason), seen.markup(reason)
    if prose > MAX_PROSE:
        return False
    if shown:
        return seen.other <= (SURE if said else LONE)
    return said > 0 and seen.other <= (LIKELY if said > 1 else LONE) and not seen.is_dated


def _needs_javascript(seen: Evidence, prose: int) -> bool:
    reason = "needs-javascript"
    if reason in seen.signs and not seen.has_text:
        return True
    if reason not in seen.lines or (seen.is_dated and seen.other):
        return False
    return seen.other <= (UNSURE if reason in seen.signs else LONE)


def _is_consent_wall(seen: Evidence, prose: int) -> bool:
    reason = "consent-wall"
    if seen.is_dated:
        return False
    if seen.words(reason) and (seen.notice or reason in seen.signs):
        return seen.other <= LIKELY
    return seen.notice >= MIN_NOTICE_WIDTH and seen.other + seen.lost < LONE / 2


def _is_login(seen: Evidence, prose: int) -> bool:
    reason = "login"
    has_form = reason in seen.signs or seen.labels >= MIN_LABELS or reason in seen.names
    is_named = reason in seen.titles or reason in seen.addresses
    if seen.is_dated or prose > MAX_PROSE:
        return False
    if is_named and (has_form or reason in seen.lines):
        return seen.other <= LIKELY
    if is_named and reason in seen.headings:
        return seen.other <= UNSURE
    return (has_form or reason in seen.lines) and bool(seen.labels + seen.words(reason)) and seen.other <= LONE


def _is_empty_search(seen: Evidence, prose: int) -> bool:
    reason = "empty-search"
    if reason not in seen.lines and reason not in seen.names:
        return False
    company = reason in seen.titles or reason in seen.addresses or reason in seen.names or reason in seen.headings
    return company and seen.other <= UNSURE and not seen.is_dated


def _is_error_page(seen: Evidence, prose: int) -> bool:
    reason = "error-page"
    said, shown = seen.words(reason), seen.markup(reason)
    in_title, in_heading, in_line = reason in seen.titles, reason in seen.headings, reason in seen.lines
    if shown and in_title and (in_heading or in_line):
        return True
    if prose > MAX_PROSE or not said:
        return False
    if shown:
        return seen.other <= SURE
    if seen.is_dated:
        return False
    if in_line and (in_title or in_heading):
        return seen.other <= LIKELY
    in_both = in_title and in_heading and not seen.is_vague
    if reason in seen.addresses or in_both or (in_title and not in_heading and seen.has_error_word):
        return seen.other <= 2 * UNSURE
    return seen.other <= (UNSURE if in_line else LONE)


def _is_claimed(seen: Evidence, reason: str) -> bool:
    """Return True where sentences of the page's own words claim this reason, and it says little besides."""
    claims = seen.claims.get(reason, {})
    if not claims or seen.is_dated:
        return False
    is_named = reason in seen.titles or reason in seen.headings or reason in seen.title_claims
    has_company = (
        seen.markup(reason)
        or reason in seen.addresses
        or (reason == "login" and seen.has_gate)
        or (reason == "empty-search" and seen.is_search)
        or (reason == "consent-wall" and seen.notice > 0)
    )
    if reason in OF_PARTS and not has_company and reason not in seen.titles and reason not in seen.headings:
        return False
    # A heading repeats the title.
    said = sum(key not in seen.title for key in claims) + is_named + has_company
    if said < 2 and seen.has_headline:
        return False
    most = BESIDE_CLAIMS[max(min(said, len(BESIDE_CLAIMS)), 1) - 1]
    return seen.other - sum(claims.values()) <= most


# The surest first: a wall may say that access is denied, and an error page may have a form to log in.
RULES = (
    ("directory-index", _is_directory_index),
    ("bot-check", _is_bot_check),
    ("default-page", _is_default_page),
    ("parked-domain", _is_parked),
    ("needs-javascript", _needs_javascript),
    ("error-page", _is_error_page),
    ("login", _is_login),
    ("empty-search", _is_empty_search),
    ("consent-wall", _is_consent_wall),
)
# The reasons that pages claim in words of their own. Other pages say the same of a part of theirs: a list, a notice.
CLAIMED = (
    "bot-check", "needs-javascript", "parked-domain", "login", "error-page", "empty-search", "default-page",
    "consent-wall",
)  # fmt: skip
OF_PARTS = frozenset({"empty-search", "consent-wall"})


def reject_stand_in(page: Page) -> Page:
    """Reject a page that is a stand-in, and mark what is left of it."""
    found = find_stand_in(before_step(page, RULE))
    return page.reject(found, RULE) if found else page


@transform
@dataclass
class RejectStandIns(PageTransform):
    """Reject pages without content: errors, logins, bot checks, parked domains, empty searches and similar pages.

    The step looks at the blocks that other steps have kept. So it must run after the steps that remove boilerplate.
    """

    def clean(self, page: Page) -> Page:
        """Reject a page that is a stand-in; see `reject_stand_in`."""
        return reject_stand_in(page)
