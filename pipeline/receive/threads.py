"""Reading, judging and writing at once: a thread that reads ahead, and one that writes behind."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
#: Items that may wait between two threads: more would only fill the memory.
_WAITING = 2
_PATIENCE = 0.1


class _End:
    """Put behind the last item; `failure` is what ended it."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure = failure


class Ahead(Generic[T]):
    """The same items as `items`, made by another thread from now on. Its failure is raised while iterating.

    `close` must be called in the end: it stops the thread, also in the middle.
    """

    def __init__(self, items: Iterator[T], waiting: int = _WAITING) -> None:
        self._items = items
        self._waiting: queue.Queue[T | _End] = queue.Queue(waiting)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="reader", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        while not isinstance(item := self._waiting.get(), _End):
            yield item
        if item.failure:
            raise item.failure

    def close(self) -> None:
        """Ends the thread."""
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        failure: BaseException | None = None
        try:
            for item in self._items:
                if not self._put(item):
                    return
        except BaseException as problem:
            failure = problem
        self._put(_End(failure))

    def _put(self, item: T | _End) -> bool:
        while not self._stopped.is_set():
            try:
                self._waiting.put(item, timeout=_PATIENCE)
            except queue.Full:
                continue
            return True
        return False


class Sink(Protocol[T_contra]):
    """What takes items one after another."""

    def write(self, item: T_contra, /) -> None:
        """Takes the next item."""


class Behind(Generic[T]):
    """Hands items to `sink` in another thread. A failure there is raised by the next `write` or by `close`."""

    def __init__(self, sink: Sink[T]) -> None:
        self._sink = sink
        self._waiting: queue.Queue[T | _End] = queue.Queue(_WAITING)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def write(self, item: T) -> None:
        """Takes the next item; waits while two others are waiting."""
        if self._failure:
            raise self._failure
        self._waiting.put(item)

    def close(self) -> None:
        """Ends when everything is written."""
        self._waiting.put(_End())
        self._thread.join()
        if self._failure:
            raise self._failure

    def _work(self) -> None:
        while not isinstance(item := self._waiting.get(), _End):
            if self._failure:
                continue  # nothing more is written, but the queue must not fill
            try:
                self._sink.write(item)
            except BaseException as problem:
                self._failure = problem
