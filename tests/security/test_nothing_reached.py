"""Cleaning and learning reach for nothing: no network, no file that a page names, no program, no path of its making."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from archives import PAGE, http, record

ROOT = Path(__file__).parents[2]

# Python calls this hook for everything that it opens, connects or starts (PEP 578), and no code can remove it. Work
# inside one process needs no connection; several workers talk to it by gRPC over the loopback interface.
WATCHED = """
import sys, threading

def watch(event, args):
    if watching and event.startswith(("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.send",
        "urllib.", "http.client.", "ftplib.", "smtplib.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork",
        "webbrowser.", "ctypes.dlopen", "shutil.")) and event != "shutil.rmtree":
        reached.append(f"{event} {args!r:.200}")
    if watching and event == "open" and isinstance(args[0], str):
        opened.append(args[0])

watching, reached, opened = False, [], []
sys.addaudithook(watch)
import boiloff
from boiloff.pipeline.config import load_configuration
from boiloff.pipeline.run import CleanJob, run_clean
from boiloff.pipeline.engine import pipeline_options

for template in (False, True):  # everything is imported and loaded before the watch begins
    run_clean(CleanJob([sys.argv[2]], f"{sys.argv[1]}/warm{template}", load_configuration(), learns=template), pipeline_options([]))
watching = True
page = open(sys.argv[3]).read()
for html in (page, page.encode("utf-16")):
    boiloff.clean(html, url=sys.argv[4])
boiloff.clean_text(page, url=sys.argv[4])
inputs = sys.argv[5:]
summary = run_clean(CleanJob(inputs, f"{sys.argv[1]}/out", load_configuration(), learns=True), pipeline_options([]))
watching = False
import json
print(json.dumps({"reached": reached, "opened": sorted(set(opened)), "captures": summary["captures"]}))
"""
SECRET = "the combination of the safe is 4711"


def hostile_page(secret):
    """Make a page that names a file and a server in every place that a browser or an XML parser would follow."""
    targets = (f"file://{secret}", "http://127.0.0.1:9/x", "//127.0.0.1:9/x", "ftp://127.0.0.1/x", str(secret))
    follows = "".join(
        f'<img src="{t}" srcset="{t} 2x"><link rel="stylesheet canonical" href="{t}"><iframe src="{t}"></iframe>'
        f'<script src="{t}"></script><object data="{t}"></object><embed src="{t}"><video src="{t}"></video>'
        f'<meta http-equiv="refresh" content="0; url={t}"><base href="{t}"><form action="{t}"></form>'
        f'<style>@import "{t}"; p {{ background: url({t}) }}</style><a href="{t}" ping="{t}">more</a>'
        f'<svg><use href="{t}"/><image xlink:href="{t}"/></svg><meta property="og:url" content="{t}">'
        f'<script type="application/ld+json">{{"@context": "{t}", "@type": "Article", "@id": "{t}"}}</script>'
        for t in targets
    )
    return (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY secret SYSTEM "file://{secret}"><!ENTITY % far SYSTEM '
        f'"http://127.0.0.1:9/x.dtd"> %far; <!ENTITY a "{"ha" * 50}"><!ENTITY b "&a;&a;&a;&a;">]>'
        f"<html><head><title>Tides &secret;</title>{follows}</head><body><article>"
        f'<xi:include href="file://{secret}" parse="text"/><p>The harbour master counted the boats twice. &secret; &b;</p>'
        f"<p>Then he wrote the number down, as he did every evening, in the ledger on the pier. &b;</p></article></body></html>"
    )


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """What a process that cleaned and learned from hostile captures has reached for, and what it wrote."""
    folder = tmp_path_factory.mktemp("watched")
    secret = folder / "outside" / "secret.txt"
    secret.parent.mkdir()
    secret.write_text(SECRET)
    page = hostile_page(secret)
    (folder / "page.html").write_text(page)
    (folder / "sound.html").write_bytes(PAGE)
    inputs = folder / "crawl"
    inputs.mkdir()
    lines = [{"html": page, "url": url, "id": name, "captured_at": name, "source": name} for url, name in names(secret)]
    (inputs / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)))
    fields = (f"WARC-Filename: {secret}", f"WARC-Refers-To-Target-URI: file://{secret}")
    (inputs / "in.warc").write_bytes(
        record(http(page.encode()), *fields) + record(kind="revisit") + record(b"", *fields)
    )
    (inputs / "in.wacz").write_bytes(wacz(secret))
    before = tree(folder)
    words = [folder, folder / "sound.html", folder / "page.html", f"file://{secret}", *sorted(inputs.iterdir())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")}
    (folder / "tmp").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, words)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1]), folder, tree(folder) - before


def names(secret):
    """Addresses and ids that would lead out of the output folder if a path were made of them."""
    for number, name in enumerate(
        ("../../escaped", "/escaped", "..", "a/../../escaped", "x\0y", str(secret), "con", "\n")
    ):
        yield f"https://{'..' * number}/../../escaped/{name}", f"{name}#{number}" if number else name
    yield f"file://{secret}", "file"
    yield "https://../../x/", "dots"


def wacz(secret):
    """Make a zip whose members have names of paths elsewhere; only those in archive/ are read, none is written."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        for name in ("archive/a.warc", "archive/../../escaped.warc", "../escaped.warc", "/escaped.warc", str(secret)):
            archive.writestr(name, record(http(PAGE), name=f"member {name}"))
    return packed.getvalue()


