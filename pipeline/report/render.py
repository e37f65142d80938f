"""One HTML file that needs nothing else: no network, no other file, no script but its own.

Whatever a page says is escaped by the template, or is data that the script shows as text. Should either fail, the
policy in the file's head lets nothing run or load but the one script and the one style sheet, by their digests.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..._version import __version__
from .page_data import pages_json
from .page_view import PageView
from .shortened import ShortPage
from .visible import visible
from .wording import number, percent

TEMPLATES = Path(__file__).parent / "templates"


def render_pages(views: Iterable[PageView], title: str = "") -> str:
    """The browser for some pages and nothing else, as HTML: a list of them, or just the page where there is one."""
    data, shown = pages_json([ShortPage.of(view) for view in views])
    is_single = len(shown) == 1
    title = title or (shown[0].view.title if is_single else f"{len(shown)} pages")
    return render("pages.html", {"title": title, "is_single": is_single, "sections": (), "data": data})


def render(template: str, values: Mapping[str, Any]) -> str:
    """A template with the style sheet, the script and the policy that lets only these two in."""
    style, script = _source("report.css") + _source("browser.css"), _source("blocks.js") + _source("browser.js")
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    own = {"style": Markup(style), "script": Markup(script), "policy": policy, "version": __version__}
    return _environment().get_template(template).render({**values, **own, "data": Markup(values["data"])})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters.update(number=number, percent=percent)
    return environment


def _visible(value: Any) -> Any:
    """What a template prints, with signs in place of controls. Markup is our own."""
    return visible(value) if type(value) is str else value


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _digest(source: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
