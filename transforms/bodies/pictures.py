"""The pictures of an article: those that stand among its kept text, with their captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from ..core.markup import SET_KEYS, SOURCE_KEYS, Picture
from ..core.page import Page
from ..core.rows import KIND_NAMES, TAG_NUMBERS
from ..data import phrases
from ..matching.names import GROUP_BITS, groups_of_names
from ..matching.outline import Outline, outline_of
from .attributes import attributes_at, image_at
from .parts import Image, Part
from .structure import Structure

FIGURE, H1 = TAG_NUMBERS["figure"], TAG_NUMBERS["h1"]
ARTICLE_TAGS = frozenset([TAG_NUMBERS["article"], TAG_NUMBERS["main"]])
CAPTION = KIND_NAMES.index("caption")
# Icons, faces and what counts readers are smaller, in pixels.
MIN_PIXELS = 50
# Names of small pictures, and what the addresses of pictures end with that show nothing.
SMALL = frozenset("avatar emoji emoticon gravatar icon logo pixel smilie smiley spinner wp-smiley".split())
NOTHING = re.compile(
    r"(?:^|[-_./])(?:1x1|beacon|blank|clear|grey|lazy|loading|pixel|placeholder|spacer|spinner|trans|transparent)"
    r"(?:[-_.][^/]*)?$|/(?:pixel|beacon|track|collect)[^/]*$|/(?:emojis?|emoticons?|smil(?:ey|ie)s?)/",
    re.IGNORECASE,
)
PIXELS = re.compile(r"\s*(\d{1,6})(?:\.\d*)?(?:px)?\s*", re.IGNORECASE)
STYLE = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*(\d{1,6})(?:\.\d*)?px", re.IGNORECASE)
HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# What boxes are named for that are none of an article's pictures.
OTHER_GROUPS = frozenset(["advert", "byline", "comments", "navigation", "related", "sharing", "sign-up"])
# Reasons of removals that show that a text beside a picture is not its caption.
OTHER_REASONS = frozenset(["advert", "byline", "comments", "link-list", "navigation", "sharing", "sign-up"])
OTHER_BITS = sum(GROUP_BITS[group] for group in OTHER_GROUPS)
# An element is the article's if so much of its text is kept.
MIN_KEPT = 0.5
# So much of the kept text is in the element that contains the article.
MOST = 0.9
MAX_CAPTION_WIDTH, MAX_NOTES_WIDTH = 1_000, 1_500
MAX_ALT_CHARS, MAX_NAME_CHARS, MAX_STEPS = 1_000, 200, 64
# What stands for one picture may have so many addresses.
MAX_CANDIDATES = 50
# An element with more class names is named for everything.
MAX_NAMES = 40


class Pictures:
    """Finds the pictures of one page's article."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._page = structure.page
        self._outline: Outline = outline_of(self._page)
        self._kept = _kept_widths(self._page, self._outline)
        self._root = self._article_root()
        places = self._page.markup.places
        self._elements = {place: element for element, place in enumerate(places)}
        self._captions: dict[int, str] = {}
        self._headlines: dict[int, bool] = {}
        self._other_boxes: dict[int, bool] = {}

    def parts(self) -> Iterator[tuple[int, Part]]:
        """Yield each picture as a part, and the position of the block that it precedes."""
        seen: set[object] = set()
        for picture in map(Picture._make, self._page.markup.pictures):
            element = self._element(picture)
            around, caption = self._surroundings(element)
            if around < 0 or not self._is_in_article(around, picture, caption) or self._is_named_otherwise(picture):
                continue
            source, alt, is_copy = self._source(picture)
            # Copies for other screens, and for browsers without scripts, stand at the same place.
            place = picture.block, element
            if not source or not seen.isdisjoint([source, (*place, alt), *[place] * is_copy]):
                continue
            seen |= {source, (*place, alt) if alt else source, place}
            holders = self._structure.holders(element, -picture.place)
            yield picture.block, Part("image", holders=holders, image=Image(source, alt, caption))

    def _element(self, picture: Picture) -> int:
        """Return the innermost element around a picture that has text."""
        return next((self._elements[at] for at in reversed(picture.around) if at in self._elements), picture.element)

    def _surroundings(self, element: int) -> tuple[int, str]:
        """Return the innermost element around a picture with kept text, -1 for none, and the picture's caption.

        What has no kept text on the way there may be the caption, or what goes with a picture: the headline, and notes
        beside a picture with a caption.
        """
        outline, caption = self._outline, ""
        for _ in range(MAX_STEPS):
            if element < 0 or self._kept[element]:
                return element, caption
            if outline.groups[element] & OTHER_BITS:
                break
            said = self._caption_in(element)
            caption = said or caption
            is_small = outline.size[element] <= MAX_NOTES_WIDTH
            if not said and not (
                is_small and not self._is_linked(element) and (caption or self._has_headline(element))
            ):
                break
            element = self._page.columns.parents[element]
        return -1, ""

    def _is_linked(self, element: int) -> bool:
        return self._outline.links[element] * 2 > self._outline.size[element]

    def _has_headline(self, element: int) -> bool:
        known = self._headlines.get(element)
        if known is None:
            tags = self._page.columns.tags
            positions = self._outline.blocks_in(element)
            known = self._headlines[element] = any(tags[position] == H1 for position in positions)
        return known

    def _caption_in(self, element: int) -> str:
        """Return the text of an element that contains nothing but captions; `""` if it contains anything else."""
        known = self._captions.get(element)
        if known is None:
            known = self._captions[element] = self._read_caption(element)
        return known

    def _read_caption(self, element: int) -> str:
        columns, outline = self._page.columns, self._outline
        if outline.size[element] > MAX_CAPTION_WIDTH:
            return ""
        is_figure = columns.element_tags[element] == FIGURE or outline.has_group(element, "caption")
        positions = outline.blocks_in(element)
        marks = (self._page.removals[position] for position in positions)
        if any(mark is not None and mark.reason in OTHER_REASONS for mark in marks):
            return ""
        said = [at for at in positions if columns.kinds[at] == CAPTION or self._is_named(columns.elements[at])]
        if not (said or is_figure) or (len(said) < len(positions) and not is_figure):
            return ""
        texts = [columns.block_text(at) for at in said or positions]
        return _without_buttons(" ".join(" ".join(texts).split()))

    def _is_named(self, element: int) -> bool:
        """Return whether an element, or one just around it, is named a caption."""
        parents = self._page.columns.parents
        for _ in range(3):
            if element < 0:
                return False
            if self._outline.has_group(element, "caption"):
                return True
            element = parents[element]
        return False

    def _article_root(self) -> int:
        """Return the innermost element of several blocks that has nearly all kept text; -1 if there is none."""
        columns, outline, kept = self._page.columns, self._outline, self._kept
        most = MOST * max(kept, default=0)
        root = -1
        for element, width in enumerate(kept):
            is_inside = root < 0 or columns.parents[element] == root
            if width >= most and is_inside and outline.first[element] < outline.last[element]:
                root = element
        return root

    def _is_in_article(self, element: int, picture: Picture, caption: str) -> bool:
        """Return whether a picture inside this element, which has kept text, is among the article's text."""
        columns = self._page.columns
        if columns.hidden[element] or not (
            self._is_mostly_kept(element) or self._is_beside_kept(element, picture.block)
        ):
            return False
        outer = element
        while outer > self._root:
            outer = columns.parents[outer]
        if outer == self._root:
            return bool(caption) or self._is_between_kept(element, picture.block)
        # Around the text itself: a picture above it.
        return bool(caption) or columns.element_tags[element] in ARTICLE_TAGS

    def _is_between_kept(self, element: int, position: int) -> bool:
        """Return whether a picture is between kept blocks, or right beside the first or last, in the same box."""
        positions = self._page.kept_positions()
        if positions[0] < position <= positions[-1]:
            return True
        if position > positions[-1] + 1:
            return False  # behind what was removed below the article
        columns, outline = self._page.columns, self._outline
        nearest = positions[0] if position <= positions[0] else positions[-1]
        box = columns.elements[nearest]
        while box > 0 and self._kept[box] == outline.block_width[nearest]:
            box = columns.parents[box]
        while element > box:
            element = columns.parents[element]
        return element == box and (box > 0 or self._root < 0)

    def _is_mostly_kept(self, element: int) -> bool:
        return self._kept[element] >= MIN_KEPT * self._outline.size[element]

    def _is_beside_kept(self, element: int, position: int) -> bool:
        """Return whether the blocks before and after a picture are kept, as far as they are in the same element."""
        beside = [at for at in (position - 1, position) if at in self._outline.blocks_in(element)]
        return bool(beside) and all(self._page.removals[at] is None for at in beside)

    def _is_named_otherwise(self, picture: Picture) -> bool:
        """Return whether boxes that hold nothing but a picture are named for something else: an advert, a share bar."""
        return any(map(self._names_another, picture.around))

    def _names_another(self, place: int) -> bool:
        known = self._other_boxes.get(place)
        if known is None:
            attributes = attributes_at(self._page.markup.text, place)
            names = (attributes.get("id", ""), *attributes.get("class", "").split()[:MAX_NAMES])
            groups = groups_of_names(tuple(filter(None, names)))
            known = self._other_boxes[place] = not OTHER_GROUPS.isdisjoint(groups)
        return known

    def _source(self, picture: Picture) -> tuple[str, str, bool]:
        """Return the address of a picture, `""` if it is not for readers; its alternative; and whether it is a copy."""
        markup = self._page.markup.text
        attributes = attributes_at(markup, picture.place)
        is_copy = not attributes
        attributes = attributes or image_at(markup, picture.place)
        if not attributes or is_small(attributes):
            return "", "", False
        alt = " ".join(attributes.get("alt", "").split())[:MAX_ALT_CHARS]
        for address in _addresses(attributes):
            source = self._structure.links.source(address)
            if source and not NOTHING.search(source.split("?", 1)[0][-MAX_NAME_CHARS:]):
                return source, alt, is_copy
        return "", "", False


