"""The ready file, from which a script reads the server's address."""

import contextlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.control import TOKEN
from helpers.server import TIMEOUT, Server, command, environment, program, wait_until_refused
from helpers.wire import Wire, answer


def test_it_is_there_while_the_server_is(launch: Callable[..., Server], tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    server = launch("told", "--ready-file", str(file))
    told = json.loads(file.read_text())
    assert told == {
        "url": server.url, "api_key": "pk_live_demo", "control_url": f"{server.url}/_foilmock",
        "control_token": TOKEN, "process_id": server.process_id,
    }  # fmt: skip
    wire = Wire(told["url"], told["api_key"])
    assert answer(wire.personas())
    wire.close()
    assert server.stop() == 0
    assert not list(tmp_path.glob("ready.json*"))


def test_it_is_this_users_alone(launch: Callable[..., Server], tmp_path: Path) -> None:
    """The file has the control token, so only its user may read it."""
    file = tmp_path / "ready.json"
    file.write_text("of yesterday")
    file.chmod(0o644)
    launch("told", "--ready-file", str(file))
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_of_a_name_like_a_draft_stays(tmp_path: Path) -> None:
    """The server's process id is known before its start: the shell becomes the server."""
    file = tmp_path / "ready.json"
    script = f'echo mine >"{file}.$$"; exec "{program()}" exec --ready-file "{file}" -- cat "{file}"'
    done = subprocess.run(["sh", "-c", script], env=environment(), capture_output=True, text=True, timeout=TIMEOUT)
    number = json.loads(done.stdout)["process_id"]
    assert [path.name for path in tmp_path.iterdir()] == [f"ready.json.{number}"]
    assert (tmp_path / f"ready.json.{number}").read_text() == "mine\n"


def test_what_has_taken_its_place_is_not_removed(launch: Callable[..., Server], tmp_path: Path) -> None:
    """A second server with the same file, started before the first has ended."""
    file = tmp_path / "ready.json"
    first = launch("first", "--ready-file", str(file))
    second = launch("second", "--ready-file", str(file))
    assert first.stop() == 0
    assert json.loads(file.read_text())["url"] == second.url
    assert second.stop() == 0
    assert not file.exists()


@pytest.mark.parametrize("content", ["mine", "", "[]", '{"control_url": "http://127.0.0.1:1"}'])
def test_a_file_that_no_server_wrote_is_not_removed(tmp_path: Path, content: str) -> None:
    """A server that starts would replace it; one that does not leaves it alone."""
    file = tmp_path / "ready.json"
    file.write_text(content)
    assert failed_start(file).returncode == 1
    assert file.read_text() == content


def test_it_is_gone_before_connections_are_refused(launch: Callable[..., Server], tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    server = launch("told", "--ready-file", str(file))
    with request_under_way(server):
        server.signal(signal.SIGTERM)
        wait_until_refused(server.address)
        assert server.is_running
        assert not file.exists()
        server.signal(signal.SIGTERM)
        assert server.wait() == 130
    assert not file.exists()


def test_a_start_that_fails_leaves_no_file_of_a_killed_server(launch: Callable[..., Server], tmp_path: Path) -> None:
    """A script would take the dead server for the new one."""
    file = tmp_path / "ready.json"
    launch("killed", "--ready-file", str(file)).kill()
    assert file.exists()
    assert failed_start(file).returncode == 1
    assert list(tmp_path.glob("ready.json*")) == []


def test_a_start_that_fails_leaves_the_file_of_a_running_server(launch: Callable[..., Server], tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    server = launch("running", "--ready-file", str(file))
    assert failed_start(file).returncode == 1
    assert json.loads(file.read_text())["url"] == server.url


def test_a_file_with_the_number_of_a_removed_one_is_not_taken_for_it(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    """File systems give the number of a removed file to the next one."""
    file = tmp_path / "ready.json"
    server = launch("told", "--ready-file", str(file))
    number = file.stat().st_ino
    for _ in range(50):
        file.unlink()
        file.write_text("mine")
        if file.stat().st_ino == number:
            break
    assert server.stop() == 0
    assert file.read_text() == "mine"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_and_the_file_is_where_it_leads(
    launch: Callable[..., Server], tmp_path: Path, is_there: bool
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    link = tmp_path / "ready.json"
    link.symlink_to("folder/target")
    if is_there:
        (folder / "target").write_text("of yesterday")
    server = launch("told", "--ready-file", str(link))
    assert link.is_symlink()
    assert json.loads((folder / "target").read_text())["url"] == server.url
    assert server.stop() == 0
    assert link.is_symlink()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("kind", ["pipe", "file", "socket"])
def test_standard_output_is_written_to(tmp_path: Path, kind: str) -> None:
    """By a link as /dev/stdout is one. The ready block comes after it."""
    link = tmp_path / "stdout"
    link.symlink_to("/proc/self/fd/1")
    with contextlib.ExitStack() as closing:
        if kind == "socket":
            ours, theirs = socket.socketpair()
            closing.enter_context(ours)
            ours.settimeout(TIMEOUT)
        elif kind == "pipe":
            read_end, write_end = os.pipe()
            ours, theirs = open(read_end, "rb"), open(write_end, "wb")
            closing.enter_context(ours)
        else:
            theirs = (tmp_path / "output").open("wb")
            ours = closing.enter_context((tmp_path / "output").open("rb"))
        with theirs:
            process = subprocess.Popen(
                [program(), "exec", "--ready-file", str(link), "--", "echo", "the command"],
                env=environment(), stdout=theirs, stderr=subprocess.PIPE,
            )  # fmt: skip
        assert process.communicate(timeout=TIMEOUT)[1].startswith(b"foilmock: 0 requests")
        lines = b""
        while piece := ours.recv(4096) if isinstance(ours, socket.socket) else ours.read(4096):
            lines += piece
    ready, command_line = lines.decode().splitlines()
    assert json.loads(ready)["process_id"] == process.pid
    assert command_line == "the command"
    assert link.is_symlink()


def test_a_pipe_is_written_to(launch: Callable[..., Server], tmp_path: Path) -> None:
    pipe = tmp_path / "ready"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    server = launch("told", "--ready-file", str(pipe))
    assert json.loads(os.read(reader, 4096))["url"] == server.url
    os.close(reader)
    assert server.stop() == 0
    assert pipe.is_fifo()


def test_a_pipe_may_get_its_reader_later(launch: Callable[..., Server], tmp_path: Path) -> None:
    pipe = tmp_path / "ready"
    os.mkfifo(pipe)
    server = launch("told", "--ready-file", str(pipe))
    assert json.loads(pipe.read_text())["url"] == server.url
    assert server.stop() == 0


def test_a_pipe_that_nobody_reads_does_not_hold_the_end_up(launch: Callable[..., Server], tmp_path: Path) -> None:
    pipe = tmp_path / "ready"
    os.mkfifo(pipe)
    assert launch("told", "--ready-file", str(pipe)).stop() == 0


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = command("serve", "--port", "0", "--db", ":memory:", "--ready-file", str(tmp_path / "no/ready.json"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be written: No such file or directory" in done.stderr


def failed_start(file: Path) -> subprocess.CompletedProcess[str]:
    """Of a server whose port is in use."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        return command("serve", "--port", port, "--db", ":memory:", "--ready-file", str(file))


@contextlib.contextmanager
def request_under_way(server: Server) -> Iterator[None]:
    """The server has read the head and waits for the body."""
    with socket.create_connection(server.address, TIMEOUT) as connection:
        connection.sendall(
            b"POST /api/v1/sdk/validate-llm-key HTTP/1.1\r\nHost: foilmock\r\nX-API-Key: pk_test_a\r\n"
            b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        yield
