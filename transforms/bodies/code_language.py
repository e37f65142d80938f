"""The programming language of a listing, from the names that highlighters and Markdown renderers give."""

from __future__ import annotations

import re

from ..core.markup import LANGUAGE_KEYS
from ..core.page import Page
from .attributes import attributes_of

# How many elements around a listing may name its language.
MAX_STEPS = 4
# `language-x` (HTML standard), `lang-x` (prettify), `highlight-source-x` (GitHub), `highlight-x` (Sphinx), `brush: x`
# (SyntaxHighlighter), `sourceCode x` (pandoc), `hljs x` (highlight.js).
PREFIXED = re.compile(
    r"(?:language|lang|highlight-source|highlight-text|highlight|brush|code|syntax|src|source)[-:_](?P<name>.+)",
    re.IGNORECASE,
)
# Class names beside which another one is the language.
BESIDE = frozenset(["brush", "brush:", "hljs", "sourcecode", "syntax"])
NAME = re.compile(r"[a-z][a-z0-9+#._-]{0,24}|c|r|d", re.IGNORECASE)
NO_LANGUAGE = frozenset(
    "auto block box code container content copyable default example highlight inner line lines listing nohighlight "
    "none notranslate numbers plain plaintext pre source text toolbar txt undefined unknown wrap wrapper".split()
)


class CodeLanguages:
    """Finds the languages of the listings of one page. It looks at each element once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._known: dict[int, str] = {}

    def around(self, element: int) -> str:
        """Return the language that an element, or one of those around it, names for code; `""` if none does."""
        for _ in range(MAX_STEPS):
            if element < 0:
                break
            if element not in self._known:
                self._known[element] = self._named(element)
            if self._known[element]:
                return self._known[element]
            element = self._page.columns.parents[element]
        return ""

    def _named(self, element: int) -> str:
        columns = self._page.columns
        attributes = attributes_of(self._page, element)
        named = (found for key in LANGUAGE_KEYS if (found := _language(attributes.get(key, ""))))
        return language_of_classes(columns.classes(columns.class_lists[element])) or next(named, "")


def language_of_classes(names: tuple[str, ...]) -> str:
    """Return the language that class names have; `""` if they have none.

    >>> language_of_classes(("highlight", "highlight-source-python")), language_of_classes(("brush:", "js;"))
    ('python', 'js')
    """
    for name in names:
        prefixed = PREFIXED.fullmatch(name)
        if prefixed and (found := _language(prefixed["name"].removeprefix("source-"))):
            return found
    for number, name in enumerate(names):
        if name.lower() in BESIDE:
            for other in (*names[number + 1 :], *names[:number]):
                if found := _language(other):
                    return found
    return ""


def _language(name: str) -> str:
    name = name.strip(" ;").lower()
    return name if NAME.fullmatch(name) and name not in NO_LANGUAGE else ""
