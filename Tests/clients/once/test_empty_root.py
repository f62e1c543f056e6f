"""The program needs nothing of the system that it runs on: it works in a root that holds nothing else."""

import os
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from helpers.empty_root import EmptyRoot, Serving
from helpers.server import Server, program
from helpers.wire import Wire, answer

INTERPRETER = 3


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> EmptyRoot:
    folder = tmp_path_factory.mktemp("empty")
    if not EmptyRoot.is_possible(folder):
        pytest.skip("needs namespaces of its own")
    return EmptyRoot(folder / "root")


@pytest.fixture
def serving(root: EmptyRoot) -> Iterator[Serving]:
    with Serving(root, "--db", "/state/foilmock.db") as serving:
        yield serving


def test_the_program_asks_for_no_loader() -> None:
    """An ELF file that needs shared libraries has a program header with the path of the loader."""
    image = Path(program()).read_bytes()
    offset, size, count = struct.unpack_from("<Q", image, 32) + struct.unpack_from("<HH", image, 54)
    kinds = [struct.unpack_from("<I", image, offset + place * size)[0] for place in range(count)]
    assert kinds and INTERPRETER not in kinds


def test_a_conversation_and_health(serving: Serving, root: EmptyRoot) -> None:
    wire = Wire(serving.url, "pk_test_empty")
    barista = answer(wire.personas())[0]["id"]
    answer(wire.begin(barista))
    assert answer(wire.say(barista, "I heard you have something rare for sale."))["decision"] == "pass"
    wire.close()
    port = serving.url.rsplit(":", 1)[1]
    for host in ("localhost", "127.0.0.1"):
        done = root.run("health", f"http://{host}:{port}")
        assert (done.returncode, done.stdout, done.stderr) == (0, f"http://{host}:{port} is up\n", "")
    # No library has come into the process.
    files = {line.split(maxsplit=5)[5].rstrip() for line in maps(serving.process_id) if len(line.split()) > 5}
    assert {file for file in files if not file.startswith("[")} == {str(root.folder / "foilmock")}, files


def maps(process: int) -> list[str]:
    return Path(f"/proc/{process}/maps").read_text().splitlines()


def test_the_system_s_settings_of_openssl_are_not_read(
    launch: Callable[..., Server], dial: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str
) -> None:
    """They can name libraries to load. Whoever opened this pipe would wait for ever."""
    pipe = tmp_path / "openssl.cnf"
    os.mkfifo(pipe)
    monkeypatch.setenv("OPENSSL_CONF", str(pipe))
    assert answer(dial(launch(), key).personas())


def test_a_name_needs_dns(root: EmptyRoot) -> None:
    done = root.run("health", "http://shop:9")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: shop is not known: /etc/hosts does not have it, and /etc/resolv.conf names no DNS server: write the "
        "address in place of the name, as in http://127.0.0.1:9\n"
    )


def test_exec_finds_its_command_by_path(root: EmptyRoot) -> None:
    path = "/usr/sbin:/usr/bin:/sbin:/bin:/"
    done = root.run("exec", "--", "foilmock", "--version", PATH=path)
    assert (done.returncode, done.stdout) == (0, root.run("--version").stdout)
    missing = root.run("exec", "--", "sh", "-c", "true", PATH=path)
    assert (missing.returncode, missing.stderr) == (127, "Error: 'sh' cannot be run: No such file or directory\n")


def test_a_port_in_use_is_one_line(root: EmptyRoot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = root.run("serve", "--db", ":memory:", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: cannot listen on 127.0.0.1:{port}: Address already in use")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "variables", "file"),
    [
        (["--db", "/state/new.db"], {}, "/state/new.db"),
        ([], {"XDG_STATE_HOME": "/state"}, "/state/foilmock/foilmock.db"),
    ],
    ids=["--db", "XDG_STATE_HOME"],
)
def test_a_state_folder_that_cannot_be_written_is_one_line(
    root: EmptyRoot, options: list[str], variables: dict[str, str], file: str
) -> None:
    done = root.run("serve", "--port", "0", *options, read_only=("/state",), **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {file} ")
    assert done.stderr.endswith("(Read-only file system): name another file with --db FILE\n")
    assert done.stderr.count("\n") == 1


def test_temporary_files_that_cannot_be_written_cost_an_upload_and_nothing_else(root: EmptyRoot) -> None:
    with Serving(root, "--db", ":memory:", read_only=("/state",), TMPDIR="/state") as serving:
        picture = {"file": ("a.jpg", b"\xff\xd8\xff\xe0" + b"x" * 100_000)}
        sent = httpx.post(f"{serving.url}/api/v1/bot/upload", headers={"X-API-Key": "ft_sk_test_a"}, files=picture)
        said = {"detail": "The body could not be written to a temporary file: Read-only file system"}
        assert (sent.status_code, sent.json()) == (503, said)
        wire = Wire(serving.url, "pk_test_empty")
        assert answer(wire.personas())
        wire.close()
