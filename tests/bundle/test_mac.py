"""On a Mac: where Python looks for Pango once the program has said where. Played through with folders of our own."""

from __future__ import annotations

import os
import platform
from ctypes.macholib.dyld import dyld_find
from pathlib import Path

import pytest

from pipeline.publish import pango


def test_libraries_of_homebrew_are_found_though_make_lost_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "libpango-1.0.dylib").write_bytes(b"")
    monkeypatch.delenv("DYLD_FALLBACK_LIBRARY_PATH", raising=False)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(pango, "MAC", str(tmp_path))
    with pytest.raises(ValueError, match="could not be found"):
        dyld_find("libpango-1.0.dylib")
    pango.load.cache_clear()
    pango.load(tmp_path)
    assert dyld_find("libpango-1.0.dylib") == str(tmp_path / "libpango-1.0.dylib")
    monkeypatch.setenv("DYLD_FALLBACK_LIBRARY_PATH", "/elsewhere")  # what the user says counts
    pango.load.cache_clear()
    pango.load(tmp_path)
    assert os.environ["DYLD_FALLBACK_LIBRARY_PATH"] == "/elsewhere"
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    pango.load.cache_clear()
