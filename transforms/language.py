"""The language of the article, by its script, what the page declares and langdetect's profiles."""

from __future__ import annotations

import math
import re
import warnings
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from langdetect.detector_factory import PROFILES_DIRECTORY

from .compiled.language import LanguageProfiles
from .core.base import PageTransform, transform
from .core.page import Page
from .data import topics
from .matching.wording import width


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
    "Latin": "ace als an ast az ban bar bcl br bs ceb co csb dsb eo eu ext fo frp fur fy ga gd gl gsw ha haw hsb ia ig "
    "ilo io is jv kl ku kw la lad lb li lij lmo mg mi min ms mt mwl nap nds nn oc pam pap pms rm rw sc scn se sm sn sr "
    "st su szl tk tn to ts tt uz vec vls vo wa war wo xh yo zea zu".split(),
    "Cyrillic": "az ba be bs cv ce kk ky mn os rue sr tg tk tt uz".split(),
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

UNDETERMINED = "und"
# More characters than this say nothing new.
MAX_SAMPLE_CHARS = 10_000
# Code and tables are in no language, and so are most lines that are shorter than this.
NO_SENTENCES = frozenset({"code", "table"})
ENOUGH = 40
# N-grams of a text overlap, so each says a fifth of what it would alone. With a fifth, a score of .8 was right on 82 %
# of 5,559 sentences of 20 to 60 characters, one of .7 on 69 %, one of .6 on 62 % (docs/accuracy.md).
TEMPER = 0.2
# Orders of magnitude of how many web pages are in a language: a sentence of ten words may fit several.
COMMON = {"en": 0.3} | dict.fromkeys("de es fr it ja ko nl pl pt ru sv tr zh-cn ar".split(), 0.03)
UNCOMMON = dict.fromkeys("bg cs da el fa fi he hi hu id no ro th uk vi zh-tw".split(), 0.01)
PRIORS = COMMON | UNCOMMON
RARE = 0.003
# Of 2,190 pages that declare a language, 97 % declare theirs; but 6 % of those in others declare English, the default
# of many templates, and nearly none another.
DECLARED, DECLARED_ENGLISH = 100.0, 10.0
# A language has at least so many of a text's trigrams in its profile: others of the sets have .73 and more, those
# without a profile .67 and less, but for close relatives of one that has.
FAMILIAR, STRANGE, STRANGE_CHARS = 0.70, 0.60, 150
# A text in a language without a profile has such a share of its frequent words, and so many different ones.
MIN_SHARE, MIN_WORDS = 0.18, 3
# Letters in a row: linear.
_WORD = re.compile(r"[^\W\d_]+")
# Whose profile fits a language that has none. The page's declaration decides.
RELATIVES = {
    language: tuple(relatives.split())
    for languages, relatives in (
        ("ace ban jv min ms su", "id"), ("bs", "hr"), ("sr", "hr mk"), ("nn", "no"), ("fo", "no da"),
        ("gl mwl", "pt es"), ("an ast ext lad", "es ca"), ("pap", "es pt"), ("oc", "ca fr"), ("frp wa", "fr it"),
        ("co fur la lij lmo nap pms sc scn vec", "it ro"), ("als bar gsw lb", "de"), ("nds", "de nl"),
        ("fy li vls zea", "nl af"), ("bcl ceb ilo pam war", "tl"), ("csb szl", "pl"), ("dsb hsb", "cs pl sl"),
        ("be rue", "ru uk"), ("az", "tr"), ("sn", "sw"), ("ps", "ur fa"), ("bho mai", "hi"),
    )
    for language in languages.split()
}  # fmt: skip
# Pairs whose sentences may be the same: the declared one stands unless the other is all but certain.
TWINS = ({"da", "no"}, {"cs", "sk"}, {"hr", "sl"}, {"es", "pt"}, {"ru", "uk"}, {"bg", "mk"}, {"hi", "mr"}, {"hi", "ne"})
CERTAIN = 0.99
# What pages declare is right so often, where the text cannot say.
TRUST = 0.9
LOCALE_KEYS = ("og:locale", "content-language", "language", "dc.language", "inlanguage")


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


