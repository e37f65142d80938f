"""What a page says of its article besides the text: title, authors, dates, tags, site, canonical address."""

from .extract import extract_metadata
from .text_title import title_of_text

__all__ = ["extract_metadata", "title_of_text"]
