"""What a path needs that nothing opens: the message names what to install."""

from __future__ import annotations

import pytest

from boiloff.pipeline import display
from boiloff.pipeline.display import OPENERS, reason


@pytest.mark.parametrize("scheme", OPENERS)
def test_a_path_without_its_library_says_what_to_install(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beam's own errors speak of clients and options."""
    monkeypatch.setattr(display, "is_installed", lambda module: False)
    said = reason(ValueError("Must provide one of client or options"), f"{scheme}://bucket/crawl.warc.gz")
    assert said == f"{OPENERS[scheme][0]} is not installed; install apache-beam[{OPENERS[scheme][1]}]"


def test_a_path_with_its_library_has_the_error_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "is_installed", lambda module: True)
    assert reason(OSError("access denied"), "s3://bucket/crawl.warc.gz") == "access denied"
    assert reason(FileNotFoundError(2, "No such file or directory"), "crawl.warc.gz") == "No such file or directory"