def _without_buttons(caption: str) -> str:
    """Return a caption without the labels of buttons that show and hide it."""
    return " ".join(_buttons().sub(" ", caption).split())


@cache
def _buttons() -> re.Pattern[str]:
    """Compile the labels of such buttons. Phrases between word ends: linear."""
    known = "|".join(map(re.escape, phrases("phrases/stray_fragments", "captions")))
    return re.compile(rf"(?<!\w)(?:{known})(?!\w)(?: [+–-](?!\S))?", re.IGNORECASE)


def _kept_widths(page: Page, outline: Outline) -> list[int]:
    """Return the width of the kept text inside each element."""
    columns = page.columns
    kept = [0] * len(columns.parents)
    for position in page.kept_positions():
        kept[columns.elements[position]] += outline.block_width[position]
    parents = columns.parents
    for element in range(len(kept) - 1, 0, -1):
        if kept[element] and parents[element] >= 0:
            kept[parents[element]] += kept[element]
    return kept


def is_small(attributes: Mapping[str, str]) -> bool:
    """Return whether a picture is hidden, or too small to be one: an icon, a face, a counter of readers."""
    style = attributes.get("style", "")
    if HIDING.search(style) or any(int(size) < MIN_PIXELS for size in STYLE.findall(style)):
        return True
    for key in ("width", "height"):
        size = PIXELS.fullmatch(attributes.get(key, ""))
        if size and int(size[1]) < MIN_PIXELS:
            return True
    return not SMALL.isdisjoint(attributes.get("class", "").lower().split())


def _addresses(attributes: Mapping[str, str]) -> Iterator[str]:
    """Yield the addresses of a picture, the best first."""
    for key in SOURCE_KEYS:
        if said := attributes.get(key, "").strip():
            yield said
    for key in SET_KEYS:
        if said := attributes.get(key, ""):
            yield _largest(said)


def _largest(source_set: str) -> str:
    """Return the address of the largest picture of a set.

    >>> _largest("a.png 320w, b.png 1024w")
    'b.png'
    """
    candidates = [words for part in source_set.split(", ")[:MAX_CANDIDATES] if (words := part.split())]
    sizes = [(_size(words[1]) if len(words) > 1 else 1.0, -number) for number, words in enumerate(candidates)]
    return candidates[-max(sizes)[1]][0].rstrip(",") if sizes else ""


def _size(said: str) -> float:
    number = said.rstrip("wxh,")
    return float(number) if number.replace(".", "", 1).isdecimal() else 0.0
