"""Pages for the browser, written to a file that a person named."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ...output_folder import OutputError
from ...report.page_view import PageView


def write_pages(views: Iterable[PageView], path: str, title: str = "") -> None:
    """Write the browser for these pages to `path`, and tell where it is. Raises OutputError where it cannot be."""
    from ...report.render import render_pages  # its templates take a while to load, and most calls need none

    document = render_pages(views, title).encode("utf-8", "replace")
    try:
        with open(path, "wb") as file:
            file.write(document)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}; name another file") from error
    click.echo(f"written: {path}", err=True)
