"""Parse HTML with BeautifulSoup, for programs that have a soup already, or want its tolerance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from ..core.columns import KEPT_ATTRIBUTES
from ..core.limits import DEFAULT_LIMITS, Limits
from ..core.rows import Head
from ..core.tags import SKIPPED_TAGS
from .formulas import FORMULA_ATTRIBUTES
from .markup import Parsed, Values, make_head, read_markup
from .markup_tables import LINK_KEYS, META_KEYS, SCRIPT_KEYS, TEMPLATE_KEYS

# The HTML standard makes one line feed of each before anything else; Python's own tree builder does not.
LINE_END = re.compile("\r\n?")
# The attributes that rules read.
READ_ATTRIBUTES = frozenset(
    {*KEPT_ATTRIBUTES, *TEMPLATE_KEYS, *FORMULA_ATTRIBUTES, "id", "class", "style", "hidden", "aria-hidden"}
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
        language=str(root.get("lang") or "") if isinstance(root, Tag) else "",
        metas=[_values(tag, META_KEYS) for tag in soup.find_all("meta")],
        links=[_values(tag, LINK_KEYS) for tag in soup.find_all("link", rel=True)],
        scripts=[[*_values(tag, SCRIPT_KEYS), tag.get_text()] for tag in soup.find_all("script", type=True)],
    )


def _values(tag: Tag, keys: tuple[str, ...]) -> Values:
    """Return the values of these attributes; an attribute without a value has the empty one."""
    attributes = _attributes(tag)
    return [(attributes[key] or "") if key in attributes else None for key in keys]
