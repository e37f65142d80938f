"""Site memory: the templates and containers of one site, for rules to look up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

# The memory of fewer articles is not believed: two show nothing that a site has in common. Templates need more (see
# `repeated_texts.MIN_CARRIERS`): three articles may have their subject in common.
MIN_ARTICLES = 3
# A block of fewer characters is short: a label, a date, a name; hardly a paragraph.
SHORT_CHARS = 80
ANYWHERE = ""


class Template(NamedTuple):
    """A text that at least two of a site's articles carry.

    `fingerprint` is `wording.fingerprint` of the text or, if `is_masked`, of the text with its digits masked.
    `container` is the path of the box around it, or ANYWHERE for the sum over all boxes. `articles` carry it, of the
    `of` sampled articles that have the box. `head`, `body` and `tail` count these articles by its place in
    them (see `derive.ZONE_REACH`). `log_odds` is the mean of the pages' own evidence that it is article, `chars` its
    length. `first_seen` and `last_seen` are capture dates, `text` is its beginning, or `""` if that is unknown.
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
    """The contents of the elements with one path, over a site's sampled articles, with the containers inside them.

    `articles` have it. `chars` and `blocks` are means over these. `own`, `repeated`, `linked` and `marked` are shares
    of its text: neither repeated nor link; on two articles or more; inside links; removed by a rule before main
    content. `log_odds` is the mean, by length of text, of the pages' own evidence that it is article; 0 if rules remove
    all of it. `short_articles` have blocks in it of fewer than SHORT_CHARS characters, and `short_log_odds` is the mean
    evidence of these, in which each block counts once.
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
    short_articles: int
    short_log_odds: float
    first_seen: str
    last_seen: str


@dataclass(frozen=True)
class SiteMemory:
    """The memory of one site.

    `articles` is the estimated number of distinct articles of the site. `sampled` is the number of distinct articles
    that templates and containers were counted on.
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
        """Whether there were enough distinct articles to tell the site's containers from those of one page."""
        return self.sampled >= MIN_ARTICLES

    @property
    def template_texts(self) -> int:
        """The number of distinct texts: a text has one template for each of its boxes, and one for their sum."""
        return len({(found.fingerprint, found.is_masked) for found in self.templates})

    def template(self, fingerprint: int, container: str = ANYWHERE, *, is_masked: bool = False) -> Template | None:
        """Look up the template of a text in a box (see `container_paths.box_of`), or anywhere on the site's pages."""
        return self._templates.get((fingerprint, is_masked, container))

    def container(self, path: str) -> Container | None:
        """Look up the container with this path."""
        return self._containers.get(path)

    @cached_property
    def _templates(self) -> dict[tuple[int, bool, str], Template]:
        index = {(found.fingerprint, found.is_masked, found.container): found for found in self.templates}
        for found in self.templates:  # a text in a single box has no template for the sum
            index.setdefault((found.fingerprint, found.is_masked, ANYWHERE), found)
        return index

    @cached_property
    def _containers(self) -> dict[str, Container]:
        return {found.path: found for found in self.containers}
