"""Sphinx extensions: formulas, tables, folds, accessibility, looks; nothing remote."""
