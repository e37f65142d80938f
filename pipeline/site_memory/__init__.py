"""Learning from a crawl, and writing the store that keeps what was learned."""
