"""Worker processes of this machine: what happens when one of them dies."""

from __future__ import annotations

import multiprocessing
import threading

import pytest

from pipeline.errors import Exit, UserError
from pipeline.program.load import load_program
from pipeline.receive import find_extracts, receive_all
from pipeline.receive.task import largest_first, task_of
from tests.receive.clusters import until
from tests.receive.conftest import KEY, Folder
from tests.receive.test_finished import write


def test_a_worker_process_that_is_killed_is_said_clearly(folder: Folder) -> None:
    write(folder)
    rows = "".join(f"{n},2024-01-05 10:{n % 60:02}:00,N{n % 7}\n" for n in range(150_000))
    folder.write("raw/river/cad_9.csv", "No,At,Nature\n" + rows)
    extracts = folder.path / "out" / "extracts"

    def kill_one_at_work() -> None:
        until(lambda: any(p.is_dir() for p in extracts.glob(".*")))
        for worker in multiprocessing.active_children():
            worker.kill()

    killer = threading.Thread(target=kill_one_at_work)
    killer.start()
    program = load_program(folder.path)
    with pytest.raises(UserError, match="a worker process ended") as failure:
        receive_all(program, find_extracts(program), workers=2)
    killer.join()
    assert failure.value.code == Exit.FAILURE
    assert not multiprocessing.active_children()
    assert len(folder.receive(2)) == 4


def test_large_extracts_are_read_first(folder: Folder) -> None:
    write(folder)
    folder.write("raw/river/cad_1.csv", "No,At,Nature\n" + "1,2024-01-05,A\n" * 100)
    program = load_program(folder.path)
    found = find_extracts(program)
    tasks = [task_of(extract, program, bytes.fromhex(KEY)) for extract in found.extracts]
    assert found.extracts[largest_first(tasks)[0]].name == "river/cad_1.csv"
    tasks[1].extract.path.unlink()
    assert largest_first(tasks)[-1] == 1
