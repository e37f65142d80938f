"""Repeated disclaimers: notices at the edges of an article, found by repetition or by their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from .core.base import PageTransform, transform
from .core.columns import KIND_NUMBERS, Columns
from .core.page import Block, Page, Removal
from .core.rows import TAG_NUMBERS
from .matching.disclaimer_words import KINDS, Statement, label_of, statement_of, vocabulary
from .matching.outline import Outline, before_step, kept_positions, kept_prose, outline_of, own_container
from .matching.wording import UNSPACED, fingerprint, is_prose, key_of_line, normalise
from .recall_sites import RecallSites, Templates

if TYPE_CHECKING:
    import apache_beam as beam

    from .site_memory.derive import Template

# Paragraphs of the article that may stand between a notice and the edge; farther in, words alone prove nothing.
MAX_REACH = 2
# Paragraphs that markup sets apart from the article's, sign-offs and boxes, are looked past: so many on each side.
MAX_LOOKED_PAST = 3
# Longer blocks are the article's own, whatever they mention; notices of the site and article sets are shorter.
MAX_NOTICE_CHARS = 1000
MAX_SOURCE_CHARS = 80
# Evidence for a notice besides its words, each as the chance to be right alone; `_score` combines them.
AT_EDGE, NEAR_EDGE, SMALL_PRINT, SET_APART = 0.4, 0.2, 0.3, 0.2
NAMED_CONTAINER, UNDER_HEADING, LABELLED, NAMES_ITSELF = 0.5, 0.5, 0.2, 0.25
SOURCE_SCORE = 0.8
# Evidence against it: factors on the score.
NARRATED, QUOTED = 0.6, 0.5
SMALL_PRINT_TAGS = frozenset(TAG_NUMBERS[tag] for tag in ("small", "em", "i", "sub", "sup", "cite"))
UNREAD_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("heading", "code"))
HEADING = KIND_NUMBERS["heading"]
# Kinds of blocks that come twice as parts of an article.
UNREPEATED_KINDS = frozenset(KIND_NUMBERS[kind] for kind in ("heading", "code", "table"))
# A heading counts for so many blocks below it.
MAX_HEADING_DISTANCE = 3
# An article has at least so many paragraphs besides what stands twice around it.
MIN_BODY_PARAGRAPHS = 2
# Share of a block's longer words that the article uses too, above which it is a lead that comes back, not a notice.
# On 557 pages of the site and article sets .3 spares 68 % of the leads and gives up 6 % of the notices.
MAX_SHARED_WORDS = 0.3
MIN_LONG_WORD = 5


class Place(NamedTuple):
    """Where a block stands: on which side of the article, with how many of its paragraphs farther out."""

    after: bool
    reach: int


BEHIND = Place(after=True, reach=0)


def mark_repeated_disclaimers(page: Page, *, min_score: float) -> Page:
    """Mark notices that are both above and below the article, and notices with the phrases of a disclaimer.

    If a paragraph is above the article's first paragraph and, word for word, below its last one, it is boilerplate,
    whatever it says. boiloff finds other notices by phrases in 29 languages (`data/phrases/disclaimers.json`). Their
    score also depends on their place, container and heading, and on the share of their sentences with such phrases.
    boiloff keeps paragraphs inside the article unless markup separates them as a notice. It also keeps pull quotes,
    refrains, repeated leads, and texts that only mention or quote a disclaimer, or that narrate in the first person.
    """
    seen = before_step(page, "disclaimers")
    twice = _twice(seen)
    seen = seen.mark(twice)
    by_words = dict(_by_words(seen, min_score))
    headings = _headings(seen.mark(by_words), by_words)
    return page.mark(headings | by_words | twice)


def _twice(page: Page) -> dict[int, Removal]:
    """Mark paragraphs that stand before and after the article, and nowhere inside it."""
    prose = [i for i in kept_prose(page) if page.columns.kinds[i] not in UNREPEATED_KINDS]
    groups = _repeated(page, prose)
    if not groups:
        return {}
    repeated = {i for positions in groups for i in positions}
    body = [i for i in prose if i not in repeated]
    if len(body) < MIN_BODY_PARAGRAPHS:
        return {}
    marks: dict[int, Removal] = {}
    for positions in groups:
        outside = int(statement_of(page.blocks[positions[0]].text) is not None)
        if _surround(positions, body, outside) and not _belongs(page, positions[0], body):
            evidence = f"is on this page {len(positions)} times, before and after the article"
            marks.update((i, Removal("disclaimer", "disclaimers.twice", evidence, 0.9)) for i in positions)
    return marks


def _surround(positions: list[int], body: list[int], outside: int) -> bool:
    """Return True where the copies stand on both sides of the article and none of them inside it.

    A text with phrases of a notice may have `outside` paragraphs beyond it: a standfirst above, a sign-off below.
    """
    first, last = body[outside], body[-1 - outside]
    return positions[0] < first and positions[-1] > last and not any(first < i < last for i in positions)


def _repeated(page: Page, prose: list[int]) -> list[list[int]]:
    """Group the positions of paragraphs with the same words. Copies of one template have one length: few are hashed."""
    columns = page.columns
    lengths = list(map(columns.block_length, prose))
    if len(set(lengths)) == len(lengths):
        return []
    by_length: dict[int, list[int]] = {}
    for i, length in zip(prose, lengths, strict=True):
        by_length.setdefault(length, []).append(i)
    groups: dict[int, list[int]] = {}
    for positions in by_length.values():
        if len(positions) > 1:
            for i in positions:
                groups.setdefault(fingerprint(columns.block_text(i)), []).append(i)
    return [positions for positions in groups.values() if len(positions) > 1]


def _belongs(page: Page, position: int, body: list[int]) -> bool:
    """Return True for a paragraph in the article's own words: a lead that comes back."""
    return _shared_words(page.blocks[position].text, (page.blocks[i].text for i in body)) > MAX_SHARED_WORDS


