"""Documents are rendered by as many processes as wished, with the same bytes; one that must fit is set closer."""

import pytest

from pipeline.errors import UserError
from pipeline.publish.render import Job, Renderer, carry_out

from .test_pdf import opened

PAGE = (
    '<html lang=en><title>t</title><style>.closer p {{ font-size: 5pt }}</style><body class="doc"><h1>One</h1>{}</html>'
)


def job(path: str, paragraphs: int = 1, **more) -> Job:
    return Job(path, PAGE.format("<p>Some words</p>" * paragraphs), {}, path, **more)


def test_the_same_bytes_with_one_worker_and_with_two() -> None:
    jobs = [job("b.pdf", 3), job("a.pdf")]
    made = []
    for workers in (1, 2):
        with Renderer(workers) as renderer:
            for one in jobs:
                renderer.submit(one)
            made.append(renderer.finished())
    assert made[0] == made[1] and list(made[0]) == ["a.pdf", "b.pdf"]


def test_a_document_is_set_closer_until_it_fits_and_no_closer() -> None:
    steps = {"pages": 1, "closer": ("roomy", "closer")}
    assert carry_out(job("a.pdf", 2, **steps)) == carry_out(job("a.pdf", 2, closer=("roomy",)))
    assert len(opened(carry_out(job("a.pdf", 60, closer=("roomy",))))) > 1
    assert len(opened(carry_out(job("a.pdf", 60, **steps)))) == 1
    assert len(opened(carry_out(job("a.pdf", 600, **steps)))) > 1  # the closest setting stands


def test_a_mistake_in_a_document_reaches_the_build_and_leaves_no_process() -> None:
    with pytest.raises(TypeError), Renderer(2) as renderer:
        renderer.submit(Job("a.pdf", 5, {}, "a"))  # type: ignore[arg-type]
        renderer.finished()
    assert renderer._pool is None


def test_a_killed_process_is_an_error_with_a_way_on() -> None:
    with Renderer(2) as renderer:
        renderer._waiting["a.pdf"] = renderer._started().submit(_die)  # type: ignore[assignment]
        with pytest.raises(UserError, match="ended in the middle"):
            renderer.finished()


def _die() -> None:
    import os

    os._exit(9)
