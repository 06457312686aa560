"""The readers: one extract becomes a stream of text cells, whatever its format. `source.py` is the contract."""

from pipeline.receive.read.fingerprint import Fingerprint, fingerprint
from pipeline.receive.read.opening import open_source, read_headings
from pipeline.receive.read.source import BROKEN_MARK, DATE_MARK, BadLine, MissingHeadings, Source, Unreadable

__all__ = [
    "BROKEN_MARK",
    "DATE_MARK",
    "BadLine",
    "Fingerprint",
    "MissingHeadings",
    "Source",
    "Unreadable",
    "fingerprint",
    "open_source",
    "read_headings",
]
