"""Extracts read by the workers of a Dask cluster that is there already (the optional part `outcomes[dask]`).

Tasks and receipts go over the network, extracts and products through the shared program folder, the person key not at
all. Outside this machine only TLS will do.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import Exit, UserError
from pipeline.receive.task import Outcome, Task, carry_out, largest_first

if TYPE_CHECKING:
    from distributed import Client

OPTION = "--scheduler"
INSTALL = "Install it once: `python scripts/setup.py --dask` in a checkout, `install.sh --dask` of a bundle."
_FORMS = "Give tcp://127.0.0.1:PORT for a scheduler on this machine, or tls://HOST:PORT for one elsewhere."
#: Seconds between two looks at whether there still is a worker.
_LOOK = 2.0


def checked_address(address: str) -> str:
    """The address with its protocol, when tasks may be sent there: loopback, or TLS.

    UserError (exit 2) otherwise, and when the optional part is not installed.
    """
    text = address.strip()
    parts = _parts(text if "://" in text else f"tcp://{text}")
    if parts is None:
        raise UserError(f"`{text}` is no address of a scheduler", OPTION, _FORMS)
    if in_clear(parts.geturl()):
        raise UserError(f"`{text}` would send declarations in clear over the network", OPTION, _FORMS)
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise UserError("the optional part outcomes[dask] is not installed", OPTION, INSTALL) from None
    return parts.geturl()


def _parts(text: str) -> SplitResult | None:
    """Protocol, host and port, and nothing else; None when it is something else."""
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname and parts.port)
    except ValueError:
        return None
    return parts if whole and not (parts.path.strip("/") or parts.query or parts.fragment or parts.username) else None


def in_clear(address: str) -> bool:
    """Whether what is sent to this address would cross a network unencrypted."""
    parts = urlsplit(address)
    return parts.scheme != "tls" and not (parts.scheme == "tcp" and _is_loopback(parts.hostname))


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def over_cluster(tasks: Sequence[Task], address: str) -> Iterator[Outcome]:
    """The outcomes of the tasks, in their order. UserError (exit 1) when the cluster cannot do them.

    A worker that is killed costs nothing but time: Dask gives its tasks to another. A scheduler that goes takes the
    tasks along; what workers had finished lies in out/extracts/ and is found again.
    """
    with _quiet(), _client(checked_address(address)) as client:
        _expect_safe(client)
        executor = client.get_executor(pure=False)
        futures = {place: executor.submit(carry_out, tasks[place]) for place in largest_first(tasks)}
        try:
            for place, task in enumerate(tasks):
                _await(client, futures[place])
                yield _outcome(futures.pop(place), task)
        finally:
            for future in futures.values():
                future.cancel()


@contextlib.contextmanager
def _client(address: str) -> Iterator[Client]:
    from distributed import Client

    if address.startswith("tls://"):
        _expect_certificates()
    try:
        client = Client(address, set_as_default=False)
    except (OSError, TimeoutError):
        what = f"no scheduler answers at {address}"
        raise UserError(what, OPTION, "Start it (`dask scheduler`), or leave --scheduler out.", Exit.FAILURE) from None
    try:
        yield client
    finally:
        with contextlib.suppress(Exception):  # a scheduler that is gone cannot be told
            client.close(timeout=2)


def _expect_certificates() -> None:
    """UserError unless Dask's settings name the certificates for TLS: without them it would only try in vain."""
    from distributed.security import Security

    hint = "Dask finds them by its settings distributed.comm.tls (docs/scale.md)."
    try:
        context = Security().get_connection_args("client").get("ssl_context")
    except (OSError, ValueError) as problem:
        what = f"the certificates for TLS cannot be read ({type(problem).__name__})"
        raise UserError(what, OPTION, hint) from None
    if context is None:
        raise UserError("there are no certificates for TLS", OPTION, hint)


def _workers(client: Client) -> list[str]:
    """The addresses of the workers; none when the scheduler does not answer."""
    try:
        return list(client.scheduler_info(n_workers=-1)["workers"])
    except OSError:
        return []


def _expect_safe(client: Client) -> None:
    """The scheduler hands tasks on: its workers must be here, or be reached by TLS, too."""
    try:
        client.wait_for_workers(1, timeout=_patience())
    except TimeoutError:
        raise _no_worker() from None
    for address in _workers(client):
        if in_clear(address):
            hint = "Start workers with --host 127.0.0.1, or scheduler and workers with TLS (docs/scale.md)."
            raise UserError(f"the scheduler would send tasks in clear to its worker {address}", OPTION, hint)


def _patience() -> float:
    """How long to wait for an answer or a worker: Dask's own setting for connecting."""
    import dask
    from dask.utils import parse_timedelta

    seconds: float = parse_timedelta(dask.config.get("distributed.comm.timeouts.connect"))
    return seconds


def _await(client: Client, future: Future[Outcome]) -> None:
    """Waits for a task; UserError when there has been no worker for a while. Dask itself would wait for ever."""
    without = 0.0
    while not wait([future], timeout=_LOOK).done:
        without = 0.0 if _workers(client) else without + _LOOK
        if without > _patience():
            raise _no_worker()


def _no_worker() -> UserError:
    return UserError("the scheduler has no workers", OPTION, "Start some (`dask worker`), and run again.", Exit.FAILURE)


def _outcome(future: Future[Outcome], task: Task) -> Outcome:
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    again = "The warehouse is as it was; run again: extracts that were finished are not read again."
    try:
        return future.result()
    except CancelledError:
        raise UserError("the scheduler is gone", OPTION, again, Exit.FAILURE) from None
    except KilledWorker:
        what = f"worker after worker ended while it read {task.extract.name}: killed, or out of memory"
        raise UserError(what, OPTION, again, Exit.FAILURE) from None
    except Exception as problem:
        what = f"the workers cannot take tasks on ({type(problem).__name__})"
        hint = "Outcomes must be installed on every worker, in the version of this command."
        raise UserError(what, OPTION, hint, Exit.FAILURE) from None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No chatter of Dask on stderr: what matters becomes one clear line."""
    import distributed  # noqa: F401 (it makes its handlers when it is imported)

    mute: list[logging.Handler | logging.Logger] = [
        *logging.getLogger("distributed").handlers,
        logging.getLogger("asyncio"),
    ]
    levels = [each.level for each in mute]
    for each in mute:
        each.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for each, level in zip(mute, levels, strict=True):
            each.setLevel(level)
