"""Sign-offs below an article: send us tips, it first stood in print, a company on itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .core.base import PageTransform, transform
from .core.page import Block, Page, Reason, Removal
from .data import phrases
from .matching.boilerplate import small_parts
from .matching.byline_words import byline_phrases
from .matching.closing_lines import closing_line, is_end_mark, release_ending
from .matching.disclaimer_words import SENTENCE_BREAK, statement_of
from .matching.phrases import Found, phrases_in, phrases_of
from .matching.prose import before_step, kept_positions, kept_prose, own_container
from .matching.wording import normalise

# Each part is one class or a fixed sign, and neighbours share no character at their border: it cannot backtrack.
EMAIL = re.compile(r"[\w+-]@[\w-]{1,63}\.\w")
# Seven digits and more with at most three signs between two of them, so that prices are none; two years are none.
PHONE = re.compile(r"(?<!\d)(?!(?:19|20)\d\d\D{1,3}(?:19|20)\d\d)\+?\d(?:[ ().–/-]{0,3}\d){6,14}(?!\d)")
HANDLE = re.compile(r"(?<!\w)@\w{3}")
# A call to get in touch that is quoted belongs to a story.
QUOTATION = re.compile('["“”„«»「『]')
# The name of a paper between quotation marks: no sign that a sentence has. One class, so it cannot backtrack.
QUOTED_NAME = re.compile('["“„«「『][^"“”„«»「」『』,.!?]{1,30}["”“»」』]')
UNREAD_KINDS = frozenset({"heading", "code", "table", "quote"})
# So many blocks, from the page's end, are looked at.
MAX_LOOKED_AT = 30
MIN_PIECES = 2
MIN_SIGNATURES = 2
# Shorter names of platforms are parts of other words.
MIN_INFLECTED = 5
# The share of sentences with phrases of a notice above which a paragraph is passed over, and that with phrases of a
# sign-off which a sign-off has.
MIN_NOTICE_SHARE = MIN_OWN_SENTENCES = 0.5
ENOUGH, MORE = 0.75, 0.9


def mark_sign_offs(page: Page) -> Page:
    """Mark blocks below the article's last paragraph that are not the article.

    The publisher's own words go on two pieces of evidence: a phrase (`data/phrases/sign_offs*.json`, 29 languages) and
    a second phrase, an address, a telephone number, a handle, a platform's name, a link, or a container of its own; the
    labels of a documentation's feedback on one. So do the ending of a press release (see `release_ending`), lines that
    name the people behind the article (see `closing_line`), and signatures of a thread.
    Disclaimers and lines without prose are passed over; the first paragraph of another kind is the article's
    last, and ends the search. Quotations stay, as do paragraphs that mostly say other things, appeals to witnesses,
    the writer's own address, and pages without other prose.
    """
    seen = before_step(page, "sign_offs")
    prose = kept_prose(seen)
    if not prose:
        return page
    whole = _parts(seen) | {
        i: _removal("other", f"ends a press release: {what}", MORE, "release")
        for i, what in release_ending(seen).items()
    }
    page, seen = page.mark(whole), seen.mark(whole)
    found = phrases_of(page, "other")
    marks = {}
    for position in reversed(kept_positions(seen)[-MAX_LOOKED_AT:]):
        removal = _sign_off(seen, position, found.get(position, ()), prose)
        if removal is not None:
            marks[position] = removal
        elif position in prose and not _is_notice(page.blocks[position].text):
            return page.mark(_copies_above(seen, marks) | marks)
    return page  # nothing but sign-offs and notices: the page is about them


def _copies_above(page: Page, marks: dict[int, Removal]) -> dict[int, Removal]:
    """Mark what stands above the article, too, in the same words as a sign-off below it."""
    text = page.columns.block_text
    below = {text(position): removal for position, removal in marks.items()}
    above = [i for i in kept_positions(page)[:MAX_LOOKED_AT] if below and i < min(marks) and text(i) in below]
    return {
        i: below[text(i)]._replace(evidence=f"stands below the article, too: {below[text(i)].evidence}") for i in above
    }


def _removal(reason: Reason, evidence: str, score: float, rule: str = "") -> Removal:
    return Removal(reason, f"sign_offs.{rule}" if rule else "sign_offs", evidence, score)


def _parts(page: Page) -> dict[int, Removal]:
    """Mark parts by their names in the markup: a documentation's feedback, and signatures of a thread, two or more."""
    found = small_parts(page, "feedback")
    signatures = small_parts(page, "signatures")
    if sum(i - 1 not in signatures for i in signatures) >= MIN_SIGNATURES:
        found |= signatures
    return {i: _removal("other", f'in a container named "{name}"', MORE, "markup") for i, name in found.items()}


