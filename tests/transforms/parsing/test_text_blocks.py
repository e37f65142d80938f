"""Text captures: lines, blank lines, and paragraphs that were broken at a width."""

from boiloff.transforms.parsing.parse import text_blocks


def texts(text):
    return [block.text for block in text_blocks(text)]


def test_each_line_is_a_block_and_blank_lines_are_known():
    blocks = text_blocks("One\n\nTwo\nThree\r\n\r\n\r\nFour")
    assert [(block.text, block.gap) for block in blocks] == [
        ("One", True),
        ("Two", True),
        ("Three", False),
        ("Four", True),
    ]


def test_a_hard_wrapped_paragraph_is_one_block():
    wrapped = (
        "The lamp was lit at four, as it had been every afternoon since the\n"
        "harbour was dredged, and the keeper wrote the hour in a book that\n"
        "nobody but his daughter ever asked to see, and she only on Sundays\n"
        "when it rained."
    )
    assert texts("Title\n\n" + wrapped) == ["Title", wrapped.replace("\n", " ")]


def test_verses_and_labels_keep_their_lines():
    verse = "The tide goes out\nand comes again\nand nobody\nis asked"
    assert texts(verse) == verse.split("\n")


def test_list_items_are_distinguished_from_paragraphs():
    assert [block.kind for block in text_blocks("- oats\n• milk\n2. salt\n2 spoons of salt\n-5 degrees")] == [
        "list-item", "list-item", "list-item", "paragraph", "paragraph",
    ]  # fmt: skip


def test_a_list_with_long_items_is_not_a_wrapped_paragraph():
    items = [f"{i}. Row {i} of the list is about as long as each of the others is" for i in range(5)]
    assert texts("\n".join(items)) == items
