"""What one source claims about the article: the shape that all sources share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Claims:
    """Values as one source gives them, cleaned of markup but not yet believed. Unknown values are empty.

    `titles` and `authors` are in the source's own order, best first. Dates are pairs of (where, raw value),
    so that the record can say where its date was found; nobody has checked yet that they are dates. `is_guess` is
    true where `authors` may be no names.
    """

    titles: tuple[str, ...] = ()
    description: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    site_name: str = ""
    url: str = ""
    published: tuple[tuple[str, str], ...] = ()
    modified: tuple[tuple[str, str], ...] = ()
    is_guess: bool = False


NOTHING = Claims()
