"""Find the author if there is no byline near the headline: a reporter in the text, or the starter of a thread."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, takewhile

from ..core.columns import Columns
from ..core.page import Page
from ..matching.names import name_words
from .values import words
from .visible_dates import LONGEST_LINE, Near

# Names of two to four signs, or five of a translated one; several are parted by a space or a mark.
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_NAMES = rf"{_HAN}{{2,4}}(?:[ \u3000、/／]{_HAN}{{2,4}}){{0,3}}?"
_KOREAN_NAME = r"[\uac00-\ud7a3]{2,4}"
_PARTS = re.compile(r"[ \u3000、/／]")
# A label and what may be a name behind it, up to a mark. Bounded.
_AFTER_LABEL = re.compile(
    r"[ \u3000]{0,3}([^\s\d,;|｜，；。:：/／()（）\[\]【】<>]{2,20})((?:[ \u3000、]\S{2,4}(?=[\s、]|$)){0,3})"
)
_HAN_NAME = re.compile(rf"{_HAN}{{2,4}}")
# Where scripts begin that write words together, and so many code points show whether a text is in one.
_FIRST_UNSPACED, _BEGINNING = "\u2e80", 300
# A line that signs is this short, or the signature ends its paragraph.
_LONGEST_SIGNATURE, _MOST_FOUND = 60, 8
# A thread's first post is this near below its headline, in blocks; its writer's name has so many characters.
_FIRST_POST, _LONGEST_NAME, _LEVELS, _MOST_WORDS = 40, 40, 4, 3


def reporters(page: Page, near: Near) -> tuple[str, ...]:
    """Return the names that an East Asian text gives with "记者", "기자", or behind "作者：", if all of them agree."""
    columns = page.columns
    start = columns.starts[near.headline]
    if max(columns.text[start : start + _BEGINNING], default="") < _FIRST_UNSPACED:
        return ()
    found = dict.fromkeys([*_behind_labels(page), *_with_roles(page)])
    return next(iter(found)) if len(found) == 1 else ()


def _behind_labels(page: Page) -> Iterator[tuple[str, ...]]:
    """Yield the names behind each "作者：" on a line that is not a sentence."""
    for line in _lines_with(page, _labels()):
        if len(line) <= 2 * LONGEST_LINE:
            for label in _labels():
                at = line.find(label)
                if at >= 0 and (match := _AFTER_LABEL.match(line, at + len(label))) and (names := _names_of(match)):
                    yield names


def _names_of(match: re.Match[str]) -> tuple[str, ...]:
    """Return the first name of a match, and the East Asian ones behind it, up to a word of another label."""
    first, ends = match[1], tuple(words("ends a byline"))
    is_han = first[-1] >= "\u3400"
    if first.endswith(ends) or first in words("nobody") or (is_han and not _HAN_NAME.fullmatch(first)):
        return ()
    return _up_to_label((first, *filter(None, _PARTS.split(match[2])))) if is_han else (first,)


def _up_to_label(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the names before the first part that ends with the word of another label: "王小明 责任编辑 李雷"."""
    ends, roles = tuple(words("ends a byline")), tuple(words("before a reporter"))
    names = takewhile(lambda part: not part.endswith(ends) and _HAN_NAME.fullmatch(part) is not None, parts)
    return tuple(name for name in names if not name.endswith(roles))


def _with_roles(page: Page) -> Iterator[tuple[str, ...]]:
    """Yield the names with a word for a reporter, in brackets or on a line that is not much longer."""
    for line in _lines_with(page, words("before a reporter")):
        for match in _chinese().finditer(line):
            is_enclosed = line[match.end() : match.end() + 1] in tuple(")）】]")
            if is_enclosed or len(line) <= _LONGEST_SIGNATURE:
                yield _up_to_label(_PARTS.split(match[1]))
    for line in _lines_with(page, words("after a name")):
        if len(line) <= _LONGEST_SIGNATURE:
            yield from ((match[1],) for match in _korean().finditer(line))


def _lines_with(page: Page, signs: Iterable[str]) -> Iterator[str]:
    """Yield the texts of blocks that are kept and have one of these words."""
    columns = page.columns
    text = columns.text
    for sign in signs:
        start = text.find(sign)
        for _ in range(_MOST_FOUND):
            if start < 0:
                break
            position = _block_at(columns, start)
            if page.removals[position] is None:
                yield columns.block_text(position)
            start = text.find(sign, columns.starts[position + 1])


@cache
def _chinese() -> re.Pattern[str]:
    """Compile "记者 王小明 李雷", with what may follow: a bracket, a word for reporting, a place and that, the end.

    It begins with one of a few literals; each part is bounded.
    """
    starts, ends = ("|".join(map(re.escape, sorted(words(topic)))) for topic in ("before a reporter", "after a place"))
    return re.compile(
        rf"(?:{starts})[ \u3000:：]{{0,2}}({_NAMES})(?=[)）】\]\n\t]|(?:[ \u3000/／]{_HAN}{{2,8}}?| ?)(?:{ends})|$)"
    )


@cache
def _korean() -> re.Pattern[str]:
    """Compile "홍길동 기자", at the start of a line or behind a mark."""
    ends = "|".join(map(re.escape, sorted(words("after a name"))))
    return re.compile(rf"(?<![^\s=\[(/])({_KOREAN_NAME}) ?(?:{ends})(?!\w)")


@cache
def _labels() -> tuple[str, ...]:
    """Return the labels of authors in scripts that write words together; each ends with a colon."""
    return tuple(
        sorted(word for word in words("by") if word[0] >= _FIRST_UNSPACED and word[-1] in ":：" and len(word) > 2)
    )


def _block_at(columns: Columns, place: int) -> int:
    return bisect_right(columns.starts, place) - 1


def thread_starter(page: Page, near: Near, title: str) -> tuple[str, ...]:
    """Return the name of who began a discussion: behind a label near the headline, or above the first post."""
    columns = page.columns
    positions = [i for i in near.positions if i > near.headline and page.removals[i] is None]
    for position in positions:
        if columns.block_length(position) <= LONGEST_LINE and (name := _behind_starter(columns.block_text(position))):
            return (name,)
    place = columns.text.find(title) if title else -1
    first = near.headline if place < 0 else min(near.headline, _block_at(columns, place))
    below = range(first + 1, min(first + 1 + _FIRST_POST, len(columns.kinds)))
    return tuple(islice(_users(page, below), 1))


def _behind_starter(line: str) -> str:
    """Return the name behind a label for the starter of a thread."""
    said = line.casefold()
    for label in words("starter of a thread"):
        at = said.find(label)
        if at >= 0 and (not at or not said[at - 1].isalnum()):
            name = line[at + len(label) :].lstrip(" :：").partition(",")[0].partition("\n")[0].strip()
            if _may_be_user(name):
                return name
    return ""


def _users(page: Page, positions: Iterable[int]) -> Iterator[str]:
    """Yield the texts of elements that are named for a user."""
    for position in positions:
        block = page.blocks[position]
        for run in block.runs:
            element, name = run.element, block.text[run.start : run.end].strip()
            for _ in range(_LEVELS):
                if element < 0:
                    break
                if not words("class of users").isdisjoint(name_words(page.elements[element].names)):
                    if _may_be_user(name):
                        yield name
                    break
                element = page.elements[element].parent


def _may_be_user(name: str) -> bool:
    return 1 < len(name) <= _LONGEST_NAME and name.count(" ") < _MOST_WORDS and name.casefold() not in words("nobody")
