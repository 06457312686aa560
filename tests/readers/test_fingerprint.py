"""One pass over the bytes: the same facts however the file is cut into chunks, and the right ones."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.receive.read.fingerprint import _Scan, fingerprint
from tests.readers.made import write

BYTES = st.text(st.sampled_from('a,"\n\r é'), max_size=30).map(str.encode) | st.binary(max_size=20)


@settings(max_examples=200, deadline=None)
@given(BYTES, st.lists(st.integers(3, 30), max_size=5))  # a byte order mark lies in the first chunk
def test_facts_do_not_depend_on_the_chunks(content: bytes, cuts: list[int]) -> None:
    whole, pieces = _Scan(), _Scan()
    if content:
        whole.take(content)
    edges = sorted({0, len(content), *(c for c in cuts if c < len(content))})
    for start, end in itertools.pairwise(edges):
        pieces.take(content[start:end])
    assert whole.result("") == pieces.result("")


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    content = b"Incident\n" + b"A-1\n" * 2_000_000  # more than one chunk
    facts = fingerprint(write(tmp_path, content))
    assert facts.sha256 == hashlib.sha256(content).hexdigest()
    assert facts.size == len(content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\nb\n", {"line_ends": "lf", "last_blank_line": -1}),
        (b"a\r\nb\r\n", {"line_ends": "crlf", "last_blank_line": -1}),
        (b"a\rb\r", {"line_ends": "cr", "last_blank_line": -1}),
        (b"a\r\nb\n", {"line_ends": "mixed"}),
        (b"a\n\nb\n", {"last_blank_line": 2}),
        (b"a\r\n\r\nb", {"last_blank_line": 3}),
        (b"a\n\n\n", {"last_blank_line": -1}),
        (b"a\n\n\nb\n\n", {"last_blank_line": 3}),
        (b'a,"b"\n', {"balanced": True, "before_quote": frozenset(b","), "after_quote": frozenset(b"\n")}),
        (b'\xef\xbb\xbf"a"', {"before_quote": frozenset(b"\n"), "after_quote": frozenset(b"\n")}),
        (b'a,"b', {"balanced": False}),
        (b'5" pipe, 6"\n', {"balanced": True, "before_quote": frozenset(b"5")}),
        ("é".encode(), {"utf8": True}),
        ("é".encode()[:1], {"utf8": True}),  # cut off
        ("é".encode("cp1252") + b"a", {"utf8": False}),
    ],
)
def test_facts(tmp_path: Path, content: bytes, expected: dict[str, object]) -> None:
    facts = fingerprint(write(tmp_path, content))
    assert replace(facts, **expected) == facts  # type: ignore[arg-type]
