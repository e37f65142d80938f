"""What a finished run looks like to a person: pages with every block and its fate, counts, charts, one HTML file."""
