"""From written markup to columns and a head, whichever parser wrote it.

Every parser writes its tree as plain markup, and one scanner (`compiled/scan.py`) reads that. So all parsers give the
same blocks. lexbor writes its own; for programs that have a soup already, or want its tolerance, a BeautifulSoup tree
is written here.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ..compiled.scan import scan
from ..core.columns import KEPT_ATTRIBUTES, Columns
from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.markup import BODY_ATTRIBUTES, Markup
from ..core.rows import SKIPPED_TAGS, Block, Element, Head, Run
from .formulas import FORMULA_ATTRIBUTES, write_formulas
from .markup_tables import LINK_KEYS, META_KEYS, SCRIPT_KEYS, TEMPLATE_KEYS
from .page_limits import LeftOut, text_left_out

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

# The values of some attributes of an element, None for each that is missing.
Values = list[str | None]

# Real heads have less than a hundredth of these.
MAX_TITLE_CHARS = 10_000
MAX_CONTENT_CHARS = 200_000
MAX_ROWS = 5_000
MAX_JSON_LD_CHARS = 4_000_000

# Class names that only code highlighters give: to the box around a listing, and to the column of line numbers in it.
BOXES = frozenset("blob-wrapper codecolorer crayon-main dp-highlighter geshifilter mw-geshi syntaxhighlighter".split())
NUMBERS = frozenset("blob-num crayon-nums gutter".split())
TOOLBARS = frozenset(["bar", "toolbar"])


class Parsed(NamedTuple):
    """The columns, the head and the markup of a page, the parts of its text that are in none of them, and flags."""

    columns: Columns
    head: Head
    markup: Markup = Markup()
    left_out: tuple[LeftOut, ...] = ()
    flags: tuple[str, ...] = ()


def read_markup(markup: bytes, limits: Limits, *, explicit: bool = False) -> Parsed:
    """Read markup in UTF-8 that writes every tag and quotes every value; see `compiled.scan` for the grammar."""
    most = limits.max_blocks, limits.max_text_chars, limits.max_block_chars
    columns, head, left_out, rest, why, has_formulas, places = scan(markup, *most, explicit=explicit)
    if has_formulas:
        markup = write_formulas(markup, explicit=explicit)
        columns, head, left_out, rest, why, _, places = scan(markup, *most, explicit=explicit)
    if not len(columns.parents):
        columns = Columns.from_rows((), [Element("body")])
        places = array("i", [0]), []
    missing = (text_left_out(rest, left_out, why),) if left_out else ()
    return Parsed(columns, make_head(*head), Markup(markup, *places), missing)


def make_head(
    title: str, language: str, metas: Iterable[Values], links: Iterable[Values], scripts: Iterable[Values]
) -> Head:
    """Make the head of a page, cut at the limits above. Keep only the scripts that are JSON-LD.

    Args:
        title: The text of `<title>`.
        language: The `lang` of `<html>`.
        metas: For each `<meta>` the values of META_KEYS of `markup_tables`.
        links: For each `<link>` the values of LINK_KEYS. A `<base>` counts as one whose `rel` is "base".
        scripts: For each `<script>` the values of SCRIPT_KEYS, then its text.
    """
    meta = [
        (name.strip().lower(), said)
        for *names, content, value in metas
        if (said := (content or value or "").strip()[:MAX_CONTENT_CHARS])
        for name in names
        if name
    ]
    hrefs = [(rel.lower(), href.strip()) for rel, href in links if href and rel is not None]
    return Head(
        title=" ".join(title[:MAX_TITLE_CHARS].split()),
        language=language.strip()[:MAX_TITLE_CHARS],
        meta=tuple(meta[:MAX_ROWS]),
        links=tuple(hrefs[:MAX_ROWS]),
        json_ld=_json_ld([text or "" for kind, text in scripts if kind and "ld+json" in kind.lower()]),
    )


def _json_ld(texts: list[str]) -> tuple[str, ...]:
    left, found = MAX_JSON_LD_CHARS, []
    for text in texts[:MAX_ROWS]:
        if left > 0:
            found.append(text[:left])
            left -= len(found[-1])
    return tuple(found)


def join_listings(columns: Columns, limits: Limits = DEFAULT_LIMITS) -> Columns:
    """Join the rows of each code listing that a highlighter built without `<pre>` into one block.

    A column of line numbers becomes a block of its own. Listings inside `<pre>` are one block already. Toolbars, and
    listings beyond `max_block_chars`, stay as they are. White space at the beginning of rows is lost: outside `<pre>`
    it means nothing.
    """
    if BOXES.isdisjoint(columns.pool):
        return columns
    listings = _listings(columns)
    joined: list[Block] = []
    for (listing, _), group in groupby(columns.block_rows, lambda block: _listing_of(block, columns, listings)):
        rows = list(group)
        fits = sum(len(row.text) + 1 for row in rows) <= limits.max_block_chars
        joined += [_join_rows(rows, columns.parents)] if listing and fits and len(rows) > 1 else rows
    return columns.with_blocks(joined)


def joined_positions(before: Columns, after: Columns) -> list[int]:
    """List for each block, and for the end, where it is after the rows of listings were joined."""
    found: list[int] = []
    position, left = -1, 0
    for block in range(len(before.kinds)):
        if not left:
            position += 1
            left = after.block_length(position) + 1
        found.append(position)
        left -= before.block_length(block) + 1
    return [*found, len(after.kinds)]


def _listings(columns: Columns) -> list[int]:
    """Give each listing, and each column of line numbers, a number; return that of each element, 0 for none."""
    lists = [frozenset(columns.classes(number)) for number in range(len(columns.class_firsts) - 1)]
    boxes, numbers, toolbars = (
        {number for number, names in enumerate(lists) if not names.isdisjoint(known)}
        for known in (BOXES, NUMBERS, TOOLBARS)
    )
    listings: list[int] = []
    for number, (parent, names) in enumerate(zip(columns.parents, columns.class_lists, strict=True), start=1):
        listing = listings[parent] if parent >= 0 else 0
        if names in (numbers if listing else boxes):
            listing = number
        elif listing and names in toolbars:
            listing = 0
        listings.append(listing)
    return listings


def _listing_of(block: Block, columns: Columns, listings: Sequence[int]) -> tuple[int, int]:
    """Return the listing that a block is a row of, and whether it is hidden: visible and hidden rows stay apart."""
    return 0 if block.kind == "code" else listings[block.element], columns.hidden[block.element]


def _join_rows(rows: Sequence[Block], parents: Sequence[int]) -> Block:
    """Join the rows of a listing into one block of code, one row a line."""
    runs: list[Run] = []
    offset = 0
    for row in rows:
        runs += [Run(run.start + offset, run.end + offset, run.element) for run in row.runs]
        offset += len(row.text) + 1
    return Block(
        text="\n".join(row.text for row in rows),
        kind="code",
        tag="pre",
        element=_common_element([run.element for run in runs], parents),
        link_chars=sum(row.link_chars for row in rows),
        links=tuple(link for row in rows for link in row.links),
        runs=tuple(runs),
    )


def _common_element(elements: Sequence[int], parents: Sequence[int]) -> int:
    """Return the innermost element that contains all of these. A parent has a smaller index than its children."""
    common = elements[0]
    for other in elements:
        while common != other:
            if common > other:
                common = parents[common]
            else:
                other = parents[other]
    return common


# The HTML standard makes one line feed of each before anything else; Python's own tree builder does not.
LINE_END = re.compile("\r\n?")
# The attributes that rules and bodies read.
READ_ATTRIBUTES = frozenset(
    {*KEPT_ATTRIBUTES, *TEMPLATE_KEYS, *FORMULA_ATTRIBUTES, *BODY_ATTRIBUTES}
    | {"id", "class", "style", "hidden", "aria-hidden"}
)
TEXT_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})
VALUE_SIGNS = str.maketrans({"&": "&amp;", '"': "&quot;", "\xa0": "&nbsp;"})
# A soup may have tags of any name. These signs of markup are removed from it.
MARKUP_SIGNS = re.compile(r"[\s<>/=\"']")


def parse_soup(soup: BeautifulSoup, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """Read columns and head from a soup of any tree builder. The soup is not changed."""
    markup = "".join(_write(soup.body or soup)).encode("utf-8", "surrogatepass")
    return read_markup(markup, limits, explicit=True)._replace(head=_head(soup))


def _write(body: Tag) -> Iterator[str]:
    """Write the body as markup in which every element has an end tag. A loop, as pages may nest beyond recursion."""
    from bs4.element import NavigableString, PreformattedString, Tag  # a tenth of a second, for few programs

    ends = ["</body>"]
    yield _start_tag("body", body)
    node, holder = _first_child(body), body
    while True:
        if node is None:
            yield ends.pop()
            if not ends:
                return
            node, holder = holder.next_sibling, holder.parent or body
            continue
        if isinstance(node, Tag):
            name = MARKUP_SIGNS.sub("", node.name.lower())
            is_shadow_root = name == "template" and node.get("shadowrootmode") in ("open", "closed")
            is_formula = name == "math" or (name == "script" and "math/tex" in str(node.get("type")).lower())
            if name and (name not in SKIPPED_TAGS or is_shadow_root or is_formula):
                yield _start_tag(name, node)
                ends.append(f"</{name}>")
                holder = node
                node = _first_child(node)
                continue
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            text = LINE_END.sub("\n", node)
            # The comment keeps two adjacent texts apart.
            yield f"<!---->{text.translate(TEXT_SIGNS)}"
        node = node.next_sibling


def _start_tag(name: str, tag: Tag) -> str:
    values = [(key, value or "") for key, value in _attributes(tag).items() if key in READ_ATTRIBUTES]
    written = [f' {key}="{value.translate(VALUE_SIGNS)}"' for key, value in values]
    return f"<{name}{''.join(written)}>"


def _first_child(tag: Tag) -> PageElement | None:
    return tag.contents[0] if tag.contents else None


def _attributes(tag: Tag) -> Mapping[str, str | None]:
    """Return attributes as plain strings: BeautifulSoup splits `class` and its like into lists."""
    return {key: value if isinstance(value, str) else " ".join(value or ()) for key, value in tag.attrs.items()}


def _head(soup: BeautifulSoup) -> Head:
    title = soup.find("title")
    root = soup.find("html")
    return make_head(
        title=title.get_text() if title else "",
        language=str(root.get("lang") or "") if root else "",
        metas=[_values(tag, META_KEYS) for tag in soup.find_all("meta")],
        links=[_link(tag) for tag in soup.find_all(["base", "link"])],
        scripts=[[*_values(tag, SCRIPT_KEYS), tag.get_text()] for tag in soup.find_all("script", type=True)],
    )


def _link(tag: Tag) -> Values:
    rel, href = _values(tag, LINK_KEYS)
    return ["base" if tag.name == "base" else rel, href]


def _values(tag: Tag, keys: tuple[str, ...]) -> Values:
    """Return the values of these attributes; an attribute without a value has the empty one."""
    attributes = _attributes(tag)
    return [(attributes[key] or "") if key in attributes else None for key in keys]