def tree(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_nothing_is_connected_and_nothing_started(watched):
    found, _, _ = watched
    assert found["captures"] == 15
    assert found["reached"] == []


def test_only_inputs_and_outputs_are_opened(watched):
    found, folder, _ = watched
    assert not [path for path in found["opened"] if "secret" in path or "escaped" in path]
    assert str(folder / "crawl" / "lines.jsonl") in found["opened"]


def test_nothing_of_a_file_that_a_page_names_is_in_the_records(watched):
    _, folder, _ = watched
    written = [path for path in (folder / "out").rglob("*") if path.is_file()]
    assert len(written) > 3
    assert not [path for path in written if SECRET.encode() in path.read_bytes()]


def test_entities_that_a_page_declares_are_not_expanded(watched):
    _, folder, _ = watched
    text = "".join(path.read_text("utf-8") for path in (folder / "out").glob("articles-*"))
    assert "harbour master" in text
    assert "hahaha" not in text


def test_no_path_is_made_of_what_a_capture_says(watched):
    """Everything new lies in the output folder or the temporary one, under names of this project's own."""
    _, folder, new = watched
    assert {path.partition("/")[0] for path in new} <= {"out", "tmp", "warmFalse", "warmTrue"}
    assert not [path for path in new if "escaped" in path or "secret" in path]
    assert not list(folder.parent.glob("*escaped*"))


def test_zip_members_outside_of_the_archive_folder_are_no_captures(watched):
    _, folder, _ = watched
    articles = [
        json.loads(line)
        for path in (folder / "out").glob("articles-*")
        for line in path.read_text("utf-8").split("\n")
        if line
    ]
    members = {article["source_file"].partition("!")[2] for article in articles if "!" in article["source_file"]}
    assert members <= {"archive/a.warc", "archive/../../escaped.warc"}
    assert "archive/a.warc" in members


def test_files_that_are_links_are_read_and_folders_that_are_links_are_not(tmp_path):
    from boiloff.pipeline.reading.ranges import expand_inputs

    outside, crawl = tmp_path / "outside", tmp_path / "crawl"
    outside.mkdir()
    crawl.mkdir()
    (outside / "page.html").write_bytes(PAGE)
    (crawl / "file.html").symlink_to(outside / "page.html")
    (crawl / "folder").symlink_to(outside, target_is_directory=True)
    (crawl / "round").symlink_to(crawl, target_is_directory=True)
    assert expand_inputs([str(crawl)]) == [str(crawl / "file.html")]


@pytest.mark.skipif(
    shutil.which("unshare") is None, reason="needs unshare, which takes the network away from a process"
)
def test_a_process_without_a_network_cleans(tmp_path):
    (tmp_path / "page.html").write_text(hostile_page(tmp_path / "secret.txt"))
    words = ["clean", str(tmp_path / "page.html"), "--output", str(tmp_path / "out")]
    alone = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets no process be without a network")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*alone, sys.executable, "-m", "boiloff", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
