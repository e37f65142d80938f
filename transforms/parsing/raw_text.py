"""The end of what is no markup: scripts, styles and their like, up to their own end tag."""

from __future__ import annotations

import re

SCRIPT_SIGN = re.compile(rb"<!--|-->|</?script[\s/>]", re.IGNORECASE)


def raw_end(markup: bytes, tag: bytes, begin: int) -> int:
    """Where the end tag of a raw text stands that begins at `begin`; the end of the markup where there is none."""
    if tag == b"plaintext":
        end = markup.rfind(b"</plaintext>")
    else:
        end = markup.find(b"</" + tag + b">", begin)
        if tag == b"script" and end > begin and markup.find(b"<!--", begin, end) >= 0:
            end = _script_end(markup, begin)
    return end if end >= begin else len(markup)


def _script_end(markup: bytes, begin: int) -> int:
    """The end of a script with a comment, inside which a script's own end tag may stand."""
    escaped = double = False
    for sign in SCRIPT_SIGN.finditer(markup, begin):
        what = sign.group().lower()
        if what == b"<!--":
            escaped = True
        elif what == b"-->":
            escaped = double = False
        elif what[1:2] != b"/":
            double = escaped
        elif double:
            double = False
        elif sign.group() == b"</script>":
            return sign.start()
    return len(markup)
