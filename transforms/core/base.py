"""The thin Beam shell that every page transform shares."""

from __future__ import annotations

import apache_beam as beam

from .page import Page


class PageTransform(beam.PTransform):
    """A step on pages: subclasses are dataclasses whose fields are their settings, and define `clean`.

    The same object works in a pipeline (`pages | RemoveCommentWidgets()`) and without one
    (`RemoveCommentWidgets().clean(page)`). The fields are the keys of the configuration, and their defaults
    stand nowhere else.
    """

    def clean(self, page: Page) -> Page:
        """The page with this step's marks or values added; blocks are never deleted or changed."""
        raise NotImplementedError(f"{type(self).__name__} has no clean()")

    def expand(self, pages: beam.PCollection[Page]) -> beam.PCollection[Page]:
        """Apply `clean` to each page."""
        step = beam.Map(self.clean).with_input_types(Page).with_output_types(Page)
        return pages | type(self).__name__ >> step
