"""Reports in a real browser: Debian's Chromium, without a window. Without it these tests are skipped."""

import os
import shutil
from pathlib import Path

import pytest
from report_runs import CAPTURES, ROOT, SCREENSHOTS, WIDE, run_of


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed; make test-browser does it"
    )
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("there is no Chromium; on Debian: apt-get install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def look(chromium):
    """Opens a file as a person would: a function of its path, the size of the window and the scheme of colours.

    The page may print nothing on the console, and load only its own file.
    """
    printed, asked, contexts = [], [], []

    def opened(path, size=WIDE, scheme="light", fragment="", touch=False):
        context = chromium.new_context(
            viewport=dict(zip(("width", "height"), size, strict=True)),
            color_scheme=scheme,
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: printed.append(message.text))
        page.on("pageerror", lambda error: printed.append(str(error)))
        page.on("dialog", lambda dialog: (printed.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
        page.goto(path.as_uri() + fragment)
        allowed.add(path.as_uri())
        return page

    allowed = set()
    yield opened
    for context in contexts:
        context.close()
    assert printed == []
    assert set(asked) <= allowed


@pytest.fixture(scope="session")
def seeds_report(tmp_path_factory):
    return run_of([ROOT / "seeds"], tmp_path_factory.mktemp("seeds") / "run")


@pytest.fixture(scope="session")
def captures_report(tmp_path_factory):
    captures = [name for name in os.environ.get(CAPTURES, "").split() if Path(name).exists()]
    if not captures:
        pytest.skip(f"{CAPTURES} names no captures; make test-browser CAPTURES=FOLDER")
    return run_of(captures, tmp_path_factory.mktemp("captures") / "run")


@pytest.fixture(params=["seeds", "captures"])
def report(request):
    """The report of the seeds, and of real captures if there are any; with its name for pictures."""
    return request.param, request.getfixturevalue(f"{request.param}_report")


@pytest.fixture
def shoot():
    """Takes a picture of a page for people to look at, in out/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def shot(page, name, **how):
        page.screenshot(path=SCREENSHOTS / f"{name}.png", **how)

    return shot
