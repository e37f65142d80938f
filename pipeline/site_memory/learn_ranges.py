"""Learn from ranges of files in Beam: a range becomes samples of its sites, the contents of its pages, and counts."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from apache_beam.pvalue import TaggedOutput

from ...transforms.core.page import Capture
from ...transforms.site_memory.store import Content
from ..config import Configuration
from ..output.writer import open_as_it_is
from ..reading.ranges import Range, read_range
from ..reading.read import tagged
from ..work_ranges import OpenPortion, WorkRangesFn
from .sketcher import Packed, Sketcher

# The records that a portion writes. Their files are in the folder in which a run works.
SAMPLES, CONTENTS = "samples", "contents"
# Seconds after which a worker finishes a portion. What it has learned in less is not worth keeping, if the run fails.
# The store does not depend on how the work is divided.
PORTION_SECONDS = 60.0


class LearnRangesFn(WorkRangesFn):
    """Turns ranges into files of samples and contents. Samples are reduced before they are written."""

    def __init__(
        self, folder: str, configuration: Configuration, progress_folder: str = "", seconds: float = PORTION_SECONDS
    ) -> None:
        self.folder = folder
        self.configuration = configuration
        self.seconds = seconds
        super().__init__(progress_folder)

    def begin(self) -> OpenPortion:
        """Return a new portion."""
        self._due = time.monotonic() + self.seconds
        return OpenPortion(self.folder)

    def is_due(self) -> bool:
        """Return whether the portion is old enough."""
        return time.monotonic() >= self._due

    def setup(self) -> None:
        """Build the steps once per worker."""
        super().setup()
        self.sketcher = Sketcher(self.configuration)

    def start_bundle(self) -> None:
        """Begin with nothing: no sample is held between bundles."""
        super().start_bundle()
        self.sketcher.forget()

    def items(self, work: Range) -> Iterable[Capture | TaggedOutput]:
        """Yield captures, and rejected records under their tag."""
        max_body_bytes = self.configuration.limits.max_body_bytes
        return tagged(read_range(work, max_body_bytes=max_body_bytes, on_bytes=self.on_bytes, on_cut=self.on_cut))

    def take(self, item: Capture | TaggedOutput) -> None:
        """Sketch one capture, or count a rejected one."""
        if isinstance(item, TaggedOutput):
            self.ticker.add(captures=1, rejected=1)
            self.portion.tallies.add_count("captures", 1)
            self.portion.tallies.add_count("unread", 1)
            return
        self.ticker.add(captures=1)
        for found in self.sketcher.sketch(item):
            if isinstance(found, Content):
                self.portion.write(CONTENTS, content_record(found))
            else:
                self.portion.write(SAMPLES, sample_record(*found))

    def complete(self) -> None:
        """Write the samples that are held, and count."""
        self.portion.is_noted = self.is_due()
        for packed in self.sketcher.release():
            self.portion.write(SAMPLES, sample_record(*packed))
        for name, count in self.sketcher.counts.items():
            self.portion.tallies.add_count(name, count)
        self.sketcher.forget()


def sample_record(site: str, packed: bytes) -> dict[str, str]:
    """Return a packed sample as a record."""
    return {"site": site, "sample": b64encode(packed).decode("ascii")}


def sample_of(record: dict[str, str]) -> Packed:
    """Return the packed sample of a record."""
    return record["site"], b64decode(record["sample"])


def content_record(content: Content) -> dict[str, Any]:
    """Return a content as a record."""
    return {**content._asdict(), "signature": b64encode(content.signature).decode("ascii")}


def content_of(record: dict[str, Any]) -> Content:
    """Return the content of a record."""
    return Content(**{**record, "signature": b64decode(record["signature"])})


def records_of(path: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a file, one at a time."""
    with open_as_it_is(path) as lines:
        yield from map(json.loads, lines)
