"""Learning over a crawl, and the store that keeps what was learned."""