def _shared_words(text: str, others: Iterable[str]) -> float:
    """Return the share of a text's longer words, or pairs of characters without spaces, that other texts have too."""
    own = _long_words(text)
    return len(own & frozenset().union(*map(_long_words, others))) / len(own) if own else 0.0


def _long_words(text: str) -> frozenset[str]:
    key = normalise(text)
    if UNSPACED.search(key):
        return frozenset(key[i : i + 2] for i in range(len(key) - 1))
    return frozenset(word for word in key.split() if len(word) >= MIN_LONG_WORD)


def _by_words(page: Page, min_score: float) -> Iterator[tuple[int, Removal]]:
    """Find notices by their words: first those at the edges, from outside in, then those that markup sets apart."""
    kept = kept_positions(page)
    prose, paragraphs = outline_of(page).block_prose, kept_prose(page)
    seen: set[int] = set()
    for after in (True, False):
        reach = past = 0
        for i in reversed(kept) if after else kept:
            if reach > MAX_REACH or i in seen:
                break
            seen.add(i)
            removal = _removal(page, i, Place(after, reach), min_score)
            if removal:
                yield i, removal
            elif prose[i] and past < MAX_LOOKED_PAST and own_container(page, i, paragraphs):
                past += 1
            elif prose[i]:
                reach += 1
    for i in _set_apart(page, [i for i in kept if i not in seen]):
        removal = _removal(page, i, None, min_score)
        if removal:
            yield i, removal


def _removal(page: Page, position: int, place: Place | None, min_score: float) -> Removal | None:
    """Return the removal of one block for its words and its place, or None."""
    columns = page.columns
    if columns.kinds[position] in UNREAD_KINDS or columns.block_length(position) > MAX_NOTICE_CHARS:
        return None
    text = columns.block_text(position)
    if place == BEHIND and _names_source(text):
        evidence = "names the source; after the article's last paragraph"
        return Removal("disclaimer", "disclaimers.words", evidence, SOURCE_SCORE)
    statement = statement_of(text)
    if statement is None:
        return None
    support = list(_support(page, position, place))
    framed = any(evidence.startswith(("under", "in a", "begins")) for evidence, _ in support)
    if not statement.conclusive and not (framed and statement.names_itself):
        return None
    score = _score(statement, [weight for _, weight in support])
    if score < min_score:
        return None
    says = " and ".join(KINDS[kind] for kind in statement.kinds[:2])
    evidence = "; ".join((says, *(words for words, _ in support)))
    return Removal("disclaimer", "disclaimers.words", evidence, round(score, 2))


def _names_source(text: str) -> bool:
    if len(text) > MAX_SOURCE_CHARS or is_prose(text):
        return False
    known = vocabulary()
    return label_of(text) in known.sources or normalise(text) in known.agencies


def _support(page: Page, position: int, place: Place | None) -> Iterator[tuple[str, float]]:
    """List the evidence for a block besides its words, with the weight of each."""
    block = page.blocks[position]
    if place:
        yield _described(place), NEAR_EDGE if place.reach else AT_EDGE
    heading = _heading_before(page, position)
    if heading is not None:
        yield f"under the heading “{page.blocks[heading].text}”", UNDER_HEADING
    name = "" if page.is_text else _container_name(page, block)
    if name:
        yield f'in a container named "{name}"', NAMED_CONTAINER
    if _is_small_print(page.columns, position):
        yield "set in small print or italics", SMALL_PRINT
    elif place and (container := own_container(page, position, kept_prose(page))):
        yield f"alone in {container}", SET_APART
    if label_of(block.text) in vocabulary().labels:
        yield "begins with the word for a notice", LABELLED


def _described(place: Place) -> str:
    if place.reach:
        return "stands near the article's end" if place.after else "stands near the article's beginning"
    return "after the article's last paragraph" if place.after else "before the article's first paragraph"


