"""Code that highlighters set in rows of <div>, <li> or table cells."""

import pytest

from boiloff.transforms import Capture, parse
from boiloff.transforms.core.limits import Limits
from boiloff.transforms.core.page import Kind

STORY = "<p>The tide tables are read from a file, a line for each day.</p>"
CRAYON = (
    '<div class="crayon-syntax"><div class="crayon-toolbar">Python</div><div class="crayon-main"><table><tr>'
    '<td class="crayon-nums"><div><div>1</div><div>2</div></div></td>'
    '<td class="crayon-code"><div><div class="crayon-line"><span>for</span> day in days:</div>'
    '<div class="crayon-line">print(<a href="#">day</a>)</div></div></td></tr></table></div></div>'
)
GESHI = '<div class="geshifilter"><ol><li><div>for day in days:</div></li><li><div>print(day)</div></li></ol></div>'
ITEMS = (
    '<div class="dp-highlighter"><div class="bar"><div class="tools">view plain</div></div>'
    "<ol><li><span>for day in days:</span></li><li>print(day)</li></ol></div>"
)
CELLS = (
    '<div class="blob-wrapper"><table><tr><td class="blob-num" data-line-number="1"></td><td>for day in days:</td></tr>'
    '<tr><td class="blob-num" data-line-number="2"></td><td>print(day)</td></tr></table></div>'
)
CODE = "for day in days:\nprint(day)"


def blocks_of(html: str, **settings) -> list[tuple[str, Kind]]:
    return [(block.text, block.kind) for block in parse(Capture(body=html), **settings).blocks]


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
@pytest.mark.parametrize("listing", [GESHI, CELLS])
def test_rows_become_one_block_of_code(listing, parser):
    paragraph = ("The tide tables are read from a file, a line for each day.", "paragraph")
    assert blocks_of(STORY + listing + STORY, parser=parser) == [paragraph, (CODE, "code"), paragraph]


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
def test_line_numbers_and_toolbars_stay_apart(parser):
    expected = [("Python", "paragraph"), ("1\n2", "code"), (CODE, "code")]
    assert blocks_of(CRAYON, parser=parser) == expected
    assert blocks_of(ITEMS, parser=parser) == [("view plain", "paragraph"), (CODE, "code")]


def test_runs_and_links_of_rows_are_kept():
    page = parse(Capture(body=CRAYON))
    code = page.blocks[-1]
    assert "".join(code.text[run.start : run.end] for run in code.runs) == CODE.replace("\n", "")
    assert code.link_chars == len("day")
    assert code.links == ("#",)
    inside = code.runs[0].element
    while inside != code.element:
        inside = page.elements[inside].parent
    assert page.elements[code.element].tag == "div"


def test_what_is_hidden_stays_apart():
    html = '<div class="geshifilter"><div>ebb()</div><div style="display:none">copy</div><div>flood()</div></div>'
    page = parse(Capture(body=html))
    assert [block.text for block in page.blocks] == ["ebb()", "copy", "flood()"]
    assert [page.elements[block.element].hidden for block in page.blocks] == [False, True, False]


@pytest.mark.parametrize(
    "html",
    [
        "<div class='codebox'><div>SAVE10</div><div>Ten per cent off your next crossing.</div></div>",
        "<pre class='hljs'>one\ntwo</pre><pre class='hljs'>three</pre>",
        "<p>Call <code class='hljs'>ebb()</code> first.</p><p>Then <code class='hljs'>flood()</code>.</p>",
        "<div class='gutter'><div>1</div><div>2</div></div>",
    ],
)
def test_other_boxes_are_left_alone(html):
    assert len(blocks_of(html)) == 2


def test_a_listing_beyond_the_longest_block_stays_in_rows():
    rows = "".join(f"<div>{'x' * 90} {number}</div>" for number in range(30))
    html = f'<div class="syntaxhighlighter">{rows}</div>'
    assert len(blocks_of(html)) == 1
    assert len(blocks_of(html, limits=Limits(max_block_chars=1_000))) == 30
