"""Looking at pages and finished runs: explain, compare, report, export. Nothing below imports this."""
