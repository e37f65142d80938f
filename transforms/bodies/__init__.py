"""Bodies: the kept blocks of a page with their structure, as Markdown or HTML."""
