"""The report: what was found, in words, as one HTML file."""
