"""Finished runs made up record by record, without cleaning anything."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from boiloff.pipeline.output.parquet import arrow_schema

KNOWN = {
    **dict.fromkeys(("canonical_url", "site_name", "description", "date_modified", "date_source", "source"), ""),
    **dict.fromkeys(("content_sha256", "duplicate_of", "schema_version", "tool_version", "config_sha256"), ""),
    "authors": [],
    "tags": [],
    "quality_flags": [],
    "source_file": "in.warc",
    "source_offset": 0,
    "language_score": 0.9,
    "page_kind": "article",
    "page_kind_score": 0.9,
    "text_score": 0.9,
    "date_published": "2024-05-01",
    "captured_at": "2024-05-02T00:00:00Z",
}


def made_article(name, kept, removed, site="gazette.example", language="en"):
    """Make an article's record and its ledger: `kept` texts first, then `removed` pairs of reason and text."""
    spans, start = [], 0
    for text in kept:
        spans.append({"start": start, "end": start + len(text), "kind": "paragraph"})
        start += len(text) + 2
    article = {
        "id": name,
        "url": f"https://{site}/{name}",
        "site": site,
        "title": f"On {name}",
        "text": "\n\n".join(kept),
        "blocks": spans,
        "language": language,
        "removed_blocks": len(removed),
        "removed_chars": sum(len(text) for _, text in removed),
        **KNOWN,
    }
    ledger = [
        {
            "id": name,
            "url": article["url"],
            "position": len(kept) + place,
            "reason": reason,
            "rule": f"{reason}.words",
            "evidence": f"says {text[:20]!r}",
            "score": 0.9,
            "text": text,
        }
        for place, (reason, text) in enumerate(removed)
    ]
    return article, ledger


def made_letter(number, reason="http-status"):
    return {
        **{"id": f"r{number}", "url": f"https://gazette.example/gone/{number}", "stage": "read", "reason": reason},
        **{"error": "HTTP status 404", "source_file": "in.warc", "source_offset": number, "length": 10},
        "captured_at": "",
    }


def write_run(folder, pages, letters=(), ending="jsonl"):
    """Write a finished run into `folder`, one shard of each kind. Return the folder."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    records = {
        "articles": [article for article, _ in pages],
        "removed": [record for _, ledger in pages for record in ledger],
        "rejected": list(letters),
    }
    names = {name: f"{name}-00000-of-00001.{ending}" for name in records}
    for name, rows in records.items():
        _write(folder / names[name], name, rows)
    (folder / "manifest.json").write_text(json.dumps({"shards": [{"name": name} for name in names.values()]}))
    (folder / "summary.json").write_text(json.dumps(_summary(records)))
    (folder / "_SUCCESS").touch()
    return folder


def _write(path, name, rows):
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows, arrow_schema(name)), path)
        return
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def _summary(records):
    articles = records["articles"]
    sites = {}
    for article in articles:
        site = sites.setdefault(
            article["site"], dict.fromkeys(("articles", "removed_blocks", "removed_chars", "text_chars"), 0)
        )
        site["articles"] += 1
        site["text_chars"] += len(article["text"])
        for name in ("removed_blocks", "removed_chars"):
            site[name] += article[name]
    languages = [article["language"] for article in articles]
    return {
        "tool_version": "0",
        "inputs": ["in.warc"],
        "captures": len(articles) + len(records["rejected"]),
        "articles": len(articles),
        "rejected": len(records["rejected"]),
        "removed_blocks": len(records["removed"]),
        "removed_chars": sum(len(record["text"]) for record in records["removed"]),
        "text_chars": sum(len(article["text"]) for article in articles),
        "languages": {name: languages.count(name) for name in sorted(set(languages))},
        "sites": sites,
        "seconds": 12.5,
        "seconds_by_stage": {"learn": 5.0, "clean": 7.5},
        "seconds_by_part": {"parse": 3.0, "KeepMainContent": 4.0, "RemoveBylines": 0.01},
    }
