"""Site memory: each page gets that of its site, for the steps that come after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from .core.base import PageTransform, transform
from .core.page import Page

if TYPE_CHECKING:
    import apache_beam as beam

    from .site_memory.derive import SiteMemory
    from .site_memory.sample import SiteSample
    from .site_memory.store import Store

    Templates: TypeAlias = str | beam.PCollection[tuple[str, SiteSample]]
else:
    Templates = str  # what a configuration can hold


@transform
@dataclass
class RecallSites(PageTransform):
    """Add the memory of its site to each page. `KeepMainContent` and `RemoveRepeatedDisclaimers` read it.

    `templates` is the path of a store from `boiloff learn`; each process opens it once. In a pipeline, it may also be
    the output of `LearnTemplates`. Every worker receives this output as a side input, so it works for a few thousand
    sites, but not for a whole crawl. A page of an unknown site does not change.
    """

    templates: Templates = ""

    def __post_init__(self) -> None:
        if not self.templates or not (isinstance(self.templates, str) or _is_collection(self.templates)):
            raise ValueError(f"templates is the path of a store that `boiloff learn` has made, not {self.templates!r}")

    def clean(self, page: Page) -> Page:
        """Add its site's memory to a page. Raises StoreError when the store cannot be used."""
        if not isinstance(self.templates, str):
            raise TypeError("templates that a pipeline learns are known only inside that pipeline; name a store's path")
        return recalled(page, store_at(self.templates).site(page.site))

    def expand(self, pages: beam.PCollection[Page]) -> beam.PCollection[Page]:
        """Load the memories from the store, or from the side input."""
        if isinstance(self.templates, str):
            return super().expand(pages)
        import apache_beam as beam

        from .site_memory.derive import derive

        memories = self.templates | "Derive" >> beam.MapTuple(lambda site, sample: (site, derive(sample)))
        recall = beam.Map(_recalled_from, beam.pvalue.AsDict(memories))
        return pages | "Recall" >> recall.with_output_types(Page)


def _is_collection(value: object) -> bool:
    import apache_beam as beam

    return isinstance(value, beam.PCollection)


def recalled(page: Page, memory: SiteMemory | None) -> Page:
    """Return the page with this memory, or as it is where there is none."""
    return page.replaced(site_memory=memory) if memory else page


def _recalled_from(page: Page, memories: dict[str, SiteMemory]) -> Page:
    return recalled(page, memories.get(page.site))


@lru_cache(maxsize=4)
def store_at(path: str) -> Store:
    """Open the store at a path, once a process."""
    from .site_memory.store import open_store

    return open_store(path)
