"""Site memory: what is known of one site, as rules look it up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

# Of fewer articles than this nothing is believed: what two or three have in common may be their subject.
MIN_ARTICLES = 4
ANYWHERE = ""


class Template(NamedTuple):
    """A text that at least two of a site's articles carry.

    `fingerprint` is `wording.fingerprint` of the text, or, where `is_masked`, of the text with its digits masked.
    `container` is the path of the box it stands in, or ANYWHERE for the sum over all boxes. It stands on `articles`
    of the `of` sampled articles that have the box. `head`, `body` and `tail` count the articles by where it stands in
    them (see `deriving.ZONE_REACH`). `log_odds` is the mean of what pages alone say for its being article, `chars`
    its length, `first_seen` and `last_seen` are capture dates, `text` is how it begins, as far as it is known.
    """

    fingerprint: int
    is_masked: bool
    container: str
    articles: int
    of: int
    head: int
    body: int
    tail: int
    log_odds: float
    chars: int
    first_seen: str
    last_seen: str
    text: str

    @property
    def share(self) -> float:
        """Share of the articles that have its box, 0 to 1."""
        return self.articles / self.of


class Container(NamedTuple):
    """What the elements with one path hold, over a site's sampled articles, containers inside them included.

    `articles` have it. `chars` and `blocks` are means over these. `own`, `repeated`, `linked` and `marked` are shares
    of its text: neither repeated nor link, on two articles or more, inside links, taken out by a rule before main
    content. `log_odds` is the mean, by length of text, of what pages alone say for its being article; 0 where all of it
    is marked.
    """

    path: str
    articles: int
    blocks: float
    chars: float
    own: float
    repeated: float
    linked: float
    marked: float
    log_odds: float
    first_seen: str
    last_seen: str


@dataclass(frozen=True)
class SiteMemory:
    """What is known of one site. `articles` is the estimated number of distinct articles, `sampled` how many distinct
    ones the templates were counted on; the rest follows from these.
    """

    site: str
    articles: int
    sampled: int
    first_seen: str
    last_seen: str
    templates: tuple[Template, ...] = ()
    containers: tuple[Container, ...] = ()

    @property
    def is_believed(self) -> bool:
        """True where enough distinct articles were seen to tell templates from coincidence."""
        return self.sampled >= MIN_ARTICLES

    @property
    def template_texts(self) -> int:
        """How many texts the templates are: one has a row for each box that it stands in, and one for their sum."""
        return len({(found.fingerprint, found.is_masked) for found in self.templates})

    def template(self, fingerprint: int, container: str = ANYWHERE, *, is_masked: bool = False) -> Template | None:
        """The template of this text in a box (see `container_paths.box_of`), or anywhere on the site's pages."""
        return self._templates.get((fingerprint, is_masked, container))

    def container(self, path: str) -> Container | None:
        """What is known of the elements with this path."""
        return self._containers.get(path)

    @cached_property
    def _templates(self) -> dict[tuple[int, bool, str], Template]:
        index = {(found.fingerprint, found.is_masked, found.container): found for found in self.templates}
        for found in self.templates:  # one that stands in a single box has no row of its own for the sum
            index.setdefault((found.fingerprint, found.is_masked, ANYWHERE), found)
        return index

    @cached_property
    def _containers(self) -> dict[str, Container]:
        return {found.path: found for found in self.containers}
