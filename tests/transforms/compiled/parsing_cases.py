"""What the modules that look at a page before it is parsed make of markup and bytes."""

from types import SimpleNamespace

from boiloff.transforms.core.limits import Limits

TAGS = (
    "<DIV a=1 b='>' =c/><ul><li><i>a<li>b</ul><svg><g/><script><!-- <script> --></script></svg><p><span>x<p></span></p>",
    "<b id=1><form><x></form><dd>a<dt></b><![CDATA[ ]]><!-- <p> --!><? </div ?><<x>y></a></>潮<textarea><x></textarea ",
    "<table><tr><td><font size=2>a</table><math><annotation-xml><frameset><title><option></select><p a=\" b='",
    "<script>'<!--<script>'</script>'--></script><style></STYLE/><p" + " a=b" * 1_100 + " c>",
)


def read(depth, tags):
    """Limit pages to a few levels and tags."""

    def case(module):
        readers = [module.TagReader(page.encode() * 9, Limits(max_depth=64)) for page in TAGS]
        readers += [
            module.TagReader(page.encode() * 9, SimpleNamespace(max_depth=depth, max_tags=tags)) for page in TAGS
        ]
        for reader in readers:
            reader.read()
        return [(reader.end, reader.why, reader.edited()) for reader in readers]

    return case


def costly(bounds):
    pages = [
        *TAGS,
        "<b\t>a<p>" * 500,
        "<B id=1>" * 300 + "<p>" * 700,
        "<strong>" * 900,
        "a<b" + " x" * 20_000,
        "<" * 2_001,
    ]
    few = SimpleNamespace(max_depth=50, max_tags=5_000)
    return [(bounds.may_be_costly(page.encode(), few), bounds.end_of_signs(page.encode())) for page in pages]


def is_utf8(utf8):
    return [
        utf8.is_utf8(b"a" * 40 + bytes([first, second, 0x80]) + b"a") for first in range(256) for second in range(256)
    ]


CASES = {
    "bounds": [costly],
    "tags": [read(3, 1_000), read(12, 40)],
    "utf8": [is_utf8],
}
