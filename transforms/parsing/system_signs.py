"""Signs of systems in a page's source: a login's password field, a wall's challenge, a parking service, an error page.

Scripts, forms and comments leave no text, so no block shows them. Pages that stand in for content have little text;
only their source is searched, and only its beginning.
"""

from __future__ import annotations

from functools import cache

from ..core.rows import Sign
from ..data import read_data

# Longer text, menus included, belongs to pages with content. Challenges and forms lie within the first bytes.
MAX_TEXT_CHARS, MAX_SOURCE_BYTES = 2_500, 1 << 15
REASONS = (
    "login", "bot-check", "captchas", "needs-javascript", "parked-domain", "consent-wall", "error-page",
)  # fmt: skip


@cache
def _needles() -> tuple[tuple[bytes, Sign], ...]:
    """Read what the sources of stand-ins hold (`data/names/stand_in_systems.json`)."""
    systems = read_data("names/stand_in_systems")
    return tuple(
        (needle.encode(), Sign(reason, system))
        for reason in REASONS
        for system, needles in systems[reason].items()
        for needle in needles
    )


def find_signs(source: bytes, text_chars: int) -> tuple[Sign, ...]:
    """List the signs in the source of a page with little text; none for other pages.

    >>> find_signs(b'<input type="password">', text_chars=20)
    (Sign(reason='login', system='a password field'),)
    """
    if text_chars > MAX_TEXT_CHARS:
        return ()
    start = source[:MAX_SOURCE_BYTES].lower()
    return tuple(dict.fromkeys(sign for needle, sign in _needles() if needle in start))
