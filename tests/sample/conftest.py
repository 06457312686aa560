"""The demo is drawn once for all tests of this folder; a test that needs it on disk gets one folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.sample.demo import Sample, make_demo, sample


@pytest.fixture(scope="session")
def drawn() -> Sample:
    return sample()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "demo"
    make_demo(folder)
    return folder
