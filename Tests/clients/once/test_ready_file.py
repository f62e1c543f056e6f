"""The ready file, from which a script reads the server's address."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from helpers.control import TOKEN
from helpers.server import TIMEOUT, Server, command, environment, program
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


def test_a_pipe_is_written_to(launch: Callable[..., Server], tmp_path: Path) -> None:
    pipe = tmp_path / "ready"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    server = launch("told", "--ready-file", str(pipe))
    assert json.loads(os.read(reader, 4096))["url"] == server.url
    os.close(reader)
    assert server.stop() == 0
    assert pipe.is_fifo()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = command("serve", "--port", "0", "--db", ":memory:", "--ready-file", str(tmp_path / "no/ready.json"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be written: No such file or directory" in done.stderr
