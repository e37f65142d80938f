"""Reading: from the files a crawler left behind to captures, and rejected records for what gave none.

A file passes `inputs` (its name), `captures` (its format), `frames` and `cursor` (its decompressed bytes), then `warc`
with `records` and `http_message`, `json_captures`, `mhtml` or `tables`; `keys` says under which names an
object or a row has the fields of a capture. `accept` and `media` decide which pages are captures. `read` shares files
out among workers, `retry` reads again what a run rejected, `lookup` finds the capture of one address.
"""
