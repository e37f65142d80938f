"""The records' schemas as Arrow has them: what Parquet files say of themselves, and readers of JSON lines are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa

from .fields import FIELDS

PLAIN_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64()}


def arrow_schema(name: str) -> pa.Schema:
    """The schema of the `articles`, `removed` or `rejected`: no column is ever null, nor anything in one.

    >>> arrow_schema("articles").field("authors").type
    ListType(list<element: string not null>)
    """
    return pa.schema(_arrow_fields(FIELDS[name]))


def _arrow_fields(types: Mapping[str, Any]) -> list[pa.Field]:
    return [pa.field(key, _arrow_type(hint), nullable=False) for key, hint in types.items()]


def _arrow_type(hint: Any) -> pa.DataType:
    if get_origin(hint) is tuple:
        # Parquet's own name for what a list holds.
        return pa.list_(pa.field("element", _arrow_type(get_args(hint)[0]), nullable=False))
    if get_origin(hint) is Literal:
        return pa.string()
    if hasattr(hint, "_fields"):
        return pa.struct(_arrow_fields(get_type_hints(hint)))
    return PLAIN_TYPES[hint]
