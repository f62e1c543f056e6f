"""`foilmock health`, and the routes that it calls."""

from collections.abc import Callable

import pytest

from helpers.server import Server, command
from helpers.wire import Wire, answer


def test_health_of_a_server_that_is_up_and_then_down(launch: Callable[..., Server]) -> None:
    server = launch()
    up = command("health", server.url)
    assert (up.returncode, up.stdout, up.stderr) == (0, f"{server.url} is up\n", "")

    server.stop()
    down = command("health", server.url)
    assert (down.returncode, down.stdout) == (1, "")
    assert len(down.stderr.splitlines()) == 1
    assert down.stderr.startswith("Error: ")


@pytest.mark.parametrize("path", ["health", "ready"])
def test_health_needs_no_key(dial: Callable[..., Wire], server: Server, path: str) -> None:
    assert list(answer(dial(server, None).http.get(f"/_foilmock/{path}"))) == ["status"]
