"""Use boiloff's transforms in your own Python pipeline: HTML files in, titles and lengths out."""

import argparse

import boiloff  # noqa: F401  # before Beam, whose import it quiets

# isort: split
import apache_beam as beam
from apache_beam.io import fileio

from boiloff.transforms import Capture, DetectLanguage, ExtractMetadata, KeepMainContent, ParseCaptures, make_article


def to_capture(file: fileio.ReadableFile) -> Capture:
    """Make a capture of a file."""
    with file.open() as stream:
        return Capture(body=stream.read(), source_file=file.metadata.path)


def main(pattern: str, output: str, flags: list[str]) -> None:
    """Clean the files that `pattern` names, and write a line for each to `output`."""
    with beam.Pipeline(argv=["--runner=FnApiRunner", *flags]) as pipeline:
        (
            pipeline
            | fileio.MatchFiles(pattern)
            | fileio.ReadMatches()
            | beam.Map(to_capture)
            | ParseCaptures()
            | ExtractMetadata()
            | KeepMainContent()
            | DetectLanguage()
            | beam.Map(make_article)
            | beam.Map(lambda article: f"{article.language}\t{len(article.text)}\t{article.title}")
            | beam.io.WriteToText(output)
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, epilog="What else is given goes to Beam, such as --runner.")
    parser.add_argument("pattern", help="the HTML files, as a glob in quotes")
    parser.add_argument("output", help="how the names of the files of lines begin")
    arguments, flags = parser.parse_known_args()
    main(arguments.pattern, arguments.output, flags)
