"""Formulas as text, once each: MathML, and the copies that MathJax, KaTeX and MediaWiki make of a formula.

A page may hold a formula three times: its source, MathML for screen readers, and boxes or a picture that show it. What
stays is the source in TeX, if the page has it, or else the MathML written on one line. It is where the first copy
stood. All this happens in written markup, on the few pages in which `compiled/scan.py` finds a formula; it reads them
again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from .markup_tables import RAW_TAGS, VOID_TAGS, raw_end

# The attributes that are read here.
FORMULA_ATTRIBUTES = frozenset({"alttext", "encoding", "type"})
# In written markup only a quotation mark ends a value. No part can be matched by another: linear.
TAG = re.compile(rb"<!--.*?-->|<(/?)([^\s/>]+)((?: [^\s=>]+=\"[^\"]*\")*)>", re.DOTALL)
CLASS, KIND, ALTERNATIVE = (re.compile(rb" %b=\"([^\"]*)\"" % key) for key in (b"class", b"type", b"alttext"))
SOURCE = re.compile(rb"<annotation(?: [^\s=>]+=\"[^\"]*\")*? encoding=\"[^\"]*tex\"[^>]*>([^<]*)</", re.IGNORECASE)
TEX_SCRIPT = re.compile(rb"math/tex\b", re.IGNORECASE)
# The boxes around the copies of a formula, by class name: KaTeX, MathJax 2 and MediaWiki; and the element of MathJax 3.
BOXES = frozenset(
    b"katex katex-display mathjax mathjax_chtml mathjax_display mathjax_preview mathjax_svg mathjax_svg_display "
    b"mjx-chtml mwe-math-element".split()
)
BOX_TAGS = frozenset([b"mjx-container"])
BLOCK_TAGS = frozenset([b"div", b"p"])
# TeX says how large a formula is shown; the braces around it hold that together.
STYLE = re.compile(r"\{\s*\\(?:display|text)style\b(.*)\}|\\(?:display|text)style\b(.*)", re.DOTALL)
# Keeps two adjacent texts of a soup apart.
SEAM = b"<!---->"
# The elements of MathML that hold one sign each; text of others has spaces around it.
TOKENS = frozenset({"mi", "mn", "mo", "ms"})
# MathML that contains the formula in another form.
OTHER_FORMS = frozenset({"annotation", "annotation-xml"})
# Signs between the first part of such an element and its others.
SIGNS_BETWEEN = {"mfrac": "/", "msup": "^", "mover": "^", "msub": "_", "munder": "_"}
PAIRS = frozenset({"msubsup", "munderover"})


def write_formulas(markup: bytes, *, explicit: bool) -> bytes:
    """Write each formula in markup as text, in the place of all its copies; see `scan` for `explicit`.

    >>> write_formulas(b'<p>So <math><msup><mi>x</mi><mn>2</mn></msup></math> grows.</p>', explicit=True)
    b'<p>So x^2 grows.</p>'
    """
    out: list[bytes] = []
    # From where on `out` has nothing but boxes: their source may follow, and replaces them.
    first_box: int | None = None
    i = 0
    while match := TAG.search(markup, i):
        if not markup[i : match.start()].isspace() and match.start() > i:
            first_box = None
        out.append(markup[i : match.start()])
        start, i = match.span()
        tag, is_start = match[2] or b"", match[1] == b""
        is_raw = is_start and tag in RAW_TAGS and not explicit
        if is_raw or (is_start and tag == b"script"):
            end = raw_end(markup, tag, i)
            if _is_source(match):
                formula = unescape(_text(markup[i:end].replace(SEAM, b""))) if explicit else _text(markup[i:end])
                del out[len(out) if first_box is None else first_box :]
                out.append(_written(_plain(formula)))
                first_box, i = None, markup.find(b">", end) + 1 or len(markup)
                continue
            i = end
        elif is_start and (tag == b"math" or _is_box(tag, match[3])):
            i = _end_of_element(markup, match, explicit=explicit)
            first_box = len(out) if first_box is None else first_box
            formula = _formula_in(markup[start:i].replace(SEAM, b""))
            out.append(_written(formula, tag) if formula else markup[start:i])
            continue
        if tag:
            first_box = None
        out.append(markup[start:i])
    return b"".join([*out, markup[i:]])


def _is_source(match: re.Match[bytes]) -> bool:
    kind = KIND.search(match[3])
    return kind is not None and TEX_SCRIPT.match(kind[1]) is not None


def _is_box(tag: bytes, attributes: bytes) -> bool:
    names = CLASS.search(attributes)
    return tag in BOX_TAGS or (names is not None and not BOXES.isdisjoint(names[1].lower().split()))


def _end_of_element(markup: bytes, match: re.Match[bytes], *, explicit: bool) -> int:
    """Return the end of the element whose start tag is given: written markup has an end tag for each."""
    depth, i = 1, match.end()
    while depth and (found := TAG.search(markup, i)):
        i, tag = found.end(), found[2]
        if tag is None or (tag in VOID_TAGS and not explicit):
            continue
        depth += -1 if found[1] else 1
        if not found[1] and tag in RAW_TAGS and not explicit:
            i = raw_end(markup, tag, i)
    return len(markup) if depth else i


def _formula_in(markup: bytes) -> str:
    """Return the formula that an element contains, in TeX if it has that, or `""`."""
    start = markup.find(b"<math")
    if start < 0:
        return ""
    if source := SOURCE.search(markup, start):
        return _plain(unescape(_text(source[1])))
    alternative = ALTERNATIVE.search(markup, start, markup.find(b">", start))
    return (_plain(unescape(_text(alternative[1]))) if alternative else "") or _line_of(markup[start:])


def _text(written: bytes) -> str:
    return written.decode("utf-8", "replace")


def _plain(source: str) -> str:
    """Return TeX on one line, without what it says of its size."""
    source = " ".join(source.split())
    style = STYLE.fullmatch(source)
    return (style[1] or style[2] or "").strip() if style else source


def _written(formula: str, tag: bytes = b"") -> bytes:
    written = escape(formula, quote=False).encode()
    return b"<%b>%b</%b>" % (tag, written, tag) if tag in BLOCK_TAGS else written


def _line_of(markup: bytes) -> str:
    """Write MathML on one line: fractions with a stroke, indices and powers with their signs. A loop, not recursion."""
    stack: list[tuple[str, list[str]]] = [("math", [])]
    i = 0
    while match := TAG.search(markup, i):
        said = " ".join(unescape(_text(markup[i : match.start()])).split())
        if said:
            stack[-1][1].append(said if stack[-1][0] in TOKENS else f" {said} ")
        i = match.end()
        if match[2] is None:
            continue
        if match[1] == b"":
            stack.append((_text(match[2]), []))
        elif len(stack) > 1:
            tag, parts = stack.pop()
            if tag not in OTHER_FORMS and (whole := _join(tag, parts)):
                stack[-1][1].append(whole)
    return " ".join("".join(part for _, parts in stack for part in parts).split())


def _join(tag: str, parts: Sequence[str]) -> str:
    """Put the parts of an element of MathML together."""
    if tag in SIGNS_BETWEEN and len(parts) == 2:
        first, second = map(_held, parts)
        return f"{first}{SIGNS_BETWEEN[tag]}{second}"
    if tag in PAIRS and len(parts) == 3:
        first, second, third = map(_held, parts)
        return f"{first}_{second}^{third}"
    if tag == "msqrt":
        return f"√{_held(''.join(parts))}"
    if tag == "mroot" and len(parts) == 2:
        return f"{_held(parts[0])}^(1/{parts[1]})"
    if tag == "mfenced":
        return f"({', '.join(parts)})"
    return {"mtr": ", ", "mtable": "; "}.get(tag, "").join(parts)


def _held(part: str) -> str:
    """Put what is more than a name or a number between parentheses."""
    return part if part.isalnum() or len(part) == 1 else f"({part})"
