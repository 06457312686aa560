"""Every write that must outlive a crash goes through here, in one order: bytes, bytes on disk, name, name on disk.

A name is given last, and only to what is on disk already, so that a process killed, a computer without power or a full
disk at any moment leaves what stood there before. Temporary things have a leading dot and an owner who holds a lock;
where nobody holds it the owner is gone, and the next build clears them away (`clear_left`).
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

#: Only the owner may read: rows are confidential, and so is what was published to whom.
FILE_MODE, FOLDER_MODE = 0o600, 0o700
_LOCK = ".lock"


def _nobody(step: str, path: Path) -> None:
    """Watches nothing."""


#: Told of each step just before it is done: `sync`, `name`, `sync folder`. Tests let the power fail here.
watch: Callable[[str, Path], None] = _nobody


def write_file(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """`path` holds `data`, or what it held before: never a part. OSError when it cannot be written."""
    with _beside(path) as beside:
        with open(beside, "xb", opener=lambda place, flags: os.open(place, flags, mode)) as file:
            file.write(data)
        _set_mode(beside, mode)  # whatever the umask took away


@contextmanager
def answer(path: Path) -> Iterator[Path]:
    """Where to write a file that a user asked for: it becomes `path` at the end of the block, whole or not at all.

    A link, and what is no file (`/dev/stdout`), is written to as it is.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        yield path
    else:
        with _beside(path) as beside:
            yield beside


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file that becomes `path` at the end of the block; after a failure it is gone, and `path` what it was."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield beside
        name_file(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def name_file(beside: Path, path: Path) -> None:
    """The finished file `beside` becomes `path`, in place of what was there."""
    sync(beside)
    watch("name", path)
    beside.replace(path)
    sync_folder(path.parent)


def name_folder(work: Path, path: Path, before: Callable[[], object] | None = None) -> None:
    """The finished folder `work` becomes `path`, which must not be there yet (OSError).

    `before` is called when all of it is on disk, just before it gets its name.
    """
    for folder, _, files in os.walk(work, topdown=False):
        for name in sorted(files):
            sync(Path(folder, name))
        sync_folder(Path(folder))
    if before is not None:
        before()
    watch("name", path)
    work.rename(path)
    sync_folder(path.parent)


def sync(path: Path) -> None:
    """The bytes of a file are on disk when this returns."""
    watch("sync", path)
    with path.open("rb+") as file:  # Windows syncs only what is open for writing
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """The names in a folder are on disk when this returns, where the system lets one ask (Windows does not)."""
    watch("sync folder", folder)
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def private_folder(path: Path) -> Path:
    """Makes a folder that only its owner may enter, where the system has modes. One that is there stays as it is."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
        sync_folder(path.parent)
    return path


def make_private(path: Path) -> None:
    """Only the owner may read this file, or this folder and what lies in it, where the system has modes."""
    for each in (path, *path.rglob("*")):
        _set_mode(each, FOLDER_MODE if each.is_dir() else FILE_MODE)


def _set_mode(path: Path, mode: int) -> None:
    with suppress(OSError):  # a file system without modes
        path.chmod(mode)


# -- one at a time, and what the dead have left -----------------------------------------------------------------------


@contextmanager
def alone(lock: Path, waiting: Callable[[], object] | None = None) -> Iterator[None]:
    """One process at a time, over processes; `waiting` is called before this one has to wait.

    The system lets go of the lock of a process that is gone, so a lock file that was left behind stops nobody.
    """
    private_folder(lock.parent)
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout:
        if waiting is not None:
            waiting()
        held.acquire()
    try:
        yield
    finally:
        held.release()


@contextmanager
def owned(path: Path) -> Iterator[Path]:
    """Yields the name of a temporary thing that is ours until the end of the block, and is gone then.

    The name must have a leading dot; nothing is made there. Its lock lies beside it, so that others can see whether
    the owner lives.
    """
    lock = path.with_name(path.name + _LOCK)
    try:
        with FileLock(lock):
            try:
                yield path
            finally:
                _remove(path)
    finally:
        lock.unlink(missing_ok=True)


def clear_owned(folder: Path, pattern: str = ".*") -> int:
    """Removes the `owned` things in `folder` whose owners are gone. How many there were."""
    return sum(_clear_one(path) for path in sorted(folder.glob(pattern)) if path.name.startswith("."))


def clear_under(lock: Path, left: Iterable[Path]) -> int:
    """Removes `left` if nobody holds `lock` now. How many there were."""
    found = list(left)
    if not found:
        return 0
    try:
        with FileLock(lock, timeout=0):
            for path in found:
                _remove(path)
    except (Timeout, OSError):
        return 0
    return len(found)


def _clear_one(path: Path) -> bool:
    if path.suffix == _LOCK:
        if not path.with_suffix("").exists():
            path.unlink(missing_ok=True)  # the owner died between the lock and the work
        return False
    lock = path.with_name(path.name + _LOCK)
    if not clear_under(lock, [path]) or path.exists():
        return False
    lock.unlink(missing_ok=True)
    return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
