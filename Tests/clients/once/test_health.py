"""`foilmock health`, and the routes that it calls."""

import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.names import NameServer
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


def ask_with(files: dict[str, Path], url: str) -> subprocess.CompletedProcess[str]:
    """`foilmock health` where files of the system have other contents."""
    own_place = ["unshare", "--mount", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*own_place, "true"], capture_output=True).returncode != 0:
        pytest.skip("needs a mount namespace")
    mounts = [f"mount --bind {shlex.quote(str(content))} {place}" for place, content in files.items()]
    script = " && ".join([*mounts, 'exec "$1" health "$2"'])
    arguments = [*own_place, "sh", "-c", script, "sh", program(), url]
    return subprocess.run(arguments, env=environment(), capture_output=True, text=True, timeout=TIMEOUT)


def written(file: Path, text: str) -> Path:
    file.write_text(text)
    return file


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.mark.parametrize("name", ["localhost", "LocalHost", "shop.localhost"])
def test_localhost_is_this_machine_without_a_file_that_says_so(server: Server, tmp_path: Path, name: str) -> None:
    """Both its addresses are asked, and the server listens on 127.0.0.1."""
    files = {"/etc/hosts": written(tmp_path / "hosts", "203.0.113.1 localhost\n")}
    url = f"http://{name}:{server.address[1]}"
    up = ask_with(files, url)
    assert (up.returncode, up.stdout, up.stderr) == (0, f"{url} is up\n", "")
    port = free_port()
    down = ask_with(files, f"http://{name}:{port}")
    assert down.returncode == 1
    assert down.stderr.startswith(f"Error: http://{name}:{port} cannot be reached: [::1]:{port} ")
    assert down.stderr.endswith(f"; 127.0.0.1:{port} Connection refused\n")


def test_a_name_of_the_hosts_file_is_asked_at_all_its_addresses(server: Server, tmp_path: Path) -> None:
    files = {"/etc/hosts": written(tmp_path / "hosts", "::1 shop\n127.0.0.1 shop\n")}
    url = f"http://shop:{server.address[1]}"
    up = ask_with(files, url)
    assert (up.returncode, up.stdout, up.stderr) == (0, f"{url} is up\n", "")


def test_other_names_are_asked_of_the_dns_servers(server: Server, tmp_path: Path) -> None:
    """With the domains that the file says to search."""
    with NameServer({"shop.example": "127.0.0.1"}) as names:
        files = {"/etc/resolv.conf": written(tmp_path / "resolv.conf", f"nameserver {names.address}\nsearch example\n")}
        for name in ("shop.example", "shop"):
            url = f"http://{name}:{server.address[1]}"
            up = ask_with(files, url)
            assert (up.returncode, up.stdout, up.stderr) == (0, f"{url} is up\n", "")
        unknown = ask_with(files, "http://ship:9")
        assert (unknown.returncode, unknown.stderr) == (1, refusal("ship", "neither /etc/hosts nor DNS has it"))


def test_a_name_that_cannot_be_looked_up_says_why(tmp_path: Path) -> None:
    hosts = written(tmp_path / "hosts", "")
    alone = ask_with({"/etc/hosts": hosts, "/etc/resolv.conf": hosts}, "http://shop:9")
    reason = "/etc/hosts does not have it, and /etc/resolv.conf names no DNS server"
    assert (alone.returncode, alone.stderr) == (1, refusal("shop", reason))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        servers = written(tmp_path / "resolv.conf", f"nameserver 127.0.0.1:{silent.getsockname()[1]}\n")
        waiting = ask_with({"/etc/resolv.conf": servers}, "http://shop:9")
    assert (waiting.returncode, waiting.stderr) == (1, refusal("shop", "no DNS server answered within 2 s"))


def refusal(name: str, reason: str) -> str:
    return f"Error: {name} is not known: {reason}: write the address in place of the name, as in http://127.0.0.1:9\n"


@pytest.mark.parametrize("path", ["health", "ready"])
def test_health_needs_no_key(dial: Callable[..., Wire], server: Server, path: str) -> None:
    assert list(answer(dial(server, None).http.get(f"/_foilmock/{path}"))) == ["status"]
