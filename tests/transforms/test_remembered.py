"""What a function gave is remembered for short texts only."""

from boiloff.transforms.core.remembered import LONGEST, remembered


def test_short_texts_are_remembered_and_long_ones_are_not():
    asked = []

    @remembered(maxsize=2)
    def size(text):
        asked.append(len(text))
        return len(text)

    for text in ("tide", "tide", "t" * (LONGEST + 1), "t" * (LONGEST + 1)):
        assert size(text) == len(text)
    assert asked == [4, LONGEST + 1, LONGEST + 1]
