"""person.key: the secret behind person keys. Made on first use, never shown, never below out/."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from pathlib import Path

from pipeline import durable
from pipeline.errors import UserError
from pipeline.program.model import Program
from pipeline.program.paths import inside, within

#: Shorter keys can be guessed, and with them every person key.
MIN_BYTES = 16
_KEPT_APART = ("out", "raw", "published")
_RESTORE = "Put the backed-up file in its place. A new key gives every person a new person_key."


def key_path(program: Program) -> Path:
    """Where the key lies. UserError when that is outside the program folder, or in out/, raw/ or published/."""
    name = program.privacy.key_file
    path = inside(program.folder, name)
    folder = kept_from(path, program.folder)
    if folder:
        raise UserError(f"the key file `{name}` must not lie in {folder}/", "program.toml, privacy.key_file")
    return path


def kept_from(path: Path, program_folder: Path) -> str | None:
    """The folder of the program in which `path` lies although no key may; None when it lies well."""
    return next((name for name in _KEPT_APART if within(path, program_folder / name)), None)


def read_key(program: Program) -> bytes:
    """The key as bytes; made on first use (32 random bytes as hex text, mode 0600 where the system has modes).

    Two processes that both find no key end with the same one. UserError when the key is empty or too short.
    """
    path = key_path(program)
    if not path.exists():
        _make(path)
    for left in path.parent.glob(f".{path.name}.*.part"):  # of a run that was killed: it may be a copy of the key
        with contextlib.suppress(OSError):
            left.unlink(missing_ok=True)
    return stored_key(program)


def stored_key(program: Program) -> bytes:
    """The key that is there, nothing made. UserError when it cannot be read, is empty or too short."""
    path = key_path(program)
    if not path.is_file():
        raise UserError("the key file is no regular file", program.privacy.key_file, _RESTORE)
    try:
        content = _settled(path)
    except OSError as problem:
        what = f"the key file cannot be read ({problem.strerror or problem})"
        raise UserError(what, program.privacy.key_file, "Check its permissions.") from None
    key = decode(content)
    if len(key) < MIN_BYTES:
        what = "the key file is empty" if not content.strip() else "the key is too short to keep anything secret"
        raise UserError(what, program.privacy.key_file, _RESTORE)
    return key


def fingerprint(key: bytes) -> str:
    """A short hash that tells two keys apart and gives nothing of the key away."""
    return hashlib.sha256(b"outcomes key fingerprint\0" + key).hexdigest()[:16]


def decode(content: bytes) -> bytes:
    """Hex text gives its bytes; anything else that a program brings along is used as it stands, without line end."""
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return text


def _make(path: Path) -> None:
    """Writes a new key beside its place and links it there: it appears whole, and only if none is there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (secrets.token_hex(32) + "\n").encode("ascii")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        _write_new(beside, text)
        durable.watch("name", path)
        try:
            path.hardlink_to(beside)
        except FileExistsError:
            return  # another process was first; its key counts
        except OSError:  # a file system without hard links
            with contextlib.suppress(FileExistsError):
                _write_new(path, text)
        durable.sync_folder(path.parent)
    except OSError as problem:
        what = f"the key file cannot be made ({problem.strerror or problem})"
        raise UserError(what, str(path.name), "Check that the program folder can be written.") from None
    finally:
        beside.unlink(missing_ok=True)


def _write_new(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settled(path: Path) -> bytes:
    """The content; where hard links are missing another process may be between making and writing the file."""
    for _ in range(20):
        content = path.read_bytes()
        if content:
            return content
        time.sleep(0.01)
    return b""
