"""Beam YAML's `error_handling`, as boiloff's transforms take it."""

from __future__ import annotations

from collections.abc import Mapping


def error_output(error_handling: Mapping[str, str] | None, default: str = "") -> str:
    """The name that `error_handling: {output: NAME}` gives, or `default` where it is not said.

    Raises ValueError for anything else: an option that is not heeded must not look as if it were.
    """
    if error_handling is None:
        return default
    if set(error_handling) != {"output"} or not isinstance(error_handling["output"], str):
        raise ValueError(f"error_handling is {{output: NAME}}, not {dict(error_handling)!r}")
    return error_handling["output"]
