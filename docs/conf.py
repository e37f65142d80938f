"""How Sphinx makes the site: `make docs`, or `sphinx-build -c docs . out/docs` from the top of the checkout.

The source folder is the checkout itself, so that links between the documents lead to the same places on the site, in an
editor and where the repository is shown.
"""

from pathlib import Path

from pygments.lexers import BashLexer
from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]

project = "boiloff"
author = "the authors of boiloff"
release = version = (ROOT / "boiloff" / "_version.py").read_text("utf-8").split('"')[-2]

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "examples/README.md",
    "tests/data/gate/README.md",
]
# Sphinx walks all folders that are not named here, links included.
exclude_patterns = [".*", "boiloff", "build", "out", "pipeline", "transforms", "tests/[!d]*", "tests/data/[!g]*"]

# Sections are addressed as on the hosts that show the repository: by their titles.
myst_heading_anchors = 4
nitpicky = True

html_theme = "furo"
html_title = "boiloff"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
# `index.html` at the top of the site, which leads to docs/index.html.
html_extra_path = ["html"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Highlight commands as shell code: they stand without a prompt, so the lexer of sessions takes them for output."""
    app.add_lexer("console", BashLexer)
    return {"parallel_read_safe": True}
