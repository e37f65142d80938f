"""Signatures: the first bytes by which binary files are known, whatever type a server gave them."""

from __future__ import annotations

import re

# Each with what it is called in a rejected record. Signatures that are words only count with the bytes after them
# that no text has: pages may begin with "RIFF" or "ID3". From the formats' own specifications.
SIGNATURES: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, re.compile(pattern, re.DOTALL))
    for name, pattern in (
        ("a PDF document", rb"%PDF-\d"),
        ("a PNG image", rb"\x89PNG\r?\n"),
        ("a JPEG image", rb"\xff\xd8\xff"),
        ("a GIF image", rb"GIF8[79]a"),
        ("a WebP, WAVE or AVI file", rb"RIFF....(?:WEBP|WAVE|AVI )"),
        ("a TIFF image", rb"II\*\0|MM\0\*"),
        ("a BMP image", rb"BM....\0\0\0\0....[\x0c\x28\x6c\x7c]\0\0\0"),
        ("an icon", rb"\0\0[\x01\x02]\0[^\0]\0"),
        ("a Photoshop image", rb"8BPS\0\x01"),
        ("a JPEG 2000 or JPEG XL image", rb"\0\0\0\x0c(?:jP  |JXL )\r\n\x87\n|\xff\x0a"),
        ("an MP4 film or an image like it", rb"\0\0..ftyp"),
        ("a Matroska or WebM film", rb"\x1a\x45\xdf\xa3"),
        ("an Ogg file", rb"OggS\0"),
        ("an MP3 recording", rb"ID3[\x02-\x04]\0|\xff[\xfb\xf3\xf2][^\0\xff]"),
        ("a FLAC recording", rb"fLaC\0"),
        ("a Flash film", rb"[FCZ]WS[\x01-\x32]....|FLV\x01"),
        ("a zip archive, or an Office document", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
        ("an old Office document", rb"\xd0\xcf\x11\xe0\xa1\xb1"),
        ("an RTF document", rb"\{\\rtf\d"),
        ("a PostScript document", rb"%!PS-Adobe|\x04%!PS|\xc5\xd0\xd3\xc6"),
        ("gzip data", rb"\x1f\x8b\x08"),
        ("bzip2 data", rb"BZh[1-9]\x31\x41\x59\x26\x53\x59"),
        ("xz data", rb"\xfd7zXZ\0"),
        ("zstd data", rb"\x28\xb5\x2f\xfd"),
        ("a 7-Zip archive", rb"7z\xbc\xaf\x27\x1c"),
        ("a RAR archive", rb"Rar!\x1a\x07"),
        ("a font", rb"wOF[F2](?:\0\x01\0\0|OTTO|true)|OTTO\0|\0\x01\0\0\0[\x04-\x40]|true\0"),
        ("a program", rb"\x7fELF|\xca\xfe\xba\xbe\0|\0asm\x01|MZ.\0.\0\0\0"),
        ("an SQLite database", rb"SQLite format 3\0"),
    )
)
SIGNATURE_BYTES = 64


def signature(head: bytes) -> str:
    """What a file is by its first bytes; empty where none of the signatures fits."""
    return next((name for name, pattern in SIGNATURES if pattern.match(head, 0, SIGNATURE_BYTES)), "")
