"""Opening an extract by the kind of file that it is."""

from __future__ import annotations

from pathlib import Path

from pipeline.program.model import Mapping
from pipeline.receive.read.fingerprint import Fingerprint, fingerprint
from pipeline.receive.read.headings import HeadingRow
from pipeline.receive.read.kinds import check_file, kind_of
from pipeline.receive.read.source import Source


def open_source(path: Path, mapping: Mapping, facts: Fingerprint | None = None) -> Source:
    """The extract with its headings known and its rows not yet read; Unreadable with the reason why it cannot be one.

    `facts` is the file's fingerprint when its bytes were read already (for the key of the finished work).
    """
    check_file(path)
    kind = kind_of(path)
    if kind == "workbook":
        from pipeline.receive.read.workbook import open_workbook

        return open_workbook(path, mapping)
    if kind == "json":
        from pipeline.receive.read.json_rows import open_json

        return open_json(path, mapping, facts or fingerprint(path))
    from pipeline.receive.read.delimited import open_delimited

    return open_delimited(path, mapping, facts or fingerprint(path))


def read_headings(path: Path, mapping: Mapping) -> list[HeadingRow]:
    """The heading row of the file, of a workbook of each sheet that the mapping reads; Unreadable when there is none.

    Says nothing of headings that are missing. Of delimited text only the first rows are read.
    """
    check_file(path)
    kind = kind_of(path)
    if kind == "workbook":
        from pipeline.receive.read.workbook import workbook_headings

        return workbook_headings(path, mapping)
    if kind == "json":
        from pipeline.receive.read.json_rows import json_headings

        return json_headings(path, mapping)
    from pipeline.receive.read.delimited import delimited_headings

    return delimited_headings(path, mapping)
