"""What stand-ins say: titles, sentences and labels of errors, logins, bot checks and the like.

Servers and systems say the same everywhere: tables have that. Most sites write their own sentence, of few words, which
has a subject ("this page") and a claim ("is not there"): the thing that is missing, and that it is missing; logging
in, and that readers must.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ..data import topics
from .characters import SENTENCE_ENDS
from .headlines import MARK
from .wording import UNSPACED, normalise, width

FILE = "phrases/stand_ins"
# Longer titles and lines say more than that something is missing.
MAX_TITLE_CHARS, MAX_PARTS = 200, 8
# Sentences are filed under so many first letters of theirs.
FILED_CHARS = 5
SENTENCE = re.compile(f"(?<=[{re.escape(''.join(SENTENCE_ENDS))}])\\s*|\\n")
# The HTTP statuses of errors, those of Cloudflare included; also within "HTTP Status 404" and "Error 404 (Not Found)".
STATUS = re.compile(r"(?<!\d)(?:40[0134568]|41[0259]|42[29]|451|50[0-49]|52[0-7]|530)(?!\d)")
# How much longer a sentence may be than the beginning that it has: longer ones quote it.
MIN_REST, MAX_REST = 30, 0.6
STATUS_WORDS = frozenset({"http", "status", "code", "html"})
# What a directory's index names: its path.
PATH = re.compile(r"[\s:：]*[/\[]")
IIS_INDEX = re.compile(r"[\w.:-]{3,80} - /\S{0,200}")
UP = re.compile(r"^\s*(?:\[to parent directory\]|parent directory\b|\.\./)", re.IGNORECASE | re.MULTILINE)
# The address that an error names.
ADDRESS = re.compile(r"(?<!\S)[\"'“‘«]?(?:https?:/)?/\S*")

# The title of a search's results does not say that there are none.
RESULTS = "empty-search"

Phrases = dict[str, str]


class Words(NamedTuple):
    """The phrases of stand-ins, normalised, with the reason of rejection that each speaks for.

    `lines` has under the first letters of a sentence the beginnings filed there.
    """

    titles: Phrases
    starts: Phrases
    beginnings: tuple[str, ...]
    lines: dict[str, list[tuple[str, str]]]
    contains: Phrases
    labels: frozenset[str]
    vague: frozenset[str]
    words: frozenset[str]
    indexes: tuple[str, ...]


@cache
def words() -> Words:
    """Read the phrases, once a process."""
    titles: Phrases = {}
    starts: Phrases = {}
    contains: Phrases = {}
    lines: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    others: dict[str, frozenset[str]] = {}
    indexes: tuple[str, ...] = ()
    for topic, languages in topics(FILE).items():
        reason, place = topic.split()
        phrases = [phrase for entries in languages.values() for phrase in entries]
        keys = {normalise(phrase): reason for phrase in phrases}
        if reason == "directory-index":
            indexes = tuple(phrase.lower() for phrase in phrases)
        elif place == "titles":
            titles |= {key: keys[key] for key in keys if key not in titles}
        elif place == "starts":
            starts |= {f"{key} ": keys[key] for key in keys}
        elif place == "contains":
            contains |= keys
        elif place == "lines":
            for key in keys:
                lines[key[:FILED_CHARS]].append((key, reason))
        else:
            others[place] = frozenset(keys)
    vague = others["reasons"] | others["words"]
    titles |= dict.fromkeys(vague - titles.keys(), "error-page")
    tables = titles, starts, tuple(starts), dict(lines), contains
    return Words(*tables, others["labels"], vague, others["words"], indexes)


def reason_of_title(title: str) -> str:
    """Return the reason to reject a page, from its title, a heading or a part of one; `""` if there is none.

    >>> reason_of_title("404 - Seite nicht gefunden | Der Anzeiger"), reason_of_title("500 miles on foot")
    ('error-page', '')
    """
    if len(title) <= MAX_TITLE_CHARS and is_index_title(title):
        return "directory-index"
    return next(filter(None, map(reason_of_line, parts_of_title(title))), "")


def parts_of_title(title: str) -> Iterator[str]:
    """Yield a title and its parts. Yield nothing if a part says more than a stand-in does."""
    if not title or len(title) > MAX_TITLE_CHARS:
        return
    yield title
    marks = MARK.split(title, MAX_PARTS)
    if len(marks) > 1:
        yield from marks


def reason_of_line(text: str) -> str:
    """Return the reason to reject a page, from a whole line; like `reason_of_title`, but without the name of a site."""
    key = normalise(text)
    known = words()
    if reason := known.titles.get(key) or _status(key):
        return reason
    if not key.startswith(known.beginnings):
        return ""
    return next(reason for start, reason in known.starts.items() if key.startswith(start))


def _status(key: str) -> str:
    """Return "error-page" for the number of an HTTP status, alone or with what it means."""
    known = words()
    if ("4" not in key and "5" not in key) or not STATUS.search(key):
        return ""
    rest = STATUS.sub(" ", key).split()
    rest = [word for word in rest if word not in STATUS_WORDS and word not in known.words]
    said = " ".join(rest)
    return "error-page" if not rest or known.titles.get(said) == "error-page" else ""


def is_vague(title: str) -> bool:
    """Return True if a title names an error with words that may also mean something else: "Not found", "Error".

    >>> is_vague("Not found | The Gazette"), is_vague("404 Not found"), is_vague("Page not found")
    (True, False, False)
    """
    keys = list(map(normalise, parts_of_title(title)))
    return (
        not words().vague.isdisjoint(keys)
        and not any(map(_status, keys))
        and not any(key in words().titles and key not in words().vague for key in keys)
    )


def is_index_title(title: str) -> bool:
    """Return True for the title of a directory's index: what servers call it, and the path behind it."""
    low, indexes = title.lower().strip(), words().indexes
    if not low.startswith(indexes):
        return " - /" in low and IIS_INDEX.fullmatch(low) is not None
    return any(low.startswith(start) and PATH.match(low, len(start.rstrip("/"))) for start in indexes)


