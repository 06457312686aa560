"""manifest.json, read by those who look at finished editions: whole, or said to be damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.publish.manifests import MANIFEST, read_manifest, whole_manifest

WHOLE = {
    "edition": "2024-02_0123abcd",
    "audience": "staff",
    "period": {"label": "2024-02"},
    "versions": {"outcomes": "1"},
    "sources": {"raw": {}, "declarations": {}, "ledger": {}, "person_key": "0123"},
    "metrics": {},
    "documents": {},
}


def test_a_whole_manifest(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(json.dumps(WHOLE), encoding="utf-8")
    assert whole_manifest(tmp_path) == read_manifest(tmp_path) == WHOLE


def test_a_folder_without_one_is_no_edition(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    with pytest.raises(UserError, match="this is no edition"):
        whole_manifest(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "[1", json.dumps({**WHOLE, "sources": {"raw": {}}})])
def test_a_damaged_one_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="not the one that was written") as damaged:
        whole_manifest(tmp_path)
    assert damaged.value.hint


@pytest.mark.parametrize("name", [*WHOLE])
def test_each_part_must_be_there(tmp_path: Path, name: str) -> None:
    (tmp_path / MANIFEST).write_text(json.dumps({**WHOLE, name: None}), encoding="utf-8")
    with pytest.raises(UserError, match="not the one that was written"):
        whole_manifest(tmp_path)
