"""Try the installed boiloff, as a release has it: the compiled modules, the function and the command.

It is run outside the checkout's own folder, with the Python whose installation it tries.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import version
from pathlib import Path

import boiloff
from boiloff.transforms import compiled

PAGE = """<title>Tide tables - The Gazette</title><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<h1>Tide tables</h1><p>The harbour master printed them by hand, every year, on a press older than the pier.</p>
<div id="disqus_thread"><p>First!</p></div>"""
TEXT = "The harbour master printed them by hand, every year, on a press older than the pier."


def check_compiled() -> None:
    """Check that every module of the core is compiled, and is not that of a checkout."""
    folder = Path(compiled.__file__).parent
    assert "site-packages" in folder.parts, f"boiloff is imported from {folder}, and not from the installed package"
    sources = [path for path in folder.glob("*.py") if path.stem != "__init__"]
    assert sources
    for source in sources:
        assert any(source.with_suffix(suffix).exists() for suffix in EXTENSION_SUFFIXES), f"{source} is not compiled"


def check_function() -> None:
    """Clean a page."""
    article, removed = boiloff.clean_with_ledger(PAGE, url="https://gazette.example/tides")
    assert (article.title, article.text, article.language) == ("Tide tables", TEXT, "en"), article
    assert {block["reason"] for block in removed} >= {"navigation", "comments"}, removed


def check_command() -> None:
    """Clean a pipe."""
    line = json.dumps({"html": PAGE, "url": "https://gazette.example/tides"})
    words = [sys.executable, "-m", "boiloff", "clean", "-", "--quiet"]
    done = subprocess.run(words, input=line, capture_output=True, text=True, encoding="utf-8", check=True)
    assert json.loads(done.stdout)["text"] == TEXT, done


def main() -> None:
    """Fail with a traceback if anything is wrong."""
    assert version("boiloff") == boiloff.__version__
    check_compiled()
    check_function()
    check_command()
    print(f"boiloff {boiloff.__version__} cleans a page on Python {sys.version.split()[0]} ({sys.platform})")


if __name__ == "__main__":
    main()
