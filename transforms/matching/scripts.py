"""Scripts of the world's languages: which script a text is written in, and which languages are written in it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from typing import NamedTuple


class Script(NamedTuple):
    """A script: its blocks in Unicode, the languages of langdetect that use it, and what a letter is worth.

    One character of an unspaced script reads like half a word, so it counts for several letters.
    """

    name: str
    ranges: tuple[tuple[int, int], ...]
    languages: tuple[str, ...]
    worth: int = 1


# Languages as langdetect writes them, or ISO 639-1 where langdetect has no profile. Blocks as in Unicode 15.
SCRIPTS = (
    Script("Latin", ((0x41, 0x5A), (0x61, 0x7A), (0xAA, 0x24F), (0x1E00, 0x1EFF), (0xFF21, 0xFF5A)), (
        "af", "ca", "cs", "cy", "da", "de", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "lt", "lv", "nl",
        "no", "pl", "pt", "ro", "sk", "sl", "so", "sq", "sv", "sw", "tl", "tr", "vi",
    )),
    Script("Cyrillic", ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF)), ("bg", "mk", "ru", "uk")),
    Script("Greek", ((0x370, 0x3FF), (0x1F00, 0x1FFF)), ("el",)),
    Script("Arabic", ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)), (
        "ar", "fa", "ur",
    )),
    Script("Hebrew", ((0x590, 0x5FF), (0xFB1D, 0xFB4F)), ("he",)),
    Script("Han", ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)), ("zh-cn", "zh-tw"), 3),
    Script("Kana", ((0x3041, 0x3096), (0x309D, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D)), ("ja",), 3),
    Script("Hangul", ((0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7A3)), ("ko",), 2),
    Script("Thai", ((0xE01, 0xE4F),), ("th",), 2),
    Script("Lao", ((0xE81, 0xEDF),), ("lo",), 2),
    Script("Khmer", ((0x1780, 0x17D3),), ("km",), 2),
    Script("Myanmar", ((0x1000, 0x109F),), ("my",), 2),
    Script("Tibetan", ((0xF40, 0xFBC),), ("bo",), 2),
    Script("Devanagari", ((0x900, 0x963), (0x971, 0x97F)), ("hi", "mr", "ne")),
    Script("Bengali", ((0x980, 0x9FE),), ("bn",)),
    Script("Gurmukhi", ((0xA01, 0xA76),), ("pa",)),
    Script("Gujarati", ((0xA81, 0xAFF),), ("gu",)),
    Script("Oriya", ((0xB01, 0xB77),), ("or",)),
    Script("Tamil", ((0xB82, 0xBFA),), ("ta",)),
    Script("Telugu", ((0xC00, 0xC7F),), ("te",)),
    Script("Kannada", ((0xC80, 0xCF2),), ("kn",)),
    Script("Malayalam", ((0xD00, 0xD7F),), ("ml",)),
    Script("Sinhala", ((0xD81, 0xDF4),), ("si",)),
    Script("Georgian", ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2D)), ("ka",)),
    Script("Armenian", ((0x531, 0x587),), ("hy",)),
    Script("Ethiopic", ((0x1200, 0x139F),), ("am",)),
)  # fmt: skip
BY_NAME = {script.name: script for script in SCRIPTS}
OTHER = ""
# Languages without a profile of langdetect's that are written in a script which others use too, where a page may
# declare one; and codes of which langdetect writes another.
MORE_LANGUAGES = {
    "Latin": "az bs ceb eo eu fo fy ga gd gl ha haw ig is jv ku la lb mg mi ms mt nn oc rm rw sm sn sr st su tk tn to "
    "ts tt uz wo xh yo zu".split(),
    "Cyrillic": "az ba be bs cv ce kk ky mn os sr tg tk tt uz".split(),
    "Arabic": "az ckb dv ks ku ps sd ug uz".split(),
    "Devanagari": "bho kok mai sa".split(),
    "Bengali": ["as"],
    "Hebrew": ["yi"],
    "Ethiopic": ["ti"],
    "Tibetan": ["dz"],
}
ALIASES = {"iw": "he", "ji": "yi", "in": "id", "nb": "no", "fil": "tl", "jw": "jv", "mo": "ro", "sh": "sr"}
# Kana are in every Japanese sentence and in no Chinese one; Korean may have a few Han characters.
MIN_KANA = 0.08
MIN_HANGUL = 0.2
# Code, names and addresses are Latin in texts of every script: Latin must have so many times the letters of another.
LATIN_LEAD = 2.0
# Parts of the code of a language that name its script or a region in which it is written in traditional characters.
TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})

_edges = sorted((first, last + 1, script.name) for script in SCRIPTS for first, last in script.ranges)
_firsts = [first for first, _, _ in _edges]


@lru_cache(maxsize=1 << 14)
def script_of(char: str) -> str:
    """Name the script of a letter; `""` for anything else.

    >>> script_of("ж"), script_of("7")
    ('Cyrillic', '')
    """
    code = ord(char)
    place = bisect_right(_firsts, code) - 1
    if place < 0 or code >= _edges[place][1] or not (char.isalpha() or code > 0x8FF):
        return OTHER
    return _edges[place][2]


def main_script(text: str) -> str:
    """Name the script that a text is written in; `""` for a text without letters.

    Latin words in a text of another script do not count for much, since names and code have them everywhere.

    >>> main_script("Откройте консоль как root и введите apt update"), main_script("電腦課程調查")
    ('Cyrillic', 'Han')
    """
    counts: Counter[str] = Counter()
    for char, count in Counter(text).items():
        counts[script_of(char)] += count
    del counts[OTHER]
    if not counts:
        return OTHER
    east = counts["Han"] + counts["Kana"] + counts["Hangul"]
    if counts["Hangul"] and counts["Hangul"] >= MIN_HANGUL * east:
        counts["Hangul"] = east
        del counts["Han"], counts["Kana"]
    elif counts["Kana"] and counts["Kana"] >= MIN_KANA * east:
        counts["Kana"] = east
        del counts["Han"], counts["Hangul"]
    worth = {name: count * BY_NAME[name].worth for name, count in counts.items() if count}
    first = max(worth, key=worth.__getitem__)
    if first == "Latin" and len(worth) > 1:
        second = max((name for name in worth if name != first), key=worth.__getitem__)
        if worth[first] < LATIN_LEAD * worth[second]:
            return second
    return first


def letters_of(text: str, script: str) -> str:
    """Return the text with the letters of other scripts as spaces; Japanese keeps its Han characters.

    >>> letters_of("Откройте root", "Cyrillic").split()
    ['Откройте']
    """
    kept = {script, OTHER, *({"Han"} if script in ("Kana", "Hangul") else ())}
    return "".join(char if script_of(char) in kept else " " for char in text)


def declared_language(code: str) -> str:
    """Return what a page declares (`<html lang>`, `og:locale`) as a language code of this module; `""` for nothing.

    >>> [declared_language(code) for code in ("pt-BR", "zh-Hant-HK", "nb_NO", "x-default")]
    ['pt', 'zh-tw', 'no', '']
    """
    language, *parts = code.strip().lower().replace("_", "-").split("-")
    if not 2 <= len(language) <= 3 or not language.isascii() or not language.isalpha():
        return ""
    if language in ("zh", "yue"):
        return "zh-tw" if language == "yue" or not TRADITIONAL.isdisjoint(parts) else "zh-cn"
    return ALIASES.get(language, language)


def is_traditional(text: str) -> bool | None:
    """Return whether Chinese text is in traditional characters; None where it has none that only one standard has.

    A character that Big5 encodes and GB 2312 does not is traditional, and the other way round.

    >>> is_traditional("電腦課程"), is_traditional("电脑课程"), is_traditional("一")
    (True, False, None)
    """
    lead = sum(map(_side, text))
    return None if lead == 0 else lead > 0


@lru_cache(maxsize=1 << 14)
def _side(char: str) -> int:
    return _has("big5", char) - _has("gb2312", char) if script_of(char) == "Han" else 0


def _has(encoding: str, char: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
