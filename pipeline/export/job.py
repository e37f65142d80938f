"""An export: the articles of a finished run, file by file, as documents of a form."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from ...transforms.core.remote import is_remote
from ..finished_run import FinishedRun
from ..output_folder import OutputError, OutputFolder, claimed_output, entries
from ..running import RunError, failing_as_a_run
from ..writing import Format, ShardWriter
from .forms import Form


class Exported(NamedTuple):
    """What an export has written."""

    documents: int
    files: int


def export(run: FinishedRun, form: Form, output: str, format: Format) -> Exported:
    """Write each of the run's articles as a document of the form, one file for each of the run's, in its order.

    Nothing is overwritten: `output` must be new or empty, else OutputError. The files get their names when all are
    written, so that an export that ends before leaves none. The same run gives the same bytes.
    """
    check_new(output)
    with claimed_output(output, overwrite=False) as folder, failing_as_a_run(f"nothing in {output!r} is complete"):
        written = {shard: _write(run, shard, form, folder, format) for shard in run.shards_of("articles")}
        documents = sum(count for _, count in written.values())
        if documents != run.summary["articles"]:
            raise RunError(f"{run.folder!r} holds {documents} articles of {run.summary['articles']}; do the run again")
        names = {path: os.path.join(form.folder, _name(shard, format)) for shard, (path, _) in written.items()}
        _publish(folder, names)
    return Exported(documents, len(written))


def _publish(folder: OutputFolder, names: Mapping[str, str]) -> None:
    """Give the files their names in the output folder: all of them, or none."""
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
    """Raises OutputError for a folder that holds anything."""
    try:
        if os.path.isfile(output):
            raise OutputError(f"output {output!r} is a file; name a folder for the documents")
        if _files_below(output) if is_remote(output) else entries(output):
            raise OutputError(
                f"output folder {output!r} is not empty, and an export overwrites nothing; name a new or an empty one"
            )
    except (BeamIOError, OSError) as error:
        raise OutputError(f"output {output!r} cannot be looked at: {error}") from error


def _files_below(folder: str) -> list[str]:
    """The files of an object store whose names begin with a folder's: it knows no folders inside of one."""
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
