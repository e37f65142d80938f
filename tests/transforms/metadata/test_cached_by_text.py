"""A cache by text: the results for short texts are kept, those for long ones are not."""

from boiloff.transforms.metadata.values import MAX_CACHED_CHARS, cached_by_text


def test_short_texts_are_cached_and_long_ones_are_not():
    asked = []

    @cached_by_text(maxsize=2)
    def size(text):
        asked.append(len(text))
        return len(text)

    for text in ("tide", "tide", "t" * (MAX_CACHED_CHARS + 1), "t" * (MAX_CACHED_CHARS + 1)):
        assert size(text) == len(text)
    assert asked == [4, MAX_CACHED_CHARS + 1, MAX_CACHED_CHARS + 1]
