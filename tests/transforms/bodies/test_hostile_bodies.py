"""No page gets a script, a style, a handler or an address that runs into its HTML: a sanitiser finds nothing to remove."""

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from boiloff.transforms import Capture, parse
from boiloff.transforms.bodies.html import html_of
from boiloff.transforms.bodies.markdown import markdown_of

ATTRIBUTES = {
    "a": {"href"}, "code": {"class"}, "img": {"alt", "src", "title"}, "ol": {"start"}, "td": {"colspan"}, "th": {"colspan"},
}  # fmt: skip
TAGS = frozenset(
    "a blockquote br code dd del dl dt em figcaption figure h1 h2 h3 h4 h5 h6 img li ol p pre strong sub sup table tbody "
    "td th thead tr ul".split()
)
SCHEMES = {"ftp", "geo", "http", "https", "irc", "magnet", "mailto", "matrix", "news", "sip", "sms", "tel", "xmpp"}
TEXT = "The harbour master printed the tables by hand, every year."
ATTACKS = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)' alt='\"><script>alert(1)</script>'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img srcset='javascript:alert(1) 2x'>",
    "<img src='/a\"onerror=alert(1) b=\"'>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href='&#106;avascript:alert(1)'>a</a>",
    "<a href=' \x01java\tscript:alert(1)'>a</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>a</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>a</a>",
    "<a href='vbscript:a'>a</a>",
    "<a href='view-source:javascript:alert(1)'>a</a>",
    "<a href='/\" onclick=\"alert(1)'>a</a>",
    "<a href='/x' onclick=alert(1) style='background:url(javascript:a)'>a</a>",
    "<a href='/x) [b](javascript:alert(1)'>a</a>",
    "<a href='/x'>](javascript:alert(1))</a>",
    "<base href='javascript:alert(1)//'><a href='b'>a</a><img src='c'>",
    "<style>p{background:url(javascript:a)}</style>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'>a</object><embed src='javascript:a'>",
    "<form action='javascript:alert(1)'><button formaction='javascript:a'>a</button></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template shadowrootmode=open><script>alert(1)</script><p>in a shadow</p></template>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<pre class='language-x\"><script>alert(1)</script>'>&lt;/code&gt;&lt;script&gt;</pre>",
    "<pre data-lang='\"onload=alert(1)'>a</pre>",
    "<pre>```\n<script>alert(1)</script></pre>",
    "<ol start='1\"onload=alert(1)'><li>a</ol>",
    "<table><tr><td colspan='2\"onload=alert(1)'>a<td>b</table>",
    "<plaintext><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
    "<p>[a](javascript:alert(1)) &lt;javascript:alert(1)&gt; ![a](javascript:alert(1))</p>",
    "<p>[a]: javascript:alert(1)</p><p>[a]</p>",
]
# With raw HTML: what a renderer shows of it must be as harmless.
RENDERERS = [
    MarkdownIt("commonmark", {"html": True}).enable("table"),
    MarkdownIt("gfm-like", {"html": True, "linkify": False}),
]


def sanitised(html):
    return nh3.clean(html, tags=set(TAGS), attributes=ATTRIBUTES, link_rel=None, url_schemes=SCHEMES)


def check(html):
    """Check that a sanitiser changes nothing in the bodies of a page with this inside its article."""
    for parser in ("lexbor", "beautifulsoup"):
        whole = f"<body><article><p>{TEXT}</p>{html}<p>{TEXT}</p></article>"
        page = parse(Capture(whole, url="https://tides.example/a"), parser)
        written = html_of(page)
        assert sanitised(written) == written
        for renderer in RENDERERS:
            shown = renderer.render(markdown_of(page)).replace(" />", ">")
            # Renderers write quotation marks as references, also where a sanitiser does not.
            assert sanitised(shown).replace("&quot;", '"') == shown.replace("&quot;", '"')


@pytest.mark.parametrize("html", ATTACKS)
def test_attacks(html):
    check(html)


@pytest.mark.parametrize("html", ATTACKS)
def test_attacks_inside_of_what_is_written(html):
    for before, after in (
        ("<ul><li>", ""),
        ("<blockquote>", ""),
        ("<table><tr><th>a<td>", "<td>b</table>"),
        ("<h2>a ", "</h2>"),
        ("<p>a <b>", "</b>"),
        ("<pre>", "</pre>"),
        ("<figure><img src=/a.png><figcaption>", "</figcaption></figure>"),
    ):
        check(f"{before}{html}{after}")


@given(st.lists(st.sampled_from(ATTACKS), min_size=2, max_size=4).map("".join), st.integers(0, 60))
def test_attacks_cut_and_joined(html, cut):
    check(html[cut:])


@given(st.text(alphabet=st.sampled_from("<>\"'=/!-[]()`*_&;:#ax \n\\"), max_size=40))
def test_signs(html):
    check(html)


def test_deep_pages_take_no_recursion_and_little_time():
    for tag in ("div", "ul><li", "blockquote", "b", "table><tr><td", "ol", "dl><dd", "a href=/a"):
        page = parse(Capture(f"<body>{f'<{tag}>' * 20_000}{TEXT}<img src=/a.png>"))
        assert TEXT in markdown_of(page)
        assert TEXT in html_of(page)
