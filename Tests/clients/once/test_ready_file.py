"""A file that tells a script where the server is."""

import json
from collections.abc import Callable
from pathlib import Path

from helpers.control import TOKEN
from helpers.server import Server, command
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
    """It holds the control token."""
    file = tmp_path / "ready.json"
    file.write_text("of yesterday")
    file.chmod(0o644)
    launch("told", "--ready-file", str(file))
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = command("serve", "--port", "0", "--db", ":memory:", "--ready-file", str(tmp_path / "no/ready.json"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be written: No such file or directory" in done.stderr
