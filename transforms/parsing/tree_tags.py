"""HTML's elements by name: what each does to the tree around it, as far as the HTML standard leaves no doubt."""

from __future__ import annotations

from ..core.tags import BLOCK_TAGS

FORMATTING_TAGS = frozenset(b"b big code em font i nobr s small strike strong tt u".split())
# Inside a drawing or a formula elements are closed by other rules.
FOREIGN_TAGS = frozenset(b"svg math".split())
# Drawings and formulas end where one of these begins (HTML standard, 13.2.6.5).
NEVER_FOREIGN = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta "
    b"nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
# An end tag does not reach out of these.
BARRIERS = frozenset(b"applet annotation-xml desc foreignobject marquee object select svg math table template".split())
LIST_BARRIERS = BARRIERS | {b"ol", b"ul"}
# An end tag of an element that is not special does not reach through these.
BLOCK_NAMES = frozenset(tag.encode() for tag in BLOCK_TAGS)
SPECIAL_TAGS = BARRIERS | BLOCK_NAMES
# End tags that reach through special elements, and through an open paragraph. Those of drawings do so only by name.
SOLID_TAGS = SPECIAL_TAGS - {b"annotation-xml", b"desc", b"foreignobject"}
# Start tags that close the paragraph which is open around them, whatever else is. Tables and forms may or may not.
PARAGRAPH_ENDS = frozenset(
    b"address article aside blockquote center dd details dir div dl dt fieldset figcaption figure footer h1 h2 h3 h4 "
    b"h5 h6 header hgroup hr li listing main menu nav ol p plaintext pre section summary ul xmp".split()
)
# An end tag of a paragraph does not reach out of these, nor do these start tags.
PARAGRAPH_BARRIERS = BARRIERS | {b"button"}
# The start tag of an item, or of a term or its description, closes its fellow, through ITEM_PASSES but through no other
# special element.
ITEM_TAGS, TERM_TAGS = frozenset([b"li"]), frozenset([b"dd", b"dt"])
ITEM_PASSES = frozenset([b"address", b"div"])
# Only one of each is ever open: the next is passed over, or closes it.
LONE_TAGS = frozenset([b"a", b"form"])
# There is one element of each, whatever comes; further tags add attributes to it.
ROOT_TAGS = frozenset(b"html head body".split())
# Not counted: they close each other, or hold nothing.
CLOSING_TAGS = frozenset(b"p tr td th tbody thead tfoot option colgroup caption".split())
VOID_TAGS = frozenset(
    b"area base basefont bgsound br col embed frame hr img image input keygen link meta param source track wbr".split()
)
# What these hold is no markup, up to their own end tag.
RAW_TAGS = tuple(b"iframe noembed noframes noscript style textarea title xmp script".split())