def scripts_of(text: str) -> set[str]:
    """Name the scripts of a text's letters; each character is asked about once."""
    return {script_of(char) for char in set(text)} - {OTHER}


def main_script(text: str) -> str:
    """Name the script that a text is written in; `""` for a text without letters.

    Latin words in a text of another script do not count for much, since names and code have them everywhere.

    >>> main_script("Откройте консоль как root и введите apt update"), main_script("電腦課程調查")
    ('Cyrillic', 'Han')
    """
    scripts = scripts_of(text)
    if len(scripts) < 2:
        return scripts.pop() if scripts else OTHER
    counts: Counter[str] = Counter()
    for char, count in Counter(text).items():
        counts[script_of(char)] += count
    del counts[OTHER]
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
    if scripts_of(text) <= kept:
        return text
    return "".join(char if script_of(char) in kept else " " for char in text)


def declared_language(code: str) -> str:
    """Return what a page declares (`<html lang>`, `og:locale`) as a code that `SCRIPTS` uses; `""` for nothing.

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


@cache
def _profiles(languages: tuple[str, ...]) -> LanguageProfiles:
    """Read langdetect's profiles of the languages of a script: those of Latin take 0.04 s, so once a process."""
    return LanguageProfiles(PROFILES_DIRECTORY, MAX_SAMPLE_CHARS, languages)


def detect(text: str, *, declared: str = "", sample_chars: int = 300, min_width: int = 25) -> tuple[str, float]:
    """Return a language code as langdetect writes it (ISO 639-1, `zh-cn`, `zh-tw`), and its probability, from 0 to 1.

    The script of the text limits the possible languages. If several languages use the script, langdetect's profiles
    decide. `declared`, the code that the page declares, such as `pt-BR`, is additional evidence. A language without a
    profile is detected if the page declares it and the text does not fit another one. The result is `("und", 0.0)` if
    the text is too short.
    """
    sample = text[:sample_chars]
    script = main_script(sample)
    if not script:
        return UNDETERMINED, 0.0
    letters = sample if sample.isascii() else letters_of(sample, script)
    code = declared_language(declared)
    languages = BY_NAME[script].languages
    others = MORE_LANGUAGES.get(script, ())
    if script == "Han":
        return _chinese(sample, code)
    if len(languages) == 1:
        return (code, TRUST) if code in others else (languages[0], CERTAIN)
    if width(letters) < min_width:
        return (code, TRUST) if code in languages or code in others else (UNDETERMINED, 0.0)
    if script == "Latin" and (language := _by_words(letters)):
        return language, TRUST
    return _by_profiles(letters, languages, others, code)


def _chinese(text: str, declared: str) -> tuple[str, float]:
    traditional = is_traditional(text)
    if traditional is not None:
        return "zh-tw" if traditional else "zh-cn", CERTAIN
    return (declared, TRUST) if declared in BY_NAME["Han"].languages else ("zh-cn", 0.5)


@cache
def _words() -> dict[str, list[str]]:
    """Read the frequent words of Latin-written languages that have no profile: by word, its languages."""
    found: dict[str, list[str]] = {}
    for language, words in topics("phrases/languages")["words"].items():
        for word in dict.fromkeys(words):
            found.setdefault(word, []).append(language)
    return found


def _by_words(letters: str) -> str:
    """Return the language without a profile that many words of a text are in; `""` for none.

    >>> _by_words("Lorem ipsum dolor sit amet, consectetur adipiscing elit"), _by_words("They sit on the pier")
    ('la', '')
    """
    said = _WORD.findall(letters.lower())
    held: dict[str, list[str]] = {}
    for word in said:
        for language in _words().get(word, ()):
            held.setdefault(language, []).append(word)
    enough = {
        language: len(words)
        for language, words in held.items()
        if len(words) > MIN_SHARE * len(said) and len(set(words)) >= MIN_WORDS
    }
    # Of two that are even, the one that the data name first.
    languages = [language for language in topics("phrases/languages")["words"] if language in enough]
    return max(languages, key=enough.__getitem__, default="")


