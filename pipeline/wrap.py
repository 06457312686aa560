"""Sentences in lines of a terminal: it would break them itself, but in the middle of words."""

from __future__ import annotations

import os
import re
import textwrap
from typing import IO

#: Lines to be copied into a declaration stay whole, however long they are.
_COPIED = re.compile(r"\s{4,}(?:[\w.\-]+ = |\[)")
_LEAST = 40


def width_of(stream: IO[str]) -> int | None:
    """The columns of a terminal; None for a file or a pipe, where lines are as long as they are."""
    if not stream.isatty():
        return None
    try:
        return max(_LEAST, os.get_terminal_size(stream.fileno()).columns)
    except OSError:
        return 100


def wrapped(text: str, width: int | None) -> str:
    """The text with its long lines broken between words and indented by two more; as it is when `width` is None."""
    if width is None:
        return text
    return "\n".join(_line(line, width) for line in text.split("\n"))


def _line(line: str, width: int) -> str:
    if len(line) <= width or _COPIED.match(line):
        return line
    lead = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(), width, initial_indent=lead, subsequent_indent=lead + "  ", break_long_words=False,
        break_on_hyphens=False, expand_tabs=False, replace_whitespace=False,
    )  # fmt: skip