def _score(statement: Statement, support: list[float]) -> float:
    """Combine chances of independent evidence, less the evidence against it: 1 - (1-a)(1-b)…, times factors.

    A paragraph with phrases in less than half of its sentences is less likely to be a notice, in proportion.
    """
    doubt = 1.0 - statement.weight
    for weight in support:
        doubt *= 1.0 - weight
    if statement.names_itself:
        doubt *= 1.0 - NAMES_ITSELF
    score = (1.0 - doubt) * min(1.0, 0.6 + 0.8 * statement.share)
    if statement.narrated:
        score *= NARRATED
    return score * QUOTED if statement.quoted else score


def _set_apart(page: Page, positions: list[int]) -> Iterator[int]:
    """Select the blocks that their own tag, or the name of a container, sets apart from the article."""
    if page.is_text or not positions:
        return
    outline = outline_of(page)
    named = [i for i in outline.elements_named("disclaimer") if _is_small(outline, i)]
    inside = {i for element in named for i in outline.blocks_in(element)}
    tags, elements = page.columns.element_tags, page.columns.elements
    for i in positions:
        if i in inside or tags[elements[i]] in SMALL_PRINT_TAGS:
            yield i


def _is_small_print(columns: Columns, position: int) -> bool:
    return columns.element_tags[columns.elements[position]] in SMALL_PRINT_TAGS


def _is_small(outline: Outline, element: int) -> bool:
    return outline.size[element] <= MAX_NOTICE_CHARS


def _container_name(page: Page, block: Block) -> str:
    """Return the name of a small container that is named for a notice, or `""`."""
    outline = outline_of(page)
    element = block.element
    while element >= 0 and _is_small(outline, element):
        if outline.has_group(element, "disclaimer"):
            return " ".join(page.elements[element].names)
        element = page.elements[element].parent
    return ""


def _heading_before(page: Page, position: int) -> int | None:
    """Return the position of a heading "Disclaimer" (or a line with that word alone) shortly before a block."""
    headings = vocabulary().headings
    columns = page.columns
    for i in range(position - 1, max(-1, position - 1 - MAX_HEADING_DISTANCE), -1):
        if columns.block_length(i) <= MAX_SOURCE_CHARS and key_of_line(columns, i) in headings:
            return i
        if columns.kinds[i] == HEADING:
            return None
    return None


def _headings(page: Page, by_words: dict[int, Removal]) -> dict[int, Removal]:
    """Mark headings "Disclaimer" above nothing but marked blocks, some of them marked for their words."""
    marks: dict[int, Removal] = {}
    for position, removal in sorted(by_words.items()):
        heading = _heading_before(page, position)
        if heading is not None and all(page.removals[heading + 1 : position]):
            marks[heading] = Removal("disclaimer", "disclaimers.words", "heads a disclaimer", removal.score)
    return marks


def mark_repeated_texts(page: Page) -> Page:
    """Mark templates of the page's site memory: texts that are on many articles with the same box.

    See `site_memory.repeated_texts`. The function does not change a page without site memory, nor a page of which
    nothing would be left. The score is the share of the articles that contain the text.
    """
    memory = page.site_memory
    if memory is None or not memory.is_believed:
        return page
    from .site_memory.repeated_texts import repeated_texts

    marked = page.mark(
        {
            position: _template_removal(page, position, template)
            for position, template in repeated_texts(page, memory).items()
        }
    )
    return marked if next(marked.kept(), None) else page


def _template_removal(page: Page, position: int, template: Template) -> Removal:
    """Return the removal of a repeated text: how often the site's pages have it, and when one last did."""
    is_notice = statement_of(page.blocks[position].text) is not None
    site = page.site_memory.site if page.site_memory else ""
    masked = ", with other numbers" if template.is_masked else ""
    seen = f", last seen {template.last_seen}" if template.last_seen else ""
    evidence = f"on {template.articles} of {template.of} articles of {site}{masked}{seen}"
    return Removal("disclaimer" if is_notice else "repeated", "site_memory", evidence, round(template.share, 4))


@transform
@dataclass
class RemoveRepeatedDisclaimers(PageTransform):
    """Remove disclaimers: notices that are both above and below the article, or that contain the phrases of a notice.

    If the page has a site memory, the step also removes texts that repeat on other pages of the site, whatever they
    say. `templates` adds the site memory to pages, as `RecallSites` does. `min_score` is the score, from 0 to 1, that
    words and place must reach together. A phrase that occurs only in notices has the score .7, or .82 at the very edge
    of the article.
    """

    min_score: float = 0.7
    templates: Templates = ""

    def clean(self, page: Page) -> Page:
        """Mark the disclaimers of a page; see `mark_repeated_disclaimers` and `mark_repeated_texts`."""
        known = RecallSites(self.templates).clean(page) if self.templates else page
        return mark_repeated_texts(mark_repeated_disclaimers(known, min_score=self.min_score))

    def expand(self, pages: beam.PCollection[Page]) -> beam.PCollection[Page]:
        """Load the memory of the pages' sites first, if `templates` are given."""
        if not self.templates:
            return super().expand(pages)
        recalled = pages | RecallSites(self.templates)
        return recalled | replace(self, templates="")