def _by_profiles(letters: str, languages: tuple[str, ...], others: Iterable[str], declared: str) -> tuple[str, float]:
    scores = _profiles(languages).score(letters)
    priors = _log_priors(languages, declared if declared in languages else "")
    chances = [TEMPER * score + prior for (_, score, _), prior in zip(scores, priors, strict=True)]
    highest = max(chances)
    best, _, share = scores[chances.index(highest)]
    probability = 1.0 / sum([math.exp(chance - highest) for chance in chances])
    if declared in others and (share < FAMILIAR or best in RELATIVES.get(declared, ())):
        return declared, TRUST
    if {best, declared} in TWINS and probability < CERTAIN:
        return declared, round(1.0 - probability, 4)
    if share < STRANGE and len(letters) >= STRANGE_CHARS and best != declared:
        return UNDETERMINED, 0.0
    return best, round(probability, 4)


@cache
def _log_priors(languages: tuple[str, ...], declared: str) -> list[float]:
    """Return the logarithm of each language's prior. `declared` is one of the languages, or `""`."""
    return [math.log(_prior(language, declared)) for language in languages]


def _prior(language: str, declared: str) -> float:
    said = 1.0 if language != declared else DECLARED_ENGLISH if language == "en" else DECLARED
    return PRIORS.get(language, RARE) * said


def detect_page_language(page: Page, *, sample_chars: int, min_width: int) -> Page:
    """Return the page with the language of its kept text. Paragraphs come before code, tables and short lines.

    Marked blocks do not count.
    """
    prose = (block.text for _, block in page.kept() if block.kind not in NO_SENTENCES and _is_enough(block.text))
    sample = _beginning(prose, sample_chars)
    if len(sample) < sample_chars:
        sample = _beginning((block.text for _, block in page.kept()), sample_chars)
    language, score = detect(sample, declared=_declared(page), sample_chars=sample_chars, min_width=min_width)
    return page.replaced(language=language, language_score=score)


def _declared(page: Page) -> str:
    """Return the code that the page declares in `<html lang>`, or in its meta tags."""
    if page.head.language:
        return page.head.language
    return next((content for key, content in page.head.meta if key in LOCALE_KEYS and content), "")


def _is_enough(text: str) -> bool:
    # The width is never below the length.
    return len(text) >= ENOUGH or width(text) >= ENOUGH


def _beginning(texts: Iterable[str], chars: int) -> str:
    """Join the first texts, up to so many code points."""
    parts: list[str] = []
    size = 0
    for text in texts:
        parts.append(text[:chars])
        size += len(text) + 1
        if size > chars:
            break
    return " ".join(parts)


@transform
@dataclass
class DetectLanguage(PageTransform):
    """Detect the language of the article from the first `sample_chars` code points of its kept text.

    On 258 articles in 25 languages, the first 300 characters gave the same language as the whole text, in a sixth of
    the time. If the text has fewer than `min_width` letters, the language is the declared one, or `und`, because
    detection is often wrong for such short texts. Runs after the steps that remove text. `trials` has no effect any
    more, because detection draws no random numbers.
    """

    sample_chars: int = 300
    min_width: int = 25
    trials: int | None = None

    def __post_init__(self) -> None:
        if self.trials is not None:
            warnings.warn("DetectLanguage ignores trials; leave it out", DeprecationWarning, stacklevel=3)

    def clean(self, page: Page) -> Page:
        """Name the page's language; see `detect`."""
        return detect_page_language(page, sample_chars=self.sample_chars, min_width=self.min_width)
