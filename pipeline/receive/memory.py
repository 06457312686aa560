"""How the C library hands out memory while an extract is read."""

from __future__ import annotations

import sys

#: Of mallopt (glibc, malloc.h): what is free at the end of the heap is kept up to the first, and pieces below the
#: second come from the heap.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT, _FROM_HEAP = 1 << 27, 1 << 25


def keep_freed() -> None:
    """Freed memory is kept for the next batch of rows, up to 128 MB.

    By default glibc gives pieces of some megabytes back to the system at once; having them handed out anew for every
    batch, page by page, takes a tenth of the time of `check`. Other C libraries are left alone.
    """
    if sys.platform != "linux":
        return
    import ctypes

    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
        library.mallopt(_MMAP_THRESHOLD, _FROM_HEAP)
