"""The keys of every record and their types, in the records' order: what the schemas of all formats are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from ...transforms.core.article import Article
from ...transforms.core.page import Reason
from ..reading.accept import Rejected


def _fields_of(record: type) -> dict[str, Any]:
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in fields(record)}


# By what the names of the files begin with.
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "articles": _fields_of(Article),
    "removed": {
        "id": str,
        "url": str,
        "position": int,
        "reason": Reason,
        "rule": str,
        "evidence": str,
        "score": float,
        "text": str,
    },
    "rejected": _fields_of(Rejected),
}
