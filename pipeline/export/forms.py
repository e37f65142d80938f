"""Article records in the forms of other tools: one pure function each, a record in, a document out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..writing import Format

Document = dict[str, Any]


def datatrove_document(article: Mapping[str, Any]) -> Document:
    """What datatrove's `JsonlReader` makes a `Document` of: `text`, `id` and `metadata`.

    Filters there look for `url`, `language` and `language_score` in the metadata, which has every other key of the
    record under its own name. The form is that of `datatrove.data.Document` and of the adapter in
    `pipeline/readers/base.py` (github.com/huggingface/datatrove, 0.10).
    """
    return {"text": article["text"], "id": article["id"], "metadata": _without(article, "text", "id")}


def dolma_document(article: Mapping[str, Any]) -> Document:
    """What the Dolma toolkit reads: `id`, `text`, `source`, `version`, `added`, `created` and `metadata`.

    `added` is when the page was captured, `created` when it says that it was published. `source` is what the capture
    says, or the site: ids need only be unique within it. The form is that of docs/data-format.md and
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
    """An Article of schema.org as JSON-LD. What is not known is left out, as vocabularies want it.

    Whether an author is a person or an agency is not known; each is given as a Person, as publishers do it. See
    schema.org/Article for the properties.
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
        "author": [{"@type": "Person", "name": name} for name in article["authors"]],
        "publisher": {"@type": "Organization", "name": name} if (name := article["site_name"]) else {},
        "keywords": article["tags"],
        "inLanguage": "" if language == "und" else language,
        "datePublished": article["date_published"],
        "dateModified": article["date_modified"],
        "articleBody": article["text"],
    }
    return {key: value for key, value in known.items() if value}


def _without(article: Mapping[str, Any], *keys: str) -> Document:
    return {key: value for key, value in article.items() if key not in keys}


@dataclass(frozen=True)
class Form:
    """How documents of a form are made, and how its tools want their files: the folder in the output, the format."""

    document: Callable[[Mapping[str, Any]], Document]
    folder: str = ""
    format: Format = "jsonl"


FORMS = {
    "datatrove": Form(datatrove_document),
    "dolma": Form(dolma_document, "documents", "jsonl.gz"),
    "schema.org": Form(schema_org_article),
}
