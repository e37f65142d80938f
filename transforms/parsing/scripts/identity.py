"""Whether a string or a text is about this page: by the words of what the page says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from ...core.page import Head
from ...matching.wording import UNSPACED, normalise

# Parts of a title are the site's name and section; an article's own heading is most of it.
MIN_LIKENESS = 0.55
MIN_TITLE_WORDS = 2
MAX_TITLE_CHARS = 400
TITLE_KEYS = frozenset({"og:title", "twitter:title", "headline", "title"})
ABOUT_KEYS = frozenset({"og:description", "twitter:description", "description"})


def words_of(text: str) -> frozenset[str]:
    """The words of a text; of scripts without spaces, every two characters that follow each other."""
    words: set[str] = set()
    for word in normalise(text).split():
        if UNSPACED.search(word):
            words.update(map("".join, pairwise(word)))
        else:
            words.add(word)
    return frozenset(words)


class Identity:
    """What a page's head says of it: its titles and descriptions, as sets of words."""

    def __init__(self, head: Head) -> None:
        titles = [head.title, *(value for key, value in head.meta if key in TITLE_KEYS)]
        self._titles = _word_sets(titles)
        self._longest = max(map(len, titles), default=0) / MIN_LIKENESS
        self._shortest = min(map(len, filter(None, titles)), default=0) * MIN_LIKENESS * MIN_LIKENESS
        about = _word_sets(value for key, value in head.meta if key in ABOUT_KEYS)
        self._told = {*self._titles, *about}

    def is_title(self, text: str) -> bool:
        """Whether a short string is a title of this page, or nearly."""
        if not self._shortest <= len(text) <= min(self._longest, MAX_TITLE_CHARS):
            return False
        words = words_of(text)
        if len(words) < MIN_TITLE_WORDS:
            return False
        return any(len(words & title) >= MIN_LIKENESS * max(len(words), len(title)) for title in self._titles)

    def share_in(self, text: str) -> float:
        """The largest share of the words of a title or a description that a text has."""
        if not self._told:
            return 0.0
        words = words_of(text)
        return max(len(words & told) / len(told) for told in self._told)


def _word_sets(texts: Iterable[str]) -> set[frozenset[str]]:
    sets = (words_of(text[:MAX_TITLE_CHARS]) for text in texts)
    return {words for words in sets if len(words) >= MIN_TITLE_WORDS}
