"""State written as one list, in which objects name their values by position (devalue, as Nuxt 3 writes it)."""

from __future__ import annotations

from typing import Any

MIN_ROWS = 4


def is_indexed(value: Any) -> bool:
    """True for a list of at least a few values whose objects and lists hold positions in it, and nothing else."""
    if not isinstance(value, list) or len(value) < MIN_ROWS:
        return False
    objects = [row for row in value if isinstance(row, dict) and row]
    return bool(objects) and all(type(at) is int and at < len(value) for row in objects for at in row.values())


def expanded(rows: list[Any]) -> Any:
    """The value that the first row stands for, each row put in where it is named first, and nowhere else.

    A row may be named from anywhere, even from inside itself: put in once, the result is no larger than the list.
    """
    seen = {0}
    open_values = [rows[0]]
    while open_values:
        holder = open_values.pop()
        if not isinstance(holder, (dict, list)):
            continue
        for key, at in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if type(at) is not int or not 0 <= at < len(rows) or at in seen:
                holder[key] = at if isinstance(at, str) else None
                continue
            seen.add(at)
            holder[key] = rows[at]
            open_values.append(rows[at])
    return rows[0]
