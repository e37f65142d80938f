"""HTML's elements by name: the numbers that columns write for them, and what each does to the text around it."""

from __future__ import annotations

from .rows import Kind

# Elements that end the block before them and start a new one (the rendering section of the HTML standard
# displays them as blocks), and buttons, whose labels would run into the text beside them.
BLOCK_TAGS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol p plaintext pre "
    "search section summary table tbody td tfoot th thead tr ul xmp".split()
)
# Elements whose content is not text that a reader of the page sees as such.
SKIPPED_TAGS = frozenset(
    "applet audio base canvas datalist embed frameset head iframe link map math meta noembed noframes noscript object "
    "rp rt script select style svg template textarea title video".split()
)
# Elements without content: no end tag follows them.
VOID_TAGS = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
# Elements whose content is text whatever signs it holds.
RAW_TAGS = frozenset("iframe noembed noframes noscript plaintext script style xmp".split())
# Parsers that follow the HTML standard put these into every table, whether the page has them or not.
IMPLIED_TAGS = frozenset({"tbody"})
KINDS: dict[str, Kind] = {
    "pre": "code", "listing": "code", "xmp": "code", "plaintext": "code",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "figcaption": "caption", "caption": "caption",
    "li": "list-item", "dt": "list-item", "dd": "list-item",
    "blockquote": "quote",
}  # fmt: skip
# What a permalink's sign ("#", "¶", "§") stands beside: headings, terms that are defined, captions.
HEADED_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "figcaption", "summary"})
OTHER_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd label mark nobr option picture q "
    "rb ruby s samp small span strike strong sub sup text time tt u var".split()
)

# The number of a tag is its place here; that of an unknown one is UNKNOWN_TAG and its name's number in the page's pool.
# The empty name is the tag of a text capture's blocks.
TAGS = ("", *sorted(BLOCK_TAGS | SKIPPED_TAGS | VOID_TAGS | RAW_TAGS | OTHER_TAGS))
TAG_NUMBERS = {tag: number for number, tag in enumerate(TAGS)}
UNKNOWN_TAG = len(TAGS)
