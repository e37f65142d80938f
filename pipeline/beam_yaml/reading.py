"""ReadCaptures for Beam YAML: files to rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from ..reading import read
from ..reading.inputs import expand_inputs
from .errors import error_output
from .rows import CAPTURE, REJECTED, capture_row, to_row


@dataclass
class ReadCaptures(beam.PTransform):
    """Read captures from WARC, WET, ARC, WACZ, JSON lines, HTML and text files, told apart by content.

    Outputs: `captures`, rows with `html` or `text`, decoded, and what is known of where they came from; and
    `rejected`, a row for each that could not be read.

    Args:
      inputs: Files, folders, globs, or any paths that Beam's filesystems open.
      error_handling: Names the output of rejected rows, which must then be used: `{output: NAME}`.
    """

    inputs: Sequence[str]
    error_handling: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        super().__init__()
        if isinstance(self.inputs, str):
            raise ValueError(f"inputs is a list of paths; write [{self.inputs}]")
        self.rejected = error_output(self.error_handling, "rejected")

    def expand(self, begin: beam.pvalue.PBegin) -> dict[str, beam.PCollection[Any]]:
        """Inputs to rows. Raises InputError for an input that matches nothing, before anything runs."""
        found = begin | "Read" >> read.ReadCaptures(expand_inputs(self.inputs))
        return {
            "captures": found.captures | "CaptureRows" >> beam.Map(capture_row).with_output_types(CAPTURE),
            self.rejected: found[read.REJECTED]
            | "RejectedRows" >> beam.Map(lambda dead: to_row(dead.to_dict())).with_output_types(REJECTED),
        }
