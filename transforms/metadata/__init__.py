"""Extract what a page says about its article besides the text: title, authors, dates, tags, site, canonical address."""
