"""Reading: from the files of a crawl to captures, and to rejected records for parts that give none.

A file passes `inputs` (its name), `captures` (its format), `frames` and `cursor` (its decompressed bytes), then `warc`
with `records` and `http_message`, `json_captures`, `mhtml` or `tables`; `keys` has the names that crawlers give the
fields of a capture. `accept` and `media` decide which bodies are captures. `read` divides files among workers, `retry`
reads rejected captures again, `lookup` finds the capture of one address.
"""
