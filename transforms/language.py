"""The language of the article, by its script, what the page declares and langdetect's profiles."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from langdetect.detector_factory import PROFILES_DIRECTORY

from .compiled.language import LanguageProfiles
from .core.base import PageTransform, transform
from .core.page import Page
from .matching.scripts import (
    BY_NAME,
    MORE_LANGUAGES,
    declared_language,
    is_traditional,
    letters_of,
    main_script,
)
from .matching.wording import width

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
# Whose profile fits a language that has none. The page's declaration decides.
RELATIVES = {
    "ms": ("id",), "jv": ("id",), "su": ("id",), "bs": ("hr",), "sr": ("hr", "mk"), "nn": ("no",), "gl": ("pt", "es"),
    "oc": ("ca", "fr"), "lb": ("de",), "fy": ("nl",), "ceb": ("tl",), "la": ("ro", "it"), "be": ("ru", "uk"),
    "az": ("tr",), "fo": ("no", "da"), "sn": ("sw",), "ps": ("ur", "fa"), "mai": ("hi",), "bho": ("hi",),
}  # fmt: skip
# Pairs whose sentences may be the same: the declared one stands unless the other is all but certain.
TWINS = ({"da", "no"}, {"cs", "sk"}, {"hr", "sl"}, {"es", "pt"}, {"ru", "uk"}, {"bg", "mk"}, {"hi", "mr"}, {"hi", "ne"})
CERTAIN = 0.99
# What pages declare is right so often, where the text cannot say.
TRUST = 0.9
LOCALE_KEYS = ("og:locale", "content-language", "language", "dc.language", "inlanguage")


@cache
def _profiles() -> LanguageProfiles:
    """Read langdetect's profiles: 0.06 s, so once a process."""
    return LanguageProfiles(PROFILES_DIRECTORY, MAX_SAMPLE_CHARS)


def detect(text: str, *, declared: str = "", sample_chars: int = 300, min_width: int = 25) -> tuple[str, float]:
    """Return a language code as langdetect writes it (ISO 639-1, `zh-cn`, `zh-tw`), and its probability, 0 to 1.

    The script decides first: no answer is a language that is written in another. Where several share the script,
    langdetect's profiles decide, with `declared`, the page's own code such as `pt-BR`, as evidence. A language without
    a profile is found where the page declares it and the text does not fit another one. `("und", 0.0)` where there is
    too little text to say.
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
    return _by_profiles(letters, languages, others, code)


def _chinese(text: str, declared: str) -> tuple[str, float]:
    traditional = is_traditional(text)
    if traditional is not None:
        return "zh-tw" if traditional else "zh-cn", CERTAIN
    return (declared, TRUST) if declared in BY_NAME["Han"].languages else ("zh-cn", 0.5)


def _by_profiles(letters: str, languages: tuple[str, ...], others: Iterable[str], declared: str) -> tuple[str, float]:
    scores = {language: (score, share) for language, score, share in _profiles().score(letters)}
    chances = {language: TEMPER * scores[language][0] + math.log(_prior(language, declared)) for language in languages}
    best = max(chances, key=chances.__getitem__)
    probability = 1.0 / sum(math.exp(chance - chances[best]) for chance in chances.values())
    share = scores[best][1]
    if declared in others and (share < FAMILIAR or best in RELATIVES.get(declared, ())):
        return declared, TRUST
    if {best, declared} in TWINS and probability < CERTAIN:
        return declared, round(1.0 - probability, 4)
    if share < STRANGE and len(letters) >= STRANGE_CHARS and best != declared:
        return UNDETERMINED, 0.0
    return best, round(probability, 4)


def _prior(language: str, declared: str) -> float:
    said = 1.0 if language != declared else DECLARED_ENGLISH if language == "en" else DECLARED
    return PRIORS.get(language, RARE) * said


def detect_page_language(page: Page, *, sample_chars: int, min_width: int) -> Page:
    """Return the page with the language of its kept text, of its paragraphs before its code, tables and short lines.

    What has been marked does not count.
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
    """Name the article's language from the first `sample_chars` code points of its kept text.

    On 258 articles in 25 languages the first 300 characters gave the same language as the whole text, at a sixth of
    the time. Below `min_width` letters the language is the declared one, or `und`: shorter samples are guessed wrong
    too often. Runs after the steps that remove text. `trials` is ignored: detection draws no random numbers any more.
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
