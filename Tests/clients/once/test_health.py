"""`foilmock health`, and the routes that it calls."""

import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.server import TIMEOUT, Server, command, environment, program
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


def test_an_address_of_version_6_is_in_brackets() -> None:
    with socket.socket(socket.AF_INET6) as taken:
        taken.bind(("::1", 0))
        url = f"http://[::1]:{taken.getsockname()[1]}"
        assert command("health", url).stderr == f"Error: {url} cannot be reached: Connection refused\n"


def test_a_name_is_asked_at_all_its_addresses(server: Server, tmp_path: Path) -> None:
    """Where localhost is ::1 first, and the server listens on 127.0.0.1."""
    hosts = tmp_path / "hosts"
    hosts.write_text("::1 localhost\n127.0.0.1 localhost\n")
    own_place = ["unshare", "--mount", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*own_place, "true"], capture_output=True).returncode != 0:
        pytest.skip("needs a mount namespace")
    script = 'mount --bind "$1" /etc/hosts && exec "$2" health "http://localhost:$3"'

    def ask(port: int) -> subprocess.CompletedProcess[str]:
        arguments = [*own_place, "sh", "-c", script, "sh", str(hosts), program(), str(port)]
        return subprocess.run(arguments, env=environment(), capture_output=True, text=True, timeout=TIMEOUT)

    up = ask(server.address[1])
    assert (up.returncode, up.stdout, up.stderr) == (0, f"http://localhost:{server.address[1]} is up\n", "")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        down = ask(port)
    assert down.returncode == 1
    assert down.stderr.startswith(f"Error: http://localhost:{port} cannot be reached: ::1 ")
    assert down.stderr.endswith("; 127.0.0.1 Connection refused\n")


@pytest.mark.parametrize("path", ["health", "ready"])
def test_health_needs_no_key(dial: Callable[..., Wire], server: Server, path: str) -> None:
    assert list(answer(dial(server, None).http.get(f"/_foilmock/{path}"))) == ["status"]
