"""Phrases, names and weights that rules read: data that people edit without touching code.

Every file is JSON with `about` (what it holds, and what each topic means), `source` (its provenance) and content:

- `phrases/`: written by hand. `topics` has for each topic and each language (ISO 639-1; `any` where a phrase belongs to
  no language) a list with one phrase a line.
- `catalogue/`: the same for labels that comment, share and sign-up systems print, and `widgets.json` with the names
  these systems give their elements; made by `benchmarks/condense_catalogue.py`, not by hand.
- `names/`: ids, class names and query parameters, written by hand.
- `main_content_trees.json`: learned weights.

`tests/transforms/test_data.py` checks the form of every file, and that no phrase matches running text.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

Languages = dict[str, list[str]]
# The compiled modules beside it are files in any case, so the data need not come through `importlib.resources`.
FOLDER = Path(__file__).parent


def read_data(name: str) -> Any:
    """Read the file `<name>.json`, such as `names/groups`. Each call reads it again, so callers keep the result."""
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def data_names(folder: str, key: str = "") -> list[str]:
    """List the names of a folder's files as `read_data` takes them, sorted; with a `key`, only of those that have it.

    A key of the whole file begins a line. To look for this line takes a tenth of the time to parse the file.
    """
    line = f'\n  "{key}": '.encode()
    paths = (FOLDER / folder).glob("*.json")
    return sorted(f"{folder}/{path.stem}" for path in paths if not key or line in path.read_bytes())


@cache
def topics(name: str) -> dict[str, Languages]:
    """Read all topics of a file: for each topic its phrases by language."""
    found: dict[str, Languages] = read_data(name)["topics"]
    return found


def phrases(name: str, topic: str) -> list[str]:
    """List the phrases of one topic in all languages, such as `phrases("phrases/link_lists", "headings")`.

    Raises KeyError for a topic that the file does not have.
    """
    return [phrase for entries in topics(name)[topic].values() for phrase in entries]
