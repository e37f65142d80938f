"""Names that code highlighters give: they mean a language, a token or a toolbar, and never the subject of the page."""

import pytest
from cases import page_of, removed

from boiloff.transforms import KeepMainContent, RemoveCommentWidgets
from boiloff.transforms.matching.outline import outline_of

LINES = "<code class='plain'>open lock</code></div><div class=line><code class='php comments'># before noon</code>"
BOXES = (
    "<div class='language-yaml highlight'><pre><code>lock: open</code></pre></div>",
    "<div class='highlight-console notranslate'><div class=highlight><pre><span class=gp>$ </span>lock</pre></div></div>",
    "<div class=code-toolbar><pre class=language-sh><code class=language-sh>lock --open</code></pre>"
    "<div class=toolbar><button>Copy</button></div></div>",
    "<div class='language-ruby highlighter-rouge'><div class=highlight><pre class=highlight><code>lock.open\nlock.wait"
    "</code></pre></div></div>",
    "<pre class='brush: php; toolbar: false'>open($lock);</pre>",
    "<pre><code class='hljs language-sh'><span class=hljs-comment># nothing but this</span></code></pre>",
    "<pre class=language-js><code><span class='token comment'>// nothing but this</span></code></pre>",
    f"<div class='syntaxhighlighter php'><div class=line>{LINES}</div></div>",
)


@pytest.mark.parametrize("box", BOXES)
def test_code_stays_whatever_its_highlighter_names_it(box):
    page = page_of({"html": f"<article><h1>Locks</h1>@article{box}@article</article>"})
    code = [
        block
        for block in page.blocks
        if block.kind == "code" or {"pre", "code"} & {element.tag for element in page.path(block.element)}
    ]
    assert code
    assert removed(RemoveCommentWidgets().clean(page)) == []
    kept = KeepMainContent().clean(page).kept()
    assert {block.text for block in code} <= {block.text for _, block in kept}


@pytest.mark.parametrize(
    ("box", "groups"),
    [
        ("<div class='language-yaml highlight'><pre>lock: open</pre></div>", {"article"}),
        ("<div class='language-switcher'><a href=/sv>Svenska</a></div>", {"navigation"}),
        ("<div class='sidebar'><p><a href=/lock><code>lock</code></a></p></div>", {"sidebar"}),
        ("<div class='comment'><pre>lock: open</pre></div>", {"comments"}),
        ("<div class='meta'>Since <code>2.1</code>, and long in coming</div>", {"byline"}),
    ],
)
def test_a_box_that_holds_little_but_code_is_the_articles(box, groups):
    outline = outline_of(page_of({"html": f"<article>@article</article>{box}"}))
    said = set().union(*map(outline.group_names, range(2, len(outline.groups))))
    assert said - {"article"} == groups - {"article"}


def test_a_comment_in_code_is_no_readers_comment():
    markup = "@article<pre><span class=comment># mind the tide</span></pre><p class=comment># mind the tide</p>"
    assert removed(RemoveCommentWidgets().clean(page_of({"html": markup}))) == ["# mind the tide"]
