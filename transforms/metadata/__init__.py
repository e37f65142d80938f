"""Extract what a page says about its article besides the text: title, authors, dates, tags, site, canonical address."""

from .extract import ExtractMetadata, extract_metadata
from .text_titles import title_of_text

__all__ = ["ExtractMetadata", "extract_metadata", "title_of_text"]
