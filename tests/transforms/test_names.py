"""What compiled code reads from names, against definitions that are slow and short."""

from __future__ import annotations

import re
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Element, Page
from boiloff.transforms.core.page import Block, Run
from boiloff.transforms.matching.boilerplate import body_holders, signed_containers, small_parts, widget_systems
from boiloff.transforms.matching.names import (
    GROUP_BITS,
    NOT_OF_HEADINGS,
    STATE_WORDS,
    build_trie,
    element_groups,
    groups_of,
    name_groups,
    name_words,
)
from boiloff.transforms.metadata.visible import _author_path, markup_claims
from boiloff.transforms.site_memory.sketch import container_paths

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
PART = re.compile(r"[A-Za-z0-9]+")
MADE_UP = re.compile(r"[0-9][A-Za-z]")
HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
SIGNS = ("", "-", "_", " ", "2", "12-", "é", "٣", "/", "#")
WORDS = [*name_groups(), *STATE_WORDS, "cta", "box", "Ab", "X"]


@st.composite
def names(draw):
    """Names of known words and of anything, in whatever letters."""
    if draw(st.booleans()):
        return draw(st.text(alphabet="abzABZ09-_. é٣/#\u200b", max_size=12))
    words = draw(st.lists(st.sampled_from(WORDS), max_size=4))
    cases = (str, str.capitalize, str.upper)
    return "".join(draw(st.sampled_from(cases))(word) + draw(st.sampled_from(SIGNS)) for word in words)


def words_in(name: str) -> list[str]:
    parts = (part for part in PART.findall(name) if not MADE_UP.search(part))
    return [word.lower() for part in parts for word in WORD.findall(part)]


def groups_in(given_names) -> set[str]:
    words = [word for name in given_names for word in words_in(name)]
    pairs = [first + second for first, second in pairwise(words)]
    return {group for word in (*words, *pairs) for group in name_groups().get(word, ())}


@given(names())
def test_words(name):
    assert list(name_words((name,))) == words_in(name)


@given(names(), st.lists(names(), max_size=3), st.lists(names(), max_size=2))
def test_groups_of_elements(identity, classes, roles):
    attributes = tuple(("role", role) for role in roles)
    elements = [Element("body", -1, identity, tuple(classes), attributes)]
    elements += [Element("div", 0, identity, tuple(classes), attributes), Element("p", 0, "", tuple(classes))]
    elements += [Element("h2", 0, identity, tuple(classes), attributes)]
    body, whole, part, heading = element_groups(Page.from_rows(elements=elements).columns)
    spoken = groups_in((identity, *classes, *roles))
    assert whole == sum(GROUP_BITS[group] for group in spoken)
    assert part == sum(GROUP_BITS[group] for group in groups_in(classes))
    assert body == 0
    assert groups_of(elements[1]) == spoken
    of_heading = groups_in((*classes, *roles)) - NOT_OF_HEADINGS
    assert groups_of(elements[3]) == of_heading
    assert heading == sum(GROUP_BITS[group] for group in of_heading)


@pytest.mark.parametrize(
    ("identity", "groups"),
    [
        ("menu-ideas-for-a-long-summer-evening", set()),
        ("abgeordneter-verschickt-per-whatsapp-bilder-und-fotos", set()),
        ("menu-ideas", {"navigation"}),
        ("menu-footer-bottom-right-social-media", {"footer", "navigation", "sharing"}),
        ("HeaderMenu-for-a-long-summer-evening", {"header", "navigation"}),
        ("menu_ideas_for_a_long_summer_evening", {"navigation"}),
    ],
)
def test_an_id_that_is_the_heading_of_a_section_speaks_for_nothing(identity, groups):
    (found,) = element_groups(Page.from_rows(elements=[Element("div", -1, identity)]).columns)
    assert found == sum(GROUP_BITS[group] for group in groups)


@given(names())
def test_a_path_holds_what_lasts(name):
    humps = [(part, HUMP.findall(part)) for part in re.findall("[A-Za-z]+", name)]
    is_made_up = any(len(found) > 2 and len(part) < 2.5 * len(found) for part, found in humps)
    is_lasting = bool(name) and not re.search(r"[\d/#.\s]", name) and name.isprintable() and not is_made_up
    page = Page.from_rows(elements=[Element("html"), Element("div", 0, name)])
    assert container_paths(page)[1] == f"html/div#{name}"[:105] if is_lasting else "html/div"


