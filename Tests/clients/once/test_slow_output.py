"""Standard output, standard error and a journal that are slow, full or not read: the server still answers, and ends
when it is asked to."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from helpers.server import TIMEOUT, environment, program

REQUEST = b"GET /api/v1/sdk/personas HTTP/1.1\r\nHost: localhost\r\nX-API-Key: pk_test_a\r\n\r\n"
# A waiting log of a mebibyte, as much on its way, and a pipe take some 40,000 lines.
MANY = 60_000
# The time that an end may take on a busy machine; the server itself waits for one second.
SOON = 10.0


class Talk:
    """A server and one connection to it, whose requests are sent many at a time."""

    def __init__(self, folder: Path, *options: str, stdout: int, stderr: int, before: object = None) -> None:
        ready = folder / "ready.json"
        self.process = subprocess.Popen(
            [program(), "serve", "--port", "0", "--db", ":memory:", "--rate-limits", "off", "--ready-file", str(ready),
             *options],
            env=environment() | {"FOILMOCK_CONTROL_TOKEN": "token-of-the-test"}, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, preexec_fn=before,
        )  # fmt: skip
        deadline = time.monotonic() + TIMEOUT
        while not ready.exists():
            assert self.process.poll() is None and time.monotonic() < deadline, "the server is not ready"
            time.sleep(0.01)
        host, port = json.loads(ready.read_text())["url"].removeprefix("http://").rsplit(":", 1)
        self.address = (host, int(port))
        self.connection = socket.create_connection(self.address, TIMEOUT)

    def ask(self, count: int = 1) -> None:
        """Sends the request `count` times, and checks that each answer is 200."""
        for first in range(0, count, 50):
            wanted = min(50, count - first)
            self.connection.sendall(REQUEST * wanted)
            self._read(wanted)

    def _read(self, wanted: int) -> None:
        got = b""
        for _ in range(wanted):
            while (end := got.find(b"\r\n\r\n")) < 0:
                got += self._piece()
            head, got = got[: end + 4], got[end + 4 :]
            assert head.startswith(b"HTTP/1.1 200 "), head
            length = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
            while len(got) < length:
                got += self._piece()
            got = got[length:]
        assert got == b""

    def _piece(self) -> bytes:
        piece = self.connection.recv(1 << 16)
        assert piece, "the server has closed the connection"
        return piece

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(SOON)


@contextmanager
def talk(folder: Path, *options: str, stdout: int = subprocess.DEVNULL, stderr: int = subprocess.DEVNULL,
         before: object = None) -> Iterator[Talk]:  # fmt: skip
    talk = Talk(folder, *options, stdout=stdout, stderr=stderr, before=before)
    try:
        yield talk
    finally:
        talk.connection.close()
        talk.process.kill()
        talk.process.wait()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for end in (reader, writer):
        with suppress(OSError):
            os.close(end)


def drain(descriptor: int) -> bytes:
    """Reads everything up to the end."""
    read = b""
    while select.select([descriptor], [], [], TIMEOUT)[0]:
        try:
            piece = os.read(descriptor, 1 << 16)
        except OSError as error:  # A terminal ends with this error.
            assert error.errno == errno.EIO
            break
        if not piece:
            break
        read += piece
    return read


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_standard_error_that_nobody_reads(tmp_path: Path, pipe: tuple[int, int], style: str) -> None:
    reader, writer = pipe
    with talk(tmp_path, "--log", style, stderr=writer) as server:
        os.close(writer)
        server.ask(MANY)
        assert server.stop() == 0


def test_what_was_lost_is_told_where_it_is_missing(tmp_path: Path, pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    with talk(tmp_path, "--log", "text", stderr=writer) as server:
        os.close(writer)
        server.ask(MANY)
        read = b""
        while b"standard error was not read\n" not in read:
            assert select.select([reader], [], [], TIMEOUT)[0]
            read += os.read(reader, 1 << 16)
        server.ask(10)
        server.process.send_signal(signal.SIGTERM)
        read += drain(reader)
        assert server.process.wait(SOON) == 0
    lines = read.decode().splitlines()
    requests = [line for line in lines if line.endswith(" GET /api/v1/sdk/personas 200")]
    lost = [int(found[1]) for line in lines if (found := re.search(r" warning: (\d+) log lines were lost: ", line))]
    assert lost and len(requests) + sum(lost) == MANY + 10
    assert len(lines) == len(requests) + len(lost)
    assert lines[-10:] == requests[-10:]


def test_a_terminal_that_is_paused(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    try:
        os.write(ours, b"\x13")  # Ctrl-S
        with talk(tmp_path, "--log", "text", stdout=theirs, stderr=theirs) as server:
            server.ask(1000)
            assert server.stop(signal.SIGINT) == 0
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_standard_output_that_nobody_reads(tmp_path: Path, pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.write(writer, b"x" * fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ))
    with talk(tmp_path, "--log", "text", stdout=writer) as server:
        server.ask(10)
        assert server.stop() == 0


def test_a_standard_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with open("/dev/full", "wb") as full, errors.open("wb") as stderr:
        with talk(tmp_path, stdout=full.fileno(), stderr=stderr.fileno()) as server:
            server.ask()
            assert server.stop() == 0
    assert " warning: standard output cannot be written: No space left on device\n" in errors.read_text()


def test_a_second_signal_ends_it_at_once_where_nobody_reads(tmp_path: Path, pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    with talk(tmp_path, "--log", "text", "--drain", "10m", stderr=writer) as server:
        server.ask(MANY)
        server.connection.sendall(REQUEST[:-2])  # The server waits for the rest.
        server.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + TIMEOUT
        with suppress(ConnectionRefusedError):
            while time.monotonic() < deadline:
                with suppress(ConnectionResetError):
                    socket.create_connection(server.address, TIMEOUT).close()
        assert server.process.poll() is None
        assert server.stop() == 130


def test_a_standard_error_that_others_made_non_blocking_stays_so(tmp_path: Path, pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.set_blocking(writer, False)
    with talk(tmp_path, "--log", "text", stderr=writer) as server:
        server.ask(5000)
        server.process.send_signal(signal.SIGTERM)
        assert not os.get_blocking(writer)
        os.close(writer)
        lines = drain(reader).decode().splitlines()
        assert server.process.wait(SOON) == 0
    assert len(lines) == 5000 and all(line.endswith(" 200") for line in lines)


class TestJournal:
    def test_a_fifo_without_a_reader(self, tmp_path: Path) -> None:
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        with talk(tmp_path, "--journal", str(fifo)) as server:
            server.ask(500)
            assert server.stop() == 0

    def test_a_fifo_whose_reader_comes_later_has_all(self, tmp_path: Path) -> None:
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        with talk(tmp_path, "--journal", str(fifo)) as server:
            server.ask(500)
            with fifo.open("rb") as reader:
                server.process.send_signal(signal.SIGTERM)
                text = reader.read()
            assert server.process.wait(SOON) == 0
        journal = tmp_path / "journal.jsonl"
        journal.write_bytes(text)
        assert replay(journal) == (0, "500 requests sent again, 0 answered otherwise\n")

    def test_a_full_disk_leaves_whole_lines_and_a_gap(self, tmp_path: Path) -> None:
        journal, errors = tmp_path / "journal.jsonl", tmp_path / "stderr"
        with errors.open("wb") as stderr:
            with talk(tmp_path, "--journal", str(journal), "--log", "text", stderr=stderr.fileno()) as server:
                server.ask(10)
                size = wait_for_lines(journal, 11)
                # No file may grow by more than half a line. The log is shorter than that.
                limit(server, size + 500)
                server.ask(20)
                wait_until(lambda: b" cannot be written: File too large; " in errors.read_bytes(), server)
                # Each later line is begun and cut off again, so the size can differ for a moment.
                wait_until(lambda: journal.stat().st_size == size, server)
                limit(server, resource.RLIM_INFINITY)
                server.ask(10)
                assert server.stop() == 0
        assert re.search(r" warning: the journal \S+ is written again; missing in it, as a line there says: \d+ lines?\n", errors.read_text())
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
        gaps = [line["gap"] for line in lines if "gap" in line]
        kept = sum("request" in line for line in lines)
        # Each request is in the file, or counted in a gap. Ends of answers under way are counted too.
        assert len(gaps) == 1 and kept < 40 and kept + gaps[0] >= 40
        code, said = replay(journal)
        assert re.search(rf"\b{gaps[0]} lines? missing", said) and "; missing: " in said
        assert code == 0, said

    def test_it_is_for_nobody_else(self, tmp_path: Path) -> None:
        journal = tmp_path / "journal.jsonl"
        journal.touch(0o644)
        with talk(tmp_path, "--journal", str(journal)) as server:
            assert journal.stat().st_mode & 0o777 == 0o600
            assert server.stop() == 0


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    """The limit would end the process by a signal otherwise."""
    body = json.dumps({"user_session_id": "sam", "player_name": "x" * 900, "player_gender": "female"}).encode()
    with talk(tmp_path, "--db", str(tmp_path / "foilmock.db")) as server:
        server.ask()

        def begin() -> bytes:
            with socket.create_connection(server.address, TIMEOUT) as wire:
                wire.sendall(b"GET /api/v1/sdk/personas HTTP/1.1\r\nHost: x\r\nX-API-Key: pk_test_a\r\nConnection: close\r\n\r\n")
                persona = re.search(rb'"id": ?"([^"]+)"', drain(wire.fileno()))[1]
            with socket.create_connection(server.address, TIMEOUT) as wire:
                wire.sendall(
                    b"POST /api/v1/sdk/chat/%s/init-session HTTP/1.1\r\nHost: x\r\nX-API-Key: pk_test_a\r\nConnection: close\r\n"
                    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (persona, len(body), body)
                )
                return drain(wire.fileno())[:12]

        assert begin() == b"HTTP/1.1 200"
        limit(server, max(file.stat().st_size for file in tmp_path.glob("foilmock.db*")))
        answers = {begin() for _ in range(20)}
        assert b"HTTP/1.1 503" in answers
        limit(server, resource.RLIM_INFINITY)
        assert begin() == b"HTTP/1.1 200"
        assert server.stop() == 0


def limit(server: Talk, size: int) -> None:
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def wait_until(holds: object, server: Talk) -> None:
    """Sends requests until the condition holds: the server writes its notices with the next lines."""
    deadline = time.monotonic() + TIMEOUT
    while not holds():
        assert time.monotonic() < deadline
        server.ask()


def wait_for_lines(file: Path, count: int) -> int:
    """The size of the file once it has a header and `count` lines of requests, and no answer is under way."""
    deadline = time.monotonic() + TIMEOUT
    while file.read_bytes().count(b'"request"') < count - 1:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return file.stat().st_size


def replay(journal: Path) -> tuple[int, str]:
    done = subprocess.run(
        [program(), "replay", str(journal)], env=environment(), capture_output=True, text=True, timeout=TIMEOUT
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("format", ["json", "sarif"])
def test_the_output_of_a_command_is_whole_on_a_non_blocking_pipe(
    tmp_path: Path, pipe: tuple[int, int], format: str
) -> None:
    """A Node process shares its pipes so."""
    folder = tmp_path / "personas" / "p"
    (folder / "machines").mkdir(parents=True)
    (folder / "persona.json").write_text('{"name": "P"}')
    states = [{"state_key": f"s{number}", "is_initial_state": number == 0, "says": "x", "oops": 1} for number in range(1500)]
    (folder / "machines" / "m.json").write_text(json.dumps({"is_entry": True, "states": states, "transitions": []}))
    command = [program(), "check", str(tmp_path), "--format", format]
    whole = subprocess.run(command, env=environment(), capture_output=True, timeout=TIMEOUT)
    assert len(whole.stdout) > 1 << 16
    reader, writer = pipe
    os.set_blocking(writer, False)
    process = subprocess.Popen(command, env=environment(), stdout=writer)
    os.close(writer)
    # The pipe is read only when it is full.
    wait_until_full = time.monotonic() + TIMEOUT
    while int.from_bytes(fcntl.ioctl(reader, termios.FIONREAD, bytes(4)), "little") < 1 << 16:
        assert process.poll() is None and time.monotonic() < wait_until_full
        time.sleep(0.01)
    assert drain(reader) == whole.stdout
    assert process.wait(TIMEOUT) == whole.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code"), [(["check"], 1), (["schema", "machine"], 1), (["--help"], 1), (["--version"], 1)]
)
def test_output_that_cannot_be_written_is_a_failure(arguments: list[str], code: int) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [program(), *arguments], env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT
        )
    assert done.returncode == code
    assert done.stderr == "Error: standard output cannot be written: No space left on device\n"
