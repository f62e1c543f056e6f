"""The control token: made and printed once, or given and never printed."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from helpers.control import TOKEN, Control
from helpers.server import TIMEOUT, command, environment, program


def serve(folder: Path, *options: str, variables: dict[str, str] | None = None) -> tuple[str, str, str]:
    """Starts a server that logs, calls its control API with the right token and a wrong one, and stops it: its token, its
    standard output and its standard error."""
    ready, output, errors = folder / "ready.json", folder / "stdout", folder / "stderr"
    arguments = [program(), "serve", "--port", "0", "--db", str(folder / "db"), "--log", "text", *options]
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            [*arguments, "--ready-file", str(ready)], env=environment() | (variables or {}),
            stdin=subprocess.DEVNULL, stdout=out, stderr=err,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + TIMEOUT
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < deadline, errors.read_text()
            time.sleep(0.01)
        told = json.loads(ready.read_text())
        for token, status in ((told["control_token"], 200), ("wrong" + told["control_token"], 401)):
            control = Control(told["url"], token)
            assert control.http.get("/sandboxes").status_code == status
            control.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return told["control_token"], output.read_text(), errors.read_text()


def test_one_that_is_made_is_told_once_and_is_never_the_same(tmp_path: Path) -> None:
    tokens = set()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        token, output, errors = serve(folder)
        assert re.fullmatch("[0-9a-f]{32}", token)
        # Not on standard output, which scripts keep, and not with each request in the log.
        assert errors.count(token) == 2 and f"control token: {token}\ncontrol page: http://" in errors
        assert "GET /_foilmock/v1/sandboxes 200" in errors and "GET /_foilmock/v1/sandboxes 401" in errors
        assert token not in output
        assert token.encode() not in b"".join(file.read_bytes() for file in folder.glob("db*"))
        tokens.add(token)
    assert len(tokens) == 2


@pytest.mark.parametrize("way", ["flag", "variable", "file"])
def test_one_that_is_given_is_not_told(tmp_path: Path, way: str) -> None:
    file = tmp_path / "token"
    file.write_bytes(f"{TOKEN}\r\n".encode())
    options = {"flag": ["--control-token", TOKEN], "file": ["--control-token-file", str(file)]}.get(way, [])
    variables = {"FOILMOCK_CONTROL_TOKEN": TOKEN} if way == "variable" else None
    token, output, errors = serve(tmp_path, *options, variables=variables)
    assert token == TOKEN
    assert TOKEN not in output + errors
    assert "control token" not in errors
    # A flag is in the list of processes, which everybody can read.
    warning = "every user of this machine can see --control-token in the list of processes"
    assert (warning in errors) == (way == "flag")


@pytest.mark.parametrize("text", ["", "short", "two\nlines", "with a space", "x" * 201])
def test_a_file_without_a_token_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "token"
    file.write_text(text)
    result = command("serve", "--port", "0", "--db", ":memory:", "--control-token-file", str(file))
    assert result.returncode == 64
    assert f"the control token in {file} must be 8 to 200 visible ASCII characters, in one line" in result.stderr


def test_a_token_from_two_places_is_refused(tmp_path: Path) -> None:
    result = command("serve", "--port", "0", "--db", ":memory:", "--control-token", TOKEN, "--control-token-file", "x")
    assert (result.returncode, "set one of them" in result.stderr) == (64, True)
