"""The sample program, built once as a user would build it, for all tests of its edition."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.build import Built, demo


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return demo(tmp_path_factory.mktemp("edition") / "demo", renderers=2)


@pytest.fixture(scope="session")
def edition(built: Built) -> Path:
    return built.edition
