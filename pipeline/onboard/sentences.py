"""The sentences of sentences.toml, filled in."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources

from schemas.spec import fill


def sentence(name: str, **parts: object) -> str:
    """One sentence for staff; KeyError when there is none of that name."""
    return fill(_sentences()[name], **parts)


@lru_cache(maxsize=1)
def _sentences() -> dict[str, str]:
    text = resources.files("pipeline.onboard").joinpath("sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
