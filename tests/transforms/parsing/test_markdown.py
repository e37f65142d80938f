"""Markdown in text captures is read as the structure that it writes; other text stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Capture, parse

PROSE = "The ferry leaves at noon, and nobody on the quay can say when it will come back."


def blocks(text):
    return [(block.kind, block.text) for block in parse(Capture(body=text, media="text")).blocks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"# Tides\n\n{PROSE} [More](/more).", [("heading", "Tides"), ("paragraph", f"{PROSE} More.")]),
        (f"Tides\n=====\n\n**Noon.** {PROSE} **Late.**", [("heading", "Tides"), ("paragraph", f"Noon. {PROSE} Late.")]),
        (
            f"{PROSE}\n\n- [One](https://a.example/1)\n- [Two](https://a.example/2)",
            [("paragraph", PROSE), ("list-item", "One"), ("list-item", "Two")],
        ),
        (
            "| Port | Depth |\n| --- | --- |\n| Aros | 4 m |\n| Bell | 7 m |",
            [("table", "Port\tDepth"), ("table", "Aros\t4 m"), ("table", "Bell\t7 m")],
        ),
        (f"{PROSE}\n\n```py\nx = 1\n```\n", [("paragraph", PROSE), ("code", "x = 1")]),
        (
            f"## A\n\n> {PROSE}\n\n![map](map.png)\n\nEnd of it.",
            [("heading", "A"), ("quote", PROSE), ("paragraph", "End of it.")],
        ),
    ],
    ids=["heading and link", "underlined", "list of links", "table", "code", "quote and image"],
)
def test_structure(text, expected):
    assert blocks(text) == expected


def test_links_are_links():
    page = parse(Capture(body=f"{PROSE}\n\n[Islands](/islands) | [Ports](/ports)", media="text"))
    assert page.blocks[1].links == ("/islands", "/ports")
    assert page.blocks[1].link_chars >= len("IslandsPorts")


@pytest.mark.parametrize(
    "front",
    [
        "Title: Low tide\n\nURL Source: https://a.example/x\n\nPublished Time: 2024-03-03\n\nMarkdown Content:\n",
        '---\ntitle: "Low tide"\nurl: https://a.example/x\ndate: 2024-03-03\n---\n',
    ],
)
def test_front_matter_goes_to_the_head(front):
    page = parse(Capture(body=f"{front}{PROSE}\n\n{PROSE}", media="text"))
    assert [block.text for block in page.blocks] == [PROSE, PROSE]
    assert page.head.title == "Low tide"
    assert dict(page.head.meta)["article:published_time"] == "2024-03-03"


def test_lines_broken_at_one_width_are_one_paragraph():
    lines = (
        "The ferry leaves at noon, and nobody on the quay",
        "can say when it will come back from the islands,",
        "which lie far out. See [all](/tides) there.",
    )
    assert blocks("# Tides\n\n" + "\n".join(lines))[1][1].count("\n") == 0


@pytest.mark.parametrize(
    "text",
    [
        "# 1 of the list\nThe ferry leaves at noon.",
        "- Where to?\n- To the islands.\n- At noon?",
        "* * *\n\nA star stood above the pier.\n\n* * *",
        "5 * 3 * 2 = 30 and 2 ** 3 ** 1 = 8",
        "See [1] and [2](p. 14) for the rest.",
        "#ferry #islands\nLeaves at noon.",
        "Name: Ann\nPort: Aros\n\nThe ferry leaves at noon.",
        "--- \nThe log of the ship\n---\nDay one.",
        "_A line of a song_\n_and another_",
    ],
)
def test_text_with_a_sign_or_two_stays_text(text):
    assert [block.text for block in parse(Capture(body=text, media="text")).blocks] == [
        " ".join(line.split()) for line in text.splitlines() if line.strip()
    ]


@given(st.text(st.sampled_from("#*_[](){}|-`>!~ \n:/.axé1"), max_size=300))
def test_any_signs_are_parsed(text):
    page = parse(Capture(body=text, media="text"))
    assert all(block.text.strip() for block in page.blocks)


def test_markup_inside_markdown_is_text():
    page = parse(Capture(body=f"# Tides\n\n<script>alert(1)</script> {PROSE} [x](/x)", media="text"))
    assert page.blocks[1].text.startswith("<script>alert(1)</script>")
