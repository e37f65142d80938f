"""Configurations: an ordered list of steps, read from YAML and checked before anything runs."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from ..configs import DEFAULT as DEFAULT
from ..configs import read_shipped, shipped_configurations
from ..transforms.core.article import Body
from ..transforms.core.base import STEPS, PageTransform
from ..transforms.core.limits import DEFAULT_LIMITS, Limits
from ..transforms.core.page import KINDS as PAGE_KINDS
from ..transforms.core.page import Capture, PageKind, site_of
from ..transforms.parsing.parse import Parser
from .display import meant, reason

# The types of settings, in words.
KINDS: Mapping[Any, str] = {float: "a number", int: "a whole number", bool: "true or false", str: "text"}
KEYS = ("parser", "limits", "kinds", "steps", "site", "site_from", "body")
# Where the site of a capture without an address may come from.
SiteFrom = Literal["", "folder"]
STEP_KEYS = ("type", "config")
# The step that `kinds` needs, if no step of the user's own detects kinds.
KIND_STEP = "DetectPageKind"
# Steps that the message about an unknown one names.
NEAR_STEPS = 3
# A configuration that only lists steps, like the one that ships. YAML gives no other meaning to such names.
PLAIN = re.compile(r"(?:#.*\n)*parser: lexbor\nsteps:\n((?:  - type: [A-Z]\w{5,}\n)+)")


class ConfigurationError(ValueError):
    """A configuration that cannot be used. The message is one line with the wrong value and the valid values."""


@dataclass(frozen=True)
class Step:
    """One step: the name of a transform, or the import path of your own, and its settings."""

    type: str
    config: Mapping[str, Any] = field(default_factory=dict)

    def build(self) -> PageTransform:
        """Make the transform. Raises ConfigurationError for an unknown name or an invalid setting."""
        transform = _transform_class(self.type)
        _check_settings(self.type, transform, self.config)
        try:
            return transform(**self.config)
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"step {self.type}: {error}") from error


@dataclass(frozen=True)
class Configuration:
    """The parser, the limits and the steps of a run, in order. Small and picklable, so that workers can build the
    steps.

    If `kinds` is not empty, pages of other kinds give no article. `site` is the site of captures without an address.
    With `site_from` "folder", their site is the name of the folder of their file. With `body` "markdown" or "html", the
    records contain this, too.
    """

    steps: tuple[Step, ...]
    parser: Parser = "lexbor"
    limits: Limits = DEFAULT_LIMITS
    kinds: tuple[PageKind, ...] = ()
    site: str = ""
    site_from: SiteFrom = ""
    body: Body = "text"

    def __post_init__(self) -> None:
        if self.site and self.site_from:
            raise ConfigurationError(
                f"site {self.site!r} and site_from {self.site_from!r} both set the site; leave one of them out"
            )
        if self.kinds and not any(step.type == KIND_STEP or "." in step.type for step in self.steps):
            raise ConfigurationError(
                f"kinds {_listed(self.kinds)} need the step {KIND_STEP}: without it every page is an article. "
                f"Add '- type: {KIND_STEP}' to 'steps', or leave 'kinds' out"
            )

    def with_site(self, capture: Capture) -> Capture:
        """Return the capture, with the name of its site if it has no address."""
        if not (self.site or self.site_from) or site_of(capture.url):
            return capture
        return replace(capture, site=self.site or PurePath(capture.source_file).parent.name)

    def naming(self, site: str, site_from: SiteFrom | None) -> Configuration:
        """Return the configuration with another name for sites, if one is given."""
        return replace(self, site=site, site_from=site_from or "") if site or site_from else self

    def keeping(self, kinds: str | Iterable[str], name: str = "--kinds") -> Configuration:
        """Return the configuration with these kinds of page, separated by commas; without any, return it unchanged.

        Raises ConfigurationError for a kind that is not known; its message calls the list `name`.
        """
        listed = kinds if isinstance(kinds, str) else ",".join(kinds)
        return replace(self, kinds=parse_kinds(listed, name)) if listed.strip() else self

    def writing(self, body: str | None) -> Configuration:
        """Return the configuration with another body of records, if one is given."""
        return replace(self, body=parse_body(body)) if body else self

    def build(self) -> list[PageTransform]:
        """Make the transforms of the steps."""
        return [step.build() for step in self.steps]

    def keeps(self, kind: PageKind) -> bool:
        """Return True if pages of this kind give articles."""
        return not self.kinds or kind in self.kinds

    def sha256(self) -> str:
        """Return a digest of all that decides the result: parser, limits, kinds, site, every setting of each step."""
        resolved: dict[str, Any] = {
            "parser": self.parser,
            "limits": dataclasses.asdict(self.limits),
            "kinds": sorted(self.kinds),
            "steps": [{"type": step.type, "config": _settings(step.build())} for step in self.steps],
        }
        if self.site or self.site_from:
            resolved["site"] = [self.site, self.site_from]
        if self.body != "text":
            resolved["body"] = self.body
        return hashlib.sha256(json.dumps(resolved, sort_keys=True).encode()).hexdigest()


def load_configuration(name_or_path: str = DEFAULT) -> Configuration:
    """Load a configuration that ships with the package, by name, or one from a YAML file, by path.

    Raises ConfigurationError if there is none, if it is not YAML, or for an unknown key, step or value.
    """
    return parse_configuration(_document(name_or_path), name_or_path)


def _document(name_or_path: str) -> Any:
    """Read a YAML file. A plain one needs no PyYAML, whose import takes a thirtieth of the start."""
    text = _read(name_or_path)
    if plain := PLAIN.fullmatch(text):
        return {"parser": "lexbor", "steps": [{"type": line.split()[-1]} for line in plain[1].splitlines()]}
    import yaml

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        where = " ".join(str(error).replace('in "<unicode string>", ', "at ").split())
        raise ConfigurationError(f"configuration {name_or_path!r} is not valid YAML: {where}") from error
    if document is None:
        raise ConfigurationError(
            f"configuration {name_or_path!r} is empty; write at least one of the keys {_listed(KEYS)}, "
            f"or name the configuration {DEFAULT!r}"
        )
    return document


def parse_configuration(document: object, name: str = "configuration") -> Configuration:
    """Make a configuration from parsed YAML or JSON. Every step is built once, so that nothing fails later."""
    if not isinstance(document, dict):
        hint = "; write 'steps:' above the list" if isinstance(document, list) else ""
        needed = f"a mapping with the keys {_listed(KEYS)} is needed"
        raise ConfigurationError(f"{name}: {needed}, not {document!r:.60}{hint}")
    _check_keys(document, KEYS, name)
    parser = document.get("parser", "lexbor")
    if parser not in get_args(Parser):
        raise ConfigurationError(f"{name}: parser {parser!r} is not known; valid are {_listed(get_args(Parser))}")
    steps = document["steps"] if "steps" in document else _document(DEFAULT)["steps"]
    if steps == []:
        raise ConfigurationError(f"{name}: 'steps' is empty; leave it out for the steps of {DEFAULT!r}")
    if not isinstance(steps, list):
        raise ConfigurationError(f"{name}: 'steps' must be a list of steps, each with 'type' and perhaps 'config'")
    limits = _parse_limits(document.get("limits"), name)
    checked = tuple(_parse_step(step, name) for step in steps)
    kinds = parse_kinds(document.get("kinds") or [], name)
    try:
        body = parse_body(document.get("body", "text"))
        configuration = Configuration(checked, parser, limits, kinds, *_parse_site(document), body)
        configuration.build()
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: {error}") from error
    return configuration


def _parse_site(document: Mapping[Any, Any]) -> tuple[str, SiteFrom]:
    site, site_from = document.get("site") or "", document.get("site_from") or ""
    if not isinstance(site, str):
        raise ConfigurationError(f"site must be text, not {site!r:.60}")
    if site_from not in get_args(SiteFrom):
        raise ConfigurationError(f"site_from {site_from!r:.60} is not known; valid is 'folder'")
    return site, cast(SiteFrom, site_from)


def parse_body(body: object) -> Body:
    """Return a body of records. Raises ConfigurationError for another value."""
    if body not in get_args(Body):
        near = meant(str(body), get_args(Body))
        raise ConfigurationError(f"body {body!r:.60} is not known; {near}valid are {_listed(get_args(Body))}")
    return cast(Body, body)


def _parse_limits(limits: object, name: str) -> Limits:
    if limits is None:
        return DEFAULT_LIMITS
    if not isinstance(limits, dict):
        raise ConfigurationError(f"{name}: 'limits' must be a mapping, not {limits!r:.60}")
    _check_keys(limits, [field.name for field in dataclasses.fields(Limits)], f"{name}: limits")
    try:
        return Limits(**limits)
    except ValueError as error:
        raise ConfigurationError(f"{name}: limits: {error}") from error


def parse_kinds(kinds: object, name: str) -> tuple[PageKind, ...]:
    """Return the kinds of page in a list, or in a text with commas. Raises ConfigurationError for another value."""
    if isinstance(kinds, str):
        kinds = [kind.strip() for kind in kinds.split(",")]
    if not isinstance(kinds, list):
        raise ConfigurationError(f"{name}: 'kinds' must be a list of {_listed(PAGE_KINDS)}, not {kinds!r:.60}")
    for kind in kinds:
        if kind not in PAGE_KINDS:
            near = meant(str(kind), PAGE_KINDS)
            raise ConfigurationError(f"{name}: kind {kind!r} is not known; {near}valid are {_listed(PAGE_KINDS)}")
    return tuple(dict.fromkeys(kinds))


def _read(name_or_path: str) -> str:
    if name_or_path in shipped_configurations():
        return read_shipped(name_or_path)
    try:
        return Path(name_or_path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"configuration {name_or_path!r} is neither a readable file nor one of {_listed(shipped_configurations())}"
            f" ({meant(name_or_path, shipped_configurations()).strip() or reason(error)})"
        ) from error


def _parse_step(step: object, name: str) -> Step:
    if not isinstance(step, dict) or not isinstance(step.get("type"), str):
        written = step if isinstance(step, str) else "RemoveCommentWidgets"
        raise ConfigurationError(f"{name}: step {step!r:.80} has no 'type'; write '- type: {written:.60}'")
    _check_keys(step, STEP_KEYS, f"{name}: step {step['type']}")
    config = step.get("config") or {}
    if not isinstance(config, dict):
        raise ConfigurationError(f"{name}: step {step['type']}: 'config' must be a mapping, not {config!r:.60}")
    return Step(step["type"], config)


def _transform_class(type_name: str) -> type[PageTransform]:
    if type_name in STEPS:
        return STEPS[type_name]
    if "." not in type_name:
        raise ConfigurationError(
            f"step {type_name!r} is not known; {meant(type_name, STEPS, NEAR_STEPS)}docs/reference/steps.md lists all; "
            "name a step of your own by its import path, such as 'my_module.MyStep'"
        )
    module, _, attribute = type_name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"step {type_name!r} cannot be imported: {error}; its module must be installed, or be in the current folder"
        ) from error
    if not (isinstance(found, type) and issubclass(found, PageTransform)):
        raise ConfigurationError(
            f"step {type_name!r} is not a PageTransform; subclass boiloff.transforms.PageTransform"
        )
    return found


def _check_settings(type_name: str, transform: type[PageTransform], config: Mapping[str, Any]) -> None:
    fields = [f.name for f in dataclasses.fields(transform)] if dataclasses.is_dataclass(transform) else []
    _check_keys(config, fields, f"step {type_name}")
    hints = get_type_hints(transform.__init__) if config else {}
    for key, value in config.items():
        if not _fits(value, hints.get(key, Any)):
            wanted = KINDS.get(hints[key]) or getattr(hints[key], "__name__", str(hints[key]))
            raise ConfigurationError(f"step {type_name}: {key} must be {wanted}, not {value!r}")


def _fits(value: object, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return not isinstance(hint, type) or isinstance(value, hint)


def _check_keys(mapping: Mapping[Any, Any], valid: Iterable[str], where: str) -> None:
    unknown = [key for key in mapping if key not in valid]
    if unknown:
        near = meant(str(unknown[0]), valid)
        raise ConfigurationError(f"{where}: key {unknown[0]!r} is not known; {near}valid are {_listed(valid)}")


def _settings(step: PageTransform) -> dict[str, Any]:
    return dataclasses.asdict(step) if dataclasses.is_dataclass(step) else {}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names) or "none"
