"""Sign-offs below an article: calls for tips, editors, first publication in print, and the ending of a press
release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS, Columns
from .core.page import Block, Page, Reason, Removal
from .data import phrases
from .matching.boilerplate import small_parts
from .matching.disclaimer_words import SENTENCE_BREAK, statement_of
from .matching.headlines import byline_phrases, count_words, is_cased
from .matching.outline import before_step, kept_positions, kept_prose, outline_of, own_container
from .matching.phrases import Found, phrases_in, phrases_of
from .matching.wording import SENTENCE_END, UNSPACED, blocks_opening_with, normalise, width

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
# A prompt to sign up in one or two sentences.
MAX_PROMPT_WIDTH = 300
# "Responsible editor: Ann Roe", and a place, a reporter and an address.
MAX_LINE_WIDTH = 160
MAX_NAMES_WIDTH = 60
# An author's life in a few sentences, and what begins an address or a handle in it.
MAX_LIFE_WIDTH = 400
CONTACT_SIGN = re.compile(r"@\w{3}")
# The whole of an address at the end of a line. Classes parted by signs that they do not share: it cannot backtrack.
ADDRESS = re.compile(r"[(（<\[]?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}[)）>\]]?$")
HANDLE_ALONE = re.compile(r"@\w{3,30}")
BRACKETS = "()（）[]【】 "
# What parts the people on a line: a sign that is in no name.
PARTS = re.compile(r"[,，;；/|·•、]|[】)）]\s*[【(（]|\s(?=[^\s:：]{2,6}[:：])")
# "HF066", "HN003": what a newsroom calls its staff. A single class each, so it cannot backtrack.
STAFF_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,3}\d{2,6}$")
COLON = re.compile("[:：]")

UNREAD_NUMBERS = frozenset(KIND_NUMBERS[kind] for kind in ("code", "table", "quote"))
# A label, with the company's name if it has one.
MAX_LABEL_WIDTH, MAX_NAME_WORDS = 80, 8
# So many paragraphs a company has on itself, and so many lines a contact; longer lines are sentences.
MAX_PARAGRAPHS, MAX_LINES, MAX_CONTACT_WIDTH = 3, 8, 140
# So many different signs make an ending.
MIN_SIGNS = 2
# Paragraphs that stand above it at least.
MIN_ABOVE = 2
# "###", "# # #" and "-30-". Anchored; single classes with at most one space between.
SIGNS_ONLY = re.compile(r"#(?: ?#){2,4}|[-–—] ?30 ?[-–—]")
# What is around the word for an end, in place of a full stop.
FRAME = "-–—#*()[]（）【】<>＜＞ "
MARK, ABOUT, CONTACT, SOURCE = "a mark of its end", "the company on itself", "a contact for the press", "its source"


def mark_sign_offs(page: Page) -> Page:
    """Mark blocks below the article's last paragraph that do not belong to the article.

    boiloff removes a text of the publisher if it has two pieces of evidence. The first is a phrase
    (`data/phrases/sign_offs*.json`, 29 languages). The second is another phrase, an address, a telephone number, a
    handle, the name of a platform, a link, or a container of its own. For feedback labels of documentation, one piece
    is enough. boiloff also removes the ending of a press release (see `_release_ending`), lines about the people behind
    the article (see `_closing_line`), and signatures in a thread.

    A prompt to sign up goes if it is the last paragraph: there, a phrase that says what it is needs no other evidence.

    The search starts at the end of the page, skips disclaimers and lines without prose, and stops at the first other
    paragraph, which is the last one of the article. boiloff keeps quotations, paragraphs that are mostly about
    something else, appeals to witnesses, the address of the author, and pages without other prose.
    """
    seen = before_step(page, "sign_offs")
    prose = kept_prose(seen)
    if not prose:
        return page
    whole = _parts(seen) | {
        i: _removal("other", f"ends a press release: {what}", MORE, "release")
        for i, what in _release_ending(seen).items()
    }
    page, seen = page.mark(whole), seen.mark(whole)
    found, prompts = phrases_of(page, "other"), phrases_of(page, "sign-up")
    marks = {}
    for position in reversed(kept_positions(seen)[-MAX_LOOKED_AT:]):
        removal = _sign_off(seen, position, found.get(position, ()), prose)
        removal = removal or _prompt(seen, position, prompts.get(position, ()))
        if removal is not None:
            marks[position] = removal
        elif position in prose and not _is_notice(page.blocks[position].text):
            return page.mark(_copies_above(seen, marks) | marks)
    return page  # nothing but sign-offs and notices: the page is about them


def _copies_above(page: Page, marks: dict[int, Removal]) -> dict[int, Removal]:
    """Mark what is above the article, too, in the same words as a sign-off below it."""
    text = page.columns.block_text
    below = {text(position): removal for position, removal in marks.items()}
    above = [i for i in kept_positions(page)[:MAX_LOOKED_AT] if below and i < min(marks) and text(i) in below]
    return {i: below[text(i)]._replace(evidence=f"is also below the article: {below[text(i)].evidence}") for i in above}


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
    if position > prose[-1] and _ends_text(page.blocks[position].text):
        return _removal("other", "a mark of the article's end", ENOUGH, "end")
    line = _closing_line(page.blocks[position], page.metadata.authors, is_text=page.is_text)
    return _removal("byline", line, ENOUGH, "people") if line else None


def _prompt(page: Page, position: int, found: Found) -> Removal | None:
    """Return the removal of a prompt to sign up that closes the article.

    There a strong phrase is enough. A weak one must open the block, and counts with another one.
    """
    is_strong = any(phrase.strength == "strong" for phrase in found)
    if not is_strong and not (len(found) >= MIN_PIECES and any(phrase.place == "starts" for phrase in found)):
        return None
    block = page.blocks[position]
    if block.kind in UNREAD_KINDS or width(block.text) > MAX_PROMPT_WIDTH or _quotes(block.text):
        return None
    sentences = [part for part in SENTENCE_BREAK.split(block.text) if part.strip()]
    own = sum(any(phrase.reason == "sign-up" for phrase in phrases_in(part)) for part in sentences)
    if own < MIN_OWN_SENTENCES * len(sentences):
        return None
    said = max(found, key=lambda phrase: (phrase.strength == "strong", len(phrase.words)))
    evidence = f"a phrase of prompts below the article ({said.language}): {said.words}"
    return _removal("sign-up", evidence, ENOUGH, "prompt")


def _evidence(page: Page, position: int, found: Found, prose: list[int]) -> list[str]:
    """List the evidence for a sign-off, in words: none without a phrase."""
    block = page.blocks[position]
    if not found or block.kind in UNREAD_KINDS or _quotes(block.text) or not _is_all_sign_off(block):
        return []
    said = {phrase.words.rstrip("*"): phrase.language for phrase in found}
    whole = [words for words in said if not any(words in other and words != other for other in said)]
    pieces = sorted(f"a phrase of sign-offs ({said[words]}): {words}" for words in whole)
    contact = _contact(block.text) or ("contains a link" if block.links else "")
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


def _closing_line(block: Block, authors: tuple[str, ...], *, is_text: bool) -> str:
    """Return the evidence for a block below the article about the people behind it, or `""`.

    Lines go that hold nothing but labels of editors and translators with names, a reporter's name with an address, or
    a handle. A line with a verb of its own stays, as does an address that somebody else is reached at. The author's
    life in sentences goes from text captures (`is_text`); in markup, its container says whether it is the article's.
    """
    if block.kind in ("code", "table", "quote"):
        return ""
    text = block.text.strip()
    if width(text) <= MAX_LINE_WIDTH and _names_editors(text.strip(BRACKETS)):
        return "names who edited it"
    if block.kind == "heading":
        return ""
    if is_text and _is_life(text, authors):
        return "begins with the author's name, and says who that is"
    if width(text) > MAX_LINE_WIDTH:
        return ""
    if HANDLE_ALONE.fullmatch(text):
        return "a handle alone"
    return "names the reporter and an address" if _is_reporter(text, authors) else ""


def _names_editors(text: str) -> bool:
    """Return True where every part of a line is a label of editors or authors with a name behind a colon.

    One label is of editors. A code may stand for a member of the staff.
    """
    parts = [COLON.split(part) for part in PARTS.split(text) if part.strip() and not _is_label(part)]
    if not parts or len(parts[0]) != 2 or any(len(part) > 2 for part in parts):
        return False
    labels = [normalise(part[0]) for part in parts if len(part) == 2]
    if not any(label in _words("editors") for label in labels):
        return False
    known = all(label in _words("editors") or label in byline_phrases("by") for label in labels)
    return known and all(_are_names(part[-1]) or (_is_account(part[-1]) and not labels[0].isascii()) for part in parts)


def _is_label(text: str) -> bool:
    return any(phrase.strength == "strong" and phrase.reason == "other" for phrase in phrases_in(text))


def _is_account(text: str) -> bool:
    """Return True for the account of an editor: a word of letters and digits, in a script that the label is not in."""
    return text.strip().isascii() and text.strip().isalnum()


def _are_names(text: str) -> bool:
    text = text.strip()
    name = STAFF_CODE.sub("", text).strip()
    if name != text and len(name.split()) <= 1:
        return True
    if not text or width(text) > MAX_NAMES_WIDTH or SENTENCE_END.match(text[-1]):
        return False
    words = count_words(text)
    return not is_cased(text) or (words.names > 0 and not words.others and not words.numbers)


def _is_life(text: str, authors: tuple[str, ...]) -> bool:
    """Return True for sentences that begin with an author's full name and have a reporter's title or an address."""
    if width(text) > MAX_LIFE_WIDTH:
        return False
    said = normalise(text)
    if not any(" " in name and said.startswith(f"{name} ") for name in map(normalise, authors)):
        return False
    return not _words("reporters").isdisjoint(said.split()) or CONTACT_SIGN.search(text) is not None


def _is_reporter(text: str, authors: tuple[str, ...]) -> bool:
    """Return True for a name and an address, if the name is an author's or is beside a reporter's title."""
    address = ADDRESS.search(text)
    before = text[: address.start()].strip(BRACKETS) if address else ""
    if not before or COLON.search(before) or width(before) > MAX_NAMES_WIDTH or SENTENCE_END.search(before):
        return False
    said = normalise(before)
    if not is_cased(before):
        return any(word in said for word in _words("reporters"))
    words = count_words(before)
    titled = not _words("reporters").isdisjoint(said.split())
    return titled or (not words.others and any(normalise(author) == said for author in authors))


def _release_ending(page: Page) -> dict[int, str]:
    """Find the blocks that end a press release, each with its sort; none unless two different signs stand there.

    Signs are the mark of the end, a label “About …”, one for whom the press may call, and a line that names the
    source, below two paragraphs of prose or more; one of the last two has to be among them, since any article may have
    a part about something. What a label announces goes with it, up to the next sign. A page with a single sign stays
    whole, as does what follows a mark without a label.
    """
    prose = kept_prose(page)
    if len(prose) <= MIN_ABOVE:
        return {}
    kept = kept_positions(page, prose[MIN_ABOVE - 1] + 1)
    columns = page.columns
    likely = blocks_opening_with(columns, kept, _first_words())
    if not any(_sign(columns, i) in (CONTACT, SOURCE) for i in likely):
        return {}
    signs = {index: sign for index, i in enumerate(kept) if (sign := _sign(columns, i))}
    if len(set(signs.values())) < MIN_SIGNS:
        return {}
    found: dict[int, str] = {}
    for index, sign in signs.items():
        end = next((later for later in signs if later > index), len(kept))
        found.update((i, sign) for i in (kept[index], *_announced(page, kept[index], kept[index + 1 : end], sign)))
    return found


def _sign(columns: Columns, position: int) -> str:
    """Return the sign of an ending that the first line of a block is, or `""`."""
    if columns.kinds[position] in UNREAD_NUMBERS:
        return ""
    text = columns.block_text(position)
    if len(text) > MAX_LABEL_WIDTH and text.find("\n", 0, MAX_LABEL_WIDTH + 1) < 0:
        return ""
    line = text.partition("\n")[0].strip()
    if width(line) > MAX_LABEL_WIDTH:
        return ""
    if line == text and _is_end_mark(line):
        return MARK
    label, _, rest = line.replace("：", ":").partition(":")
    said = normalise(label)
    if said in _words("contacts"):
        return CONTACT
    if line == text and line[:1].isupper() and line.partition(" ")[0].strip(":") in _sources():
        return SOURCE if len(line.split()) > 1 else ""
    is_label = not SENTENCE_END.match(line[-1:]) and not rest.strip()
    return ABOUT if is_label and _names_company(said) else ""


def _ends_text(text: str) -> bool:
    """Return True for a mark of the end, with or without the address of who wrote the text above it."""
    *above, last = text.strip().split("\n")
    return _is_end_mark(last.strip()) and all(ADDRESS.fullmatch(line.strip()) for line in above)


def _is_end_mark(line: str) -> bool:
    """Return True for a line that only says that the text ends: "(END)", "###", "-30-"."""
    if SIGNS_ONLY.fullmatch(line):
        return True
    word = line.strip(FRAME)
    return normalise(word) in _words("ends") and (word != line or (len(word) > 2 and word.isupper()))


def _names_company(said: str) -> bool:
    """Return True for "about" and a few words, whichever comes first in the language."""
    if said.count(" ") > MAX_NAME_WORDS:
        return False
    return said.startswith(_open("introduces", "", " ")) or said.endswith(_open("introduces_behind", " ", ""))


def _announced(page: Page, label: int, following: list[int], sign: str) -> Iterator[int]:
    """List the blocks under a label: the company's paragraphs, or the lines of a contact."""
    prose = outline_of(page).block_prose
    if sign == ABOUT:
        if "\n" not in page.blocks[label].text:
            yield from following[:MAX_PARAGRAPHS]
    elif sign == CONTACT:
        for i in following[:MAX_LINES]:
            if prose[i] or width(page.blocks[i].text) > MAX_CONTACT_WIDTH:
                return
            yield i


@cache
def _open(topic: str, before: str, after: str) -> tuple[str, ...]:
    """List the entries of a topic as they begin or end a label, with a space where the script has spaces."""
    return tuple(
        word if UNSPACED.search(word) else f"{before}{word}{after}" for word in map(normalise, _entries(topic))
    )


@cache
def _first_words() -> frozenset[str]:
    """Return the first words of contacts and sources, normalised."""
    return frozenset(
        normalise(entry).partition(" ")[0] for topic in ("contacts", "sources") for entry in _entries(topic)
    )


@cache
def _words(topic: str) -> frozenset[str]:
    return frozenset(map(normalise, _entries(topic)))


@cache
def _sources() -> frozenset[str]:
    """Read the words before a source as they are written: their case counts."""
    return frozenset(_entries("sources"))


def _entries(topic: str) -> list[str]:
    return phrases("phrases/closing_lines", topic)


@transform
@dataclass
class RemoveSignOffs(PageTransform):
    """Remove closing lines of the publisher below the article. Runs before `RemoveRepeatedDisclaimers`, which needs the
    end of the article.
    """

    def clean(self, page: Page) -> Page:
        """Mark the sign-offs of a page; see `mark_sign_offs`."""
        return mark_sign_offs(page)
