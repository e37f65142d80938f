"""What a page says is text in a report: it ends no element, drives no terminal, turns no words around, leads nowhere."""

import json
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.pipeline.display import is_web_address, visible
from boiloff.pipeline.inspect.pages import BlockView, PageView, render_pages, script_json

EVIL = (
    "\x1b[31m\x1b]0;title\x07 \x9b31m \u202egpj.exe \u2066 \u2028\u2029 \x00\x7f \ud800 </script><script>alert(1)</script>"
    "<img src=x onerror=alert(2)> <!-- ]]> </title></style> {{ 7*7 }} {% raw %} &lt;b&gt; \" ' `"
)
TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def evil_page(url):
    blocks = (BlockView(0, "paragraph", EVIL), BlockView(1, EVIL, EVIL, EVIL, EVIL, EVIL, 0.5))
    return PageView(EVIL, url, EVIL, EVIL, EVIL, EVIL, EVIL, blocks)


class Elements(HTMLParser):
    """Every element of a document with its attributes, and the texts of scripts."""

    def __init__(self, document):
        super().__init__()
        self.tags = []
        self.scripts = []
        self.is_script = False
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.is_script = tag == "script"

    def handle_data(self, data):
        if self.is_script:
            self.scripts.append(data)
            self.is_script = False


@given(st.text() | st.text(st.sampled_from(EVIL)))
def test_visible_text_has_nothing_unseen(text):
    shown = visible(text)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"]
    assert not TURNS & set(shown)
    shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x00\x1f\x7f", "␀␟␡"),
        ("\u202eexe", "‹U+202E›exe"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("Kuva\u00adteksti, نمی\u200cخواهم, 👩\u200d🚒", "Kuva\u00adteksti, نمی\u200cخواهم, 👩\u200d🚒"),
    ],
)
def test_controls_have_signs_and_words_stay_words(text, shown):
    assert visible(text) == shown


@given(st.recursive(st.text() | st.text(st.sampled_from(EVIL)), lambda inner: st.lists(inner)))
def test_data_ends_no_script_and_stays_the_same_value(value):
    data = script_json(value)
    assert not re.search("[<>&\u2028\u2029]", data)
    assert json.loads(data) == value


@pytest.mark.parametrize(
    "url", ["javascript:alert(4)//" + EVIL, "https://a.example/" + EVIL, "https://a.example/tides"]
)
def test_a_hostile_page_adds_no_element(url):
    plain = PageView("", "", "", "", "", "", "", (BlockView(0, "", ""), BlockView(1, "", "", "other", "", "", 0.5)))
    hostile = Elements(render_pages([evil_page(url)]))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in Elements(render_pages([plain])).tags]
    assert not [
        name for _, attributes in hostile.tags for name in attributes if name.startswith("on") or name == "style"
    ]
    (page,) = json.loads(hostile.scripts[0])["pages"]
    assert page["blocks"][0][1] == visible(EVIL)
    assert page["link"] == (url == "https://a.example/tides")
    assert not TURNS & set(render_pages([evil_page(url)]))


def test_only_our_own_script_and_style_may_run():
    document = render_pages([evil_page("")])
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', document)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in re.sub(r'"application/json".*?</script>', "", document, flags=re.S).replace("http-equiv", "")


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "data:text/html,x", "//a.example", "https://", "https://a b", "https://[", "ftp://a"],
)
def test_no_link_but_to_the_web(url):
    assert not is_web_address(url)
