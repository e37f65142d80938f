"""A formula is text, once, whatever copies of it a page holds; with both parsers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms.core.page import Capture
from boiloff.transforms.parsing.formulas import write_formulas
from boiloff.transforms.parsing.parse import parse

ENERGY = "<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>"
MATHML = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{ENERGY}</math>'
WITH_SOURCE = (
    f"<math><semantics><mrow>{ENERGY}</mrow>"
    '<annotation encoding="application/x-tex">E = mc^2 &lt; 1</annotation></semantics></math>'
)
KATEX = (
    f'<span class="katex"><span class="katex-mathml">{WITH_SOURCE}</span>'
    '<span class="katex-html" aria-hidden="true"><span class="mord mathnormal">E</span>=<span>mc2</span></span></span>'
)
MEDIAWIKI = (
    '<span class="mwe-math-element"><span class="mwe-math-mathml-inline" style="display: none;">'
    r'<math alttext="{\displaystyle E=mc^{2}}"><mi>E</mi></math></span>'
    r'<img src="e.svg" class="mwe-math-fallback-image-inline" alt="{\displaystyle E=mc^{2}}"></span>'
)
MATHJAX_2 = (
    '<span class="MathJax_Preview">E = m</span><span class="MathJax" id="MathJax-Element-1-Frame">'
    f'<nobr aria-hidden="true"><span class="math">E=mc2</span></nobr><span class="MJX_Assistive_MathML">{MATHML}</span>'
    '</span><script type="math/tex" id="MathJax-Element-1">E = mc^2</script>'
)
MATHJAX_3 = (
    '<mjx-container class="MathJax" jax="{}"><mjx-math aria-hidden="true"><mjx-mi>E</mjx-mi></mjx-math>'
    f"<svg><text>E</text></svg><mjx-assistive-mml>{MATHML}</mjx-assistive-mml></mjx-container>"
)
SHOWN = {
    "MathML": (f"<p>So {MATHML} holds.</p>", ["So E=mc^2 holds."]),
    "a fraction": (
        "<p>So <math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>.</p>",
        ["So (a+b)/2."],
    ),
    "a root and words": (
        "<p><math><msqrt><mi>x</mi></msqrt><mtext>if</mtext><mi>x</mi><mo>&gt;</mo><mn>0</mn></math></p>",
        ["√x if x>0"],
    ),
    "a sum": (
        "<p><math><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover></math></p>",
        ["∑_(i=1)^n"],
    ),
    "KaTeX": (f"<p>So {KATEX} holds.</p>", ["So E = mc^2 < 1 holds."]),
    "KaTeX, on a line of its own": (
        f'<p>So</p><div class="katex-display">{KATEX}</div><p>holds.</p>',
        ["So", "E = mc^2 < 1", "holds."],
    ),
    "KaTeX without MathML": (
        '<p>So <span class="katex"><span class="katex-html" aria-hidden="true">E=mc2</span></span> holds.</p>',
        ["So E=mc2 holds."],
    ),
    "MediaWiki": (f"<p>So {MEDIAWIKI} holds.</p>", ["So E=mc^{2} holds."]),
    "MathJax 2": (f"<p>So {MATHJAX_2} holds.</p>", ["So E = mc^2 holds."]),
    "MathJax 2, on a line of its own": (
        '<p>So</p><div class="MathJax_Display"><span class="MathJax">E mc2</span></div>'
        '<script type="math/tex; mode=display">E = mc^2</script><p>holds.</p>',
        ["So", "E = mc^2", "holds."],
    ),
    "MathJax 2 that did not run": ('<p>So <script type="math/tex">a < b</script> holds.</p>', ["So a < b holds."]),
    "MathJax 3": (f"<p>So {MATHJAX_3.format('CHTML')} holds.</p>", ["So E=mc^2 holds."]),
    "MathJax 3, as a drawing": (f"<p>So {MATHJAX_3.format('SVG')} holds.</p>", ["So E=mc^2 holds."]),
    "three in a row": (f"<p>{MATHML}, {KATEX}, {MATHJAX_2}</p>", ["E=mc^2, E = mc^2 < 1, E = mc^2"]),
    "two sources": (
        '<p><script type="math/tex">a</script> and <script type="math/tex">b</script></p>',
        ["a and b"],
    ),
    "words of a script": (f'<script>if (a<math) f("</p>")</script><p>So {MATHML} holds.</p>', ["So E=mc^2 holds."]),
    "no formula": ('<p class="MathJax">The math of tides</p>', ["The math of tides"]),
}


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
@pytest.mark.parametrize("about", SHOWN)
def test_a_formula_is_text_once(about: str, parser: Any) -> None:
    html, lines = SHOWN[about]
    columns = parse(Capture(body=f"<html><head><title>Tides</title></head><body>{html}</body></html>"), parser).columns
    assert [columns.block_text(i) for i in range(len(columns.kinds))] == lines


def test_markup_without_formulas_stays_as_it_is() -> None:
    markup = b'<p>Tides</p><br><!-- <math> --><p class="x">a &lt; b</p>'
    assert write_formulas(markup, explicit=False) == markup


@given(parts=st.lists(st.sampled_from([MATHML, KATEX, MATHJAX_2, "<div>", "</div>", "<math>", "</math>", "x"])))
def test_any_order_of_parts_is_read(parts: list[str]) -> None:
    """Nothing is raised, and no copy of a formula that a box holds is left."""
    page = parse(Capture(body="".join(parts)))
    assert "mc2" not in page.columns.text or "<math>" in parts
