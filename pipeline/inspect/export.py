"""Exporting a finished run: its articles, file by file, as the documents of other tools.

Each form is one pure function from a record to a document.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from ..._files import is_remote
from ..engine import RunError, failing_as_a_run
from ..output.folder import OutputError, OutputFolder, claimed_output, entries
from ..output.manifest import FinishedRun
from ..output.writer import Format, ShardWriter

Document = dict[str, Any]


def datatrove_document(article: Mapping[str, Any]) -> Document:
    """Return a document for datatrove's `JsonlReader`: `text`, `id` and `metadata`.

    The metadata has all other keys of the record; filters there look for `url`, `language` and `language_score`. The
    form is that of `datatrove.data.Document` and of the adapter in
    `pipeline/readers/base.py` (github.com/huggingface/datatrove, 0.10).
    """
    return {"text": article["text"], "id": article["id"], "metadata": _without(article, "text", "id")}


def dolma_document(article: Mapping[str, Any]) -> Document:
    """Return a document for the Dolma toolkit: `id`, `text`, `source`, `version`, `added`, `created` and `metadata`.

    `added` is when the page was captured, `created` when it says that it was published. `source` is that of the
    capture, or the site: ids need only be unique within it. The form is that of docs/data-format.md and
    `dolma.core.data_types.InputSpecWithMetadata` (github.com/allenai/dolma, 1.2).
    """
    return {
        "id": article["id"],
        "text": article["text"],
        "source": article["source"] or article["site"] or "web",
        "version": article["tool_version"],
        "added": article["captured_at"],
        "created": article["date_published"],
        "metadata": _without(article, "id", "text", "source"),
    }


def schema_org_article(article: Mapping[str, Any]) -> Document:
    """Return an Article of schema.org as JSON-LD, without unknown values.

    An author is a Person, or an Organization if the record lists it as one. See schema.org/Article for the properties.
    """
    language = article["language"]
    known = {
        "@context": "https://schema.org",
        "@type": "Article",
        "identifier": article["id"],
        "url": article["url"],
        "mainEntityOfPage": article["canonical_url"],
        "headline": article["title"],
        "description": article["description"],
        "author": [{"@type": _type_of(name, article), "name": name} for name in article["authors"]],
        "publisher": {"@type": "Organization", "name": name} if (name := article["site_name"]) else {},
        "keywords": article["tags"],
        "inLanguage": "" if language == "und" else language,
        "datePublished": article["date_published"],
        "dateModified": article["date_modified"],
        "articleBody": article["text"],
    }
    return {key: value for key, value in known.items() if value}


def _type_of(author: str, article: Mapping[str, Any]) -> str:
    return "Organization" if author in article.get("organisations", ()) else "Person"


def _without(article: Mapping[str, Any], *keys: str) -> Document:
    return {key: value for key, value in article.items() if key not in keys}


@dataclass(frozen=True)
class Form:
    """A form of documents, with the folder in the output and the format that its tools expect."""

    document: Callable[[Mapping[str, Any]], Document]
    folder: str = ""
    format: Format = "jsonl"


FORMS = {
    "datatrove": Form(datatrove_document),
    "dolma": Form(dolma_document, "documents", "jsonl.gz"),
    "schema.org": Form(schema_org_article),
}


class Exported(NamedTuple):
    """How many documents and files an export has written."""

    documents: int
    files: int


def export(run: FinishedRun, form: Form, output: str, format: Format) -> Exported:
    """Write each of the run's articles as a document of the form, one file for each of the run's, in its order.

    Nothing is overwritten: raises OutputError unless `output` is new or empty. The files get their names when all are
    written, so an export that fails leaves none. The same run gives the same bytes.
    """
    check_new(output)
    with claimed_output(output, overwrite=False) as folder, failing_as_a_run(f"nothing in {output!r} is complete"):
        written = {shard: _write(run, shard, form, folder, format) for shard in run.shards_of("articles")}
        documents = sum(count for _, count in written.values())
        if documents != run.summary["articles"]:
            raise RunError(f"{run.folder!r} holds {documents} articles of {run.summary['articles']}; repeat the run")
        names = {path: os.path.join(form.folder, _name(shard, format)) for shard, (path, _) in written.items()}
        _publish(folder, names)
    return Exported(documents, len(written))


def _publish(folder: OutputFolder, names: Mapping[str, str]) -> None:
    """Give all files their names in the output folder, or none."""
    for home in {os.path.dirname(name) for name in names.values()} - {""}:
        FileSystems.mkdirs(folder.file(home))
    placed: list[str] = []
    try:
        for path, name in names.items():
            folder.move(path, name)
            placed.append(folder.file(name))
    except BaseException:
        FileSystems.delete(placed)
        raise


def check_new(output: str) -> None:
    """Raise OutputError for a folder that is not empty."""
    try:
        if os.path.isfile(output):
            raise OutputError(f"output {output!r} is a file; name a folder for the documents")
        if _files_below(output) if is_remote(output) else entries(output):
            raise OutputError(
                f"output folder {output!r} is not empty, and an export overwrites nothing; name a new or an empty one"
            )
    except (BeamIOError, OSError) as error:
        raise OutputError(f"output {output!r} cannot be read: {error}") from error


def _files_below(folder: str) -> list[str]:
    """List the files below a folder of an object store, which has no folders: by the beginnings of names."""
    found = FileSystems.match([FileSystems.join(folder, "**")])
    return [entry.path for match in found for entry in match.metadata_list]


def _write(run: FinishedRun, shard: str, form: Form, folder: OutputFolder, format: Format) -> tuple[str, int]:
    writer = ShardWriter("articles", FileSystems.join(folder.working, _name(shard, format)), format)
    try:
        for article in run.records_of(shard):
            writer.write(form.document(article))
        done = writer.finish()
    except BaseException:
        writer.abandon()
        raise
    return done.path, done.records


def _name(shard: str, format: Format) -> str:
    return f"{shard.partition('.')[0]}.{format}"