def reason_of_sentence(sentence: str) -> str:
    """Return the reason that a sentence gives by its beginning or by what it contains, or `""`."""
    known, key = words(), normalise(ADDRESS.sub(" ", sentence))
    for start, reason in known.lines.get(key[:FILED_CHARS], ()):
        if key.startswith(start) and len(key) - len(start) <= max(MIN_REST, MAX_REST * len(start)):
            return reason
    if reason := next((reason for part, reason in known.contains.items() if part in key), ""):
        return reason
    reason = known.titles.get(key) or _status(key)
    return "" if reason == RESULTS else reason


def sentences(text: str) -> list[str]:
    """Cut a text into its sentences."""
    return [part for part in SENTENCE.split(text) if part and not part.isspace()]


CLAIMS_FILE = "phrases/stand_in_claims"
# Sentences of articles are longer than this.
MAX_WIDTH, MIN_CHARS = 150, 4
# Words that may end in any way are filed under so many first letters of theirs.
OPEN_CHARS = 3
# Where a phrase may begin: at a word, and anywhere in scripts without spaces.
BEGINNING = re.compile(rf"(?<!\S)\S|{UNSPACED.pattern}")
ANY = "any"


class Claim(NamedTuple):
    """A phrase of a claim: its words, whether its last word may end in any way, and what it is evidence for."""

    words: str
    is_open: bool
    reason: str
    role: str
    language: str

    def stands_at(self, key: str, position: int) -> bool:
        """Return True where the phrase begins at a position of a normalised sentence."""
        if not key.startswith(self.words, position):
            return False
        end = position + len(self.words)
        return self.is_open or end == len(key) or key[end] == " " or UNSPACED.match(self.words[-1]) is not None


@cache
def _shelves() -> dict[str, list[Claim]]:
    """Read the phrases, once a process, filed under their first words or letters (see `_keys`)."""
    shelves: defaultdict[str, list[Claim]] = defaultdict(list)
    for topic, languages in topics(CLAIMS_FILE).items():
        reason, role = topic.split()
        for language, phrases in languages.items():
            for phrase in phrases:
                words, is_open = normalise(phrase), phrase.endswith("*")
                first = words.partition(" ")[0]
                if UNSPACED.match(words):
                    filed = words[:2]
                elif is_open and first == words:
                    filed = f"{first[:OPEN_CHARS]}*"
                else:
                    filed = first
                shelves[filed].append(Claim(words, is_open, reason, role, language))
    return dict(shelves)


def _keys(key: str, start: int) -> Iterator[str]:
    """Yield under what the phrases are filed that may begin at a position of a sentence."""
    if UNSPACED.match(key, start):
        yield key[start : start + 2]
        yield key[start]
        return
    end = key.find(" ", start)
    yield key[start:] if end < 0 else key[start:end]
    for chars in range(1, OPEN_CHARS + 1):
        yield f"{key[start : start + chars]}*"


class Found(NamedTuple):
    """The reasons of rejection that a sentence claims, and whether it names a search."""

    claimed: frozenset[str] = frozenset()
    is_search: bool = False


def claims_of(sentence: str) -> Found:
    """Return the reasons that a sentence gives in words of its own.

    >>> sorted(claims_of("Hoppla, diese Seite haben wir leider nicht gefunden!").claimed)
    ['error-page']
    >>> claims_of("The lamp was not found.").claimed
    frozenset()
    """
    if len(sentence) < MIN_CHARS or len(sentence) > MAX_WIDTH or width(sentence) > MAX_WIDTH:
        return Found()
    key, shelves = normalise(sentence), _shelves()
    said: set[tuple[str, str, str]] = set()
    for match in BEGINNING.finditer(key):
        start = match.start()
        for filed in _keys(key, start):
            said.update([claim[2:] for claim in shelves.get(filed, ()) if claim.stands_at(key, start)])
    subjects = {(reason, language) for reason, role, language in said if role == "subjects"}
    found = {reason for reason, role, _ in said if role == "alone"}
    for reason, role, language in said:
        if role == "claims" and ((reason, language) in subjects or (reason, ANY) in subjects):
            found.add(reason)
    return Found(frozenset(found), any(role == "searches" for _, role, _ in said))
