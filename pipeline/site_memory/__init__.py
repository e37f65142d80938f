"""Learn from a crawl, and write the store of site memory."""
