"""WACZ: a zip file with WARC files in its folder `archive/`."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from ...transforms.core.capture import Capture
from .rejected import Rejected
from .verdict import MAX_BODY_BYTES, Origin
from .warc import read_warc

WARC_MEMBER = re.compile(r"archive/.*\.warc[^/]*")
MEMBER = re.compile(rf"(.*?)!({WARC_MEMBER.pattern})", re.DOTALL)
# What the standard library raises for a zip file that is damaged, encrypted or compressed in an unknown way.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


def is_wacz(stream: IO[bytes]) -> bool:
    """Whether a zip file is a WACZ: it names itself in `datapackage.json`, or has WARC files in `archive/`."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return any(name == "datapackage.json" or WARC_MEMBER.fullmatch(name) for name in archive.namelist())
    except ZIP_ERRORS:
        return False


def read_wacz(stream: IO[bytes], path: str, *, max_body_bytes: int = MAX_BODY_BYTES) -> Iterator[Capture | Rejected]:
    """Every capture of the WARC files in a WACZ, by name, as `read_warc` gives them.

    `source_file` is the path and the member's name with `!` between, `source_offset` counts within the member.
    The stream must be seekable.
    """
    with zipfile.ZipFile(stream) as archive:
        names = sorted(filter(WARC_MEMBER.fullmatch, archive.namelist()))
        if not names:
            error = "no archive/*.warc in this zip file"
            yield Origin(source_file=path).reject("unknown-format", error)
        for name in names:
            yield from read_member(archive, name, f"{path}!{name}", max_body_bytes=max_body_bytes)


def read_member(
    archive: zipfile.ZipFile, name: str, path: str, *, max_body_bytes: int = MAX_BODY_BYTES
) -> Iterator[Capture | Rejected]:
    """Every capture of one WARC file in a zip file, whose `source_file` is `path`."""
    try:
        with archive.open(name) as member:
            yield from read_warc(member, path, max_body_bytes=max_body_bytes)
    except ZIP_ERRORS as error:
        yield Origin(source_file=path).reject("damaged-record", f"zip member {name}: {error}")


def split_member(path: str) -> tuple[str, str] | None:
    """The zip file and the name that `source_file` tells of a member; None where it tells a file."""
    found = MEMBER.fullmatch(path)
    return (found[1], found[2]) if found and not os.path.exists(path) else None
