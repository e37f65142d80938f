"""Reading: from the files of a crawl to captures, and to rejected records for parts that give none.

A file passes `ranges` (its name, its parts), `captures` (its format), `cursor` (its decompressed bytes), then `warc`
with `http_message`, `json_captures`, `mhtml` or `tables`. `accept` decides which bodies are captures. `read` shares the
parts among workers, or reads standard input, `retry` reads rejected captures again, `lookup` finds the capture of one
address.
"""
