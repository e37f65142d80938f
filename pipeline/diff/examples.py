"""Examples of what differs: the largest, from several sites, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Generic, TypeVar

Example = TypeVar("Example")

# So many sites are held, those with the largest examples, and unless told so many examples of each.
SITES = 12
OF_SITE = 3


@dataclass(frozen=True)
class _Ranked(Generic[Example]):
    """An example and where it stands: the largest first."""

    below: int
    key: str
    example: Example

    @property
    def rank(self) -> tuple[int, str]:
        return self.below, self.key


class Examples(Generic[Example]):
    """The largest examples offered, of several sites, `of_site` each."""

    def __init__(self, of_site: int = OF_SITE) -> None:
        self._most = of_site
        self._of_site: dict[str, dict[str, _Ranked[Example]]] = {}

    def offer(self, example: Example, site: str, size: int, key: str, looks: str = "") -> None:
        """Hold an example if it is among the largest of its site, and its site among those of the largest.

        Of equally large ones the first by `key` is held, whatever the order in which they come, and of those that look
        alike only one.
        """
        held = self._of_site.setdefault(site, {})
        looks = looks or key
        offered = _Ranked(-size, key, example)
        if looks not in held or offered.rank < held[looks].rank:
            held[looks] = offered
        if len(held) > self._most:
            del held[max(held, key=lambda name: held[name].rank)]
        if len(self._of_site) > SITES:
            del self._of_site[max(self._of_site, key=lambda name: _first(self._of_site[name]).rank)]

    def chosen(self, count: int) -> list[Example]:
        """So many examples: the largest of each site first, then the second of each."""
        return list(islice(self._in_turn(), count))

    def _in_turn(self) -> Iterator[Example]:
        sites = sorted(self._of_site.values(), key=lambda held: _first(held).rank)
        for turn in zip_longest(*(sorted(held.values(), key=lambda ranked: ranked.rank) for held in sites)):
            yield from (ranked.example for ranked in turn if ranked is not None)


def _first(held: dict[str, _Ranked[Example]]) -> _Ranked[Example]:
    return min(held.values(), key=lambda ranked: ranked.rank)