def test_names_of_systems():
    title, system = next((title, system) for title, system in widget_systems().items() if system["ids"])
    name = next(name for name in system["ids"] if not name.endswith("*"))
    beginning = next(name for found in widget_systems().values() for name in found["ids"] if name.endswith("*")).rstrip(
        "*"
    )
    elements = [Element("div"), Element("div", 0, name.replace("0", "417")), Element("h2", 0, name)]
    elements += [Element("p", 0, f"{beginning}x"), Element("p", 0, f"x{beginning}"), Element("code", 0, name)]
    page = Page.from_rows([Block("Low tide", element=1)], elements)
    signs = signed_containers(page, system["reason"])
    assert signs[1][1:] == (title, True)
    assert {2, 4, 5}.isdisjoint(signs)
    assert any(3 in signed_containers(page, found["reason"]) for found in widget_systems().values())


def test_a_state_or_a_sentence_is_no_sign():
    classes = ("comments-open", "reader-comments", "what-the-comments-say-of-it", "readerComments")
    page = Page.from_rows(elements=[Element("div"), *(Element("div", 0, "", (name,)) for name in classes)])
    assert list(signed_containers(page, "comments")) == [2, 4]


def test_a_comment_by_its_type():
    attributes = (("itemtype", "http://schema.org/Comment"), ("data-name", "share"))
    page = Page.from_rows(elements=[Element("div", -1, "share-bar", (), attributes)])
    assert signed_containers(page, "comments")[0].system
    assert not signed_containers(page, "sharing")


def test_the_first_itemprop_declares_a_body():
    one = (("itemprop", "articleBody"),)
    other = (("itemprop", "text"), ("itemprop", "articleBody"))
    elements = [
        Element("html"),
        Element("div", 0, attributes=other),
        Element("div", 0),
        Element("p", 2, attributes=one),
    ]
    assert body_holders(Page.from_rows(elements=elements)) == {0, 2, 3}


@pytest.mark.parametrize(
    ("name", "is_call"),
    [("blog-cta", True), ("ctaBox", True), ("cta-box-inner", True), ("cta-quay", False), ("a-b-c-d-e-cta", False),
     ("callToAction", True), ("call-box", False), ("call-to-action-box", True), ("actacta", False)],
)  # fmt: skip
def test_topics(name, is_call):
    blocks = [Block("Low tide at noon, and the boats lie dry. " * 20, element=1), Block("Sail with us", element=2)]
    page = Page.from_rows(blocks, [Element("html"), Element("div", 0), Element("div", 0, "", (name,))])
    assert small_parts(page, "calls") == ({1: name} if is_call else {})


@pytest.mark.parametrize(
    ("href", "is_authors"),
    [("/authors/ann-roe", True), ("/AUTHOR/ann", True), ("/author/", False), ("/author//", False), ("/author?ann", False),
     ("/tide/author/#x", False), ("/author/author/x", True), (f"/{'a' * 289}/author/x", True),
     (f"/{'a' * 290}/author/x", True), (f"/{'a' * 291}/author/x", False), ("/\u017ftaff/ann", True), ("/é/staff/ann", True)],
)  # fmt: skip
def test_addresses_of_authors(href, is_authors):
    assert bool(_author_path().search(href, 0, 300)) == is_authors
    block = Block("Ann Roe", element=1, runs=(Run(0, 7, 1),))
    page = Page.from_rows([block], [Element("html"), Element("a", 0, attributes=(("href", href),))])
    assert markup_claims(page).authors == (("Ann Roe",) if is_authors else ())


def test_tries():
    with pytest.raises(ValueError, match="ASCII"):
        build_trie({"é": 1})
    with pytest.raises(ValueError, match="not empty"):
        build_trie({"": 1})
    trie = build_trie({"ab": 1, "abc": 2, "b": 4})
    assert sorted(meaning for meaning in trie.meanings if meaning) == [1, 2, 4]


def test_long_names_and_lists_take_no_long_time():
    many = tuple(f"share-{'x' * (number % 7)}" for number in range(50_000))
    elements = [Element("div", -1, "comment-" * 100_000, many), *(Element("div", 0, "aB" * 20_000) for _ in range(20))]
    elements += [Element("div", 0, f"lamp-{'x' * (number % 50)}", many) for number in range(2000)]
    page = Page.from_rows([Block("Low tide", element=1)], elements)
    start = perf_counter()
    element_groups(page.columns)
    signed_containers(page, "comments")
    container_paths(page)
    assert perf_counter() - start < 2
