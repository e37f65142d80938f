"""Words, numbers and other people's text as messages, terminals and pages show them. Imports no Beam: help is quick."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any
from unicodedata import category
from urllib.parse import urlsplit

# Python's errors begin with a number.
ERRNO = re.compile(r"^\[Errno -?\d+\] ")
NO_FILESYSTEM = "Unable to get filesystem"
# What opens the paths of a scheme: a module, and the extra of Beam that brings it.
OPENERS = {
    "s3": ("boto3", "aws"),
    "gs": ("google.cloud.storage", "gcp"),
    "azfs": ("azure.storage.blob", "azure"),
    "hdfs": ("hdfs", "hadoop"),
}
TABLE_NAME = re.compile(r"\.(?:parquet|pq|arrow|feather|ipc)\Z", re.IGNORECASE)
# The similarity from which on a word counts as a misspelling of another.
NEAR = 0.7

# Code points after which a text is cut, and after which a line is.
SHOWN_CHARS = 400
LINE_CHARS = 2000
# Invisible, and needed by words of many scripts: soft hyphen, joiners, and marks of direction that end with the word.
# Marks that change the direction of everything after them are not among them.
HARMLESS = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff")
REPLACEMENT = "\ufffd"
# In a page: controls but tab and line feed; embeddings, overrides and isolates, which reorder the text after them; the
# two separators, which end lines in scripts; lone surrogates, which have no bytes. One class of characters: linear.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]")
# Unicode has pictures of the first 32 controls, in their order, and of the delete character.
PICTURES, DELETE_PICTURE = 0x2400, "\u2421"


def meant(word: str, known: Iterable[str], most: int = 1) -> str:
    """Return the nearest of the known words, at most `most`, as a question and a blank; "" where none is near.

    >>> meant("treshold", ["threshold", "captions"])
    "did you mean 'threshold'? "
    >>> meant("detect_page", ["KeepMainContent", "DetectPageKind", "DetectLanguage"], 2)
    "did you mean 'DetectPageKind' or 'DetectLanguage'? "
    """
    from difflib import get_close_matches

    plain = {_plain(each): each for each in known}
    near = [repr(plain[each]) for each in get_close_matches(_plain(word), plain, n=most, cutoff=NEAR)]
    listed = " or ".join(filter(None, [", ".join(near[:-1]), *near[-1:]]))
    return f"did you mean {listed}? " if near else ""


def _plain(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")


def reason(error: Exception, path: str = "") -> str:
    """Return why a file or a folder cannot be used, without what Python and Beam wrap around it.

    If what opens such a path is not installed, Beam's own errors do not say so, or do not say what to install.
    """
    module, extra = OPENERS.get(path.partition("://")[0], ("", ""))
    if module and not is_installed(module):
        return f"{module} is not installed; install apache-beam[{extra}]"
    while details := getattr(error, "exception_details", None):  # a BeamIOError
        (error, *_) = details.values()
    text = ERRNO.sub("", str(getattr(error, "strerror", None) or error))
    if NO_FILESYSTEM in text:
        return "no filesystem can open it; for gs://, s3:// or abfs:// install apache-beam[gcp], [aws] or [azure]"
    return text


def is_installed(module: str) -> bool:
    """Return whether a module can be imported, without importing it."""
    try:
        return find_spec(module) is not None
    except ImportError:  # of the packages around it
        return False


def offset_unit(path: str) -> str:
    """Return the unit of the offsets in a file, by the name of the file: rows of a table, or bytes.

    >>> offset_unit("crawl.parquet"), offset_unit("crawl.jsonl")
    ('row', 'byte')
    """
    return "row" if TABLE_NAME.search(path) else "byte"


def counted(count: int, noun: str) -> str:
    """Return a number and its noun.

    >>> counted(1, "capture"), counted(1200, "capture")
    ('1 capture', '1,200 captures')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def number(count: int) -> str:
    """Return a count with its thousands separated."""
    return f"{count:,}"


def percent(share: float) -> str:
    """Return a share, 0 to 1, without a decimal unless it is small.

    >>> percent(0.374), percent(0.004), percent(0.0)
    ('37 %', '0.4 %', '0 %')
    """
    return f"{share * 100:.1f} %" if 0 < share < 0.0095 else f"{share * 100:.0f} %"


def compact(count: int) -> tuple[str, str]:
    """Return a large count in few digits, and its unit.

    >>> compact(5_592_180), compact(12_345), compact(865)
    (('5.6', 'M'), ('12', 'k'), ('865', ''))
    """
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if count >= size:
            value = count / (1000 if unit == "k" else size)
            return (f"{value:.1f}" if value < 10 else f"{value:.0f}"), unit
    return f"{count:,}", ""


def duration(seconds: float) -> str:
    """Return how long something took, with its unit.

    >>> duration(0.42), duration(34.4), duration(754.0), duration(9000.0)
    ('0.42 s', '34.4 s', '12:34 min', '2:30 h')
    """
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min" if minutes < 100 else f"{minutes // 60}:{minutes % 60:02d} h"


def clock(seconds: float) -> str:
    """Return seconds as a clock shows them.

    >>> clock(201), clock(4805)
    ('3:21', '1:20:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def printable(text: str) -> str:
    """Return a text for a terminal: cut to a maximum length, and without characters that control a terminal or reorder
    text.
    """
    return harmless(text[:SHOWN_CHARS]) + ("…" if len(text) > SHOWN_CHARS else "")


def harmless(text: str) -> str:
    """Return the whole text without these characters."""
    return "".join(map(_shown, text))


def one_line(text: str, chars: int = LINE_CHARS) -> str:
    """Return a text as `printable` does, on one line, so that none of it looks like a line of the program."""
    return harmless(" ".join(text[:chars].split())) + ("…" if len(text) > chars else "")


def whole_line(text: str) -> str:
    """Return the whole text on one line, as `one_line` does."""
    return one_line(text, max(len(text), 1))


def escaped(line: str) -> str:
    """Return a line of JSON with escapes for characters that control a terminal: the same value, safe to print."""
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in line)


def json_line(record: Mapping[str, Any]) -> str:
    """Return a record as a line of JSON that is safe to print. Lone surrogates become `?`."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return escaped(line.encode("utf-8", "replace").decode())


def _shown(char: str) -> str:
    if char.isprintable() or char in "\n\t" or char in HARMLESS:
        return char
    return " " if category(char) == "Zs" else REPLACEMENT


def visible(text: str) -> str:
    r"""Return a text for a page of ours: controls, overrides of direction and lone surrogates become visible signs.

    The template and the browser escape markup; this handles what escaping leaves as it is.

    >>> visible("low\x1b[31mtide")
    'low␛[31mtide'
    """
    return UNSEEN.sub(_sign, text.replace("\r\n", "\n"))


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(PICTURES + code)
    return DELETE_PICTURE if code == 0x7F else f"‹U+{code:04X}›"


def is_web_address(url: str) -> bool:
    """Return True if an address may be a link: it has http or https, and no invisible characters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable() and " " not in url
