"""Receive: extracts become canonical rows, quarantine and receipts. Imported lightly; work loads what it needs."""

from pipeline.receive.find import find_extracts
from pipeline.receive.folder import remove_unused
from pipeline.receive.product import Extract, Found, Receipt, Received, Violation
from pipeline.receive.run import receive
from pipeline.receive.workers import receive_all

__all__ = [
    "Extract",
    "Found",
    "Receipt",
    "Received",
    "Violation",
    "find_extracts",
    "receive",
    "receive_all",
    "remove_unused",
]
