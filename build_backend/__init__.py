"""The backend that builds boiloff's distributions: that of setuptools, with a C compiler where the machine has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403  # the hooks that stay as they are

from .compiler import FROM_THE_INDEX, has_compiler

Settings = Mapping[str, Any] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """List what a wheel is built with."""
    return _with_compiler(build_meta.get_requires_for_build_wheel(config_settings))


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """List what an editable installation is built with."""
    return _with_compiler(build_meta.get_requires_for_build_editable(config_settings))


def _with_compiler(required: list[str]) -> list[str]:
    return required if has_compiler() else [*required, FROM_THE_INDEX]