def _sign_off(page: Page, position: int, found: Found, prose: list[int]) -> Removal | None:
    if any(phrase.strength == "strong" and phrase.place == "whole" for phrase in found):
        return _removal("other", f'"{page.blocks[position].text}" is a label', MORE)
    evidence = _evidence(page, position, found, prose)
    if len(evidence) >= MIN_PIECES:
        score = ENOUGH if len(evidence) == MIN_PIECES else MORE
        return _removal("sign-up" if _asks_to_follow(found) else "other", "; ".join(evidence), score)
    if position > prose[-1] and is_end_mark(page.blocks[position].text.strip()):
        return _removal("other", "a mark of the article's end", ENOUGH, "end")
    line = closing_line(page.blocks[position], page.metadata.authors, is_text=page.is_text)
    return _removal("byline", line, ENOUGH, "people") if line else None


def _evidence(page: Page, position: int, found: Found, prose: list[int]) -> list[str]:
    """List the evidence for a sign-off, in words: none without a phrase."""
    block = page.blocks[position]
    if not found or block.kind in UNREAD_KINDS or _quotes(block.text) or not _is_all_sign_off(block):
        return []
    said = {phrase.words.rstrip("*"): phrase.language for phrase in found}
    whole = [words for words in said if not any(words in other and words != other for other in said)]
    pieces = sorted(f"a phrase of sign-offs ({said[words]}): {words}" for words in whole)
    contact = _contact(block.text) or ("holds a link" if block.links else "")
    if contact:
        pieces.append(contact)
    container = own_container(page, position, prose)
    if container:
        pieces.append(f"alone in {container}")
    return pieces


def _quotes(text: str) -> bool:
    """Return True where somebody is quoted; the name of a paper may stand between quotation marks."""
    return QUOTATION.search(QUOTED_NAME.sub("", text)) is not None


def _is_all_sign_off(block: Block) -> bool:
    """Return False for a paragraph most of whose sentences hold no phrase and no contact."""
    sentences = [part for part in SENTENCE_BREAK.split(block.text) if part.strip()]
    own = sum(
        any(phrase.reason == "other" for phrase in phrases_in(part)) or _contact(part) != "" for part in sentences
    )
    return own >= MIN_OWN_SENTENCES * len(sentences)


def _contact(text: str) -> str:
    """Return the evidence for a way to get in touch in a text, or `""`."""
    if EMAIL.search(text):
        return "gives an address"
    if PHONE.search(text):
        return "gives a telephone number"
    if HANDLE.search(text):
        return "gives a handle"
    return "names a platform" if _names_platform(normalise(text)) else ""


def _names_platform(said: str) -> bool:
    """Return True where a platform is named. Many languages add endings to the name, or put no space before it."""
    platforms = _platforms()
    if not platforms.isdisjoint(said.split()):
        return True
    return any(name in said for name in platforms if len(name) >= MIN_INFLECTED or not name.isascii())


@cache
def _platforms() -> frozenset[str]:
    return frozenset(map(normalise, byline_phrases("platforms")))


def _asks_to_follow(found: Found) -> bool:
    return any(phrase.words in _follow_phrases() for phrase in found)


@cache
def _follow_phrases() -> frozenset[str]:
    """Return the phrases that make a sign-off a prompt to sign up, as `phrases` compares them."""
    return frozenset(map(normalise, phrases("phrases/sign_offs_follow", "weak contains")))


def _is_notice(text: str) -> bool:
    """Return True for a text more like a disclaimer than like an article; another step decides whether it is one."""
    statement = statement_of(text)
    return statement is not None and not statement.narrated and statement.share >= MIN_NOTICE_SHARE


@transform
@dataclass
class RemoveSignOffs(PageTransform):
    """Take out the publisher's own words below an article. Stands before `RemoveRepeatedDisclaimers`, which then sees
    the article's end.
    """

    def clean(self, page: Page) -> Page:
        """Mark the sign-offs of a page; see `mark_sign_offs`."""
        return mark_sign_offs(page)
