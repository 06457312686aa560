"""Outcomes: an extract becomes canonical rows, rows become figures, figures become documents (docs/architecture.md)."""

__version__ = "0.1.0"
