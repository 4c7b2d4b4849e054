"""Drawings of results, each with its alt text and its data."""
