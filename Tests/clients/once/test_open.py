"""`foilmock open`: finds a running server by its file, and opens its page."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.control import TOKEN
from helpers.server import TIMEOUT, Server, environment, program


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What XDG_RUNTIME_DIR names."""
    folder = tmp_path / "runtime"
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.delenv("BROWSER", raising=False)
    return folder


def opened(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program(), "open", *arguments], env=environment() | variables, capture_output=True, text=True, timeout=TIMEOUT
    )


def page(server: Server, token: str = TOKEN) -> str:
    return f"{server.url}/_foilmock/#token={token}"


def test_a_server_has_a_file_as_long_as_it_runs(runtime: Path, launch: Callable[..., Server]) -> None:
    server = launch("one")
    (file,) = (runtime / "foilmock").iterdir()
    assert file.name == f"{server.process_id}.json"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert json.loads(file.read_text())["control_token"] == TOKEN
    assert opened("--print").stdout == page(server) + "\n"
    assert server.stop() == 0
    assert list((runtime / "foilmock").iterdir()) == []


def test_the_server_that_started_last_is_opened_or_the_one_at_a_port(runtime: Path, launch: Callable[..., Server]) -> None:
    first, second = launch("first"), launch("second")
    assert opened("--print").stdout == page(second) + "\n"
    assert opened("--print", "--port", str(first.address[1])).stdout == page(first) + "\n"
    second.kill()
    assert opened("--print").stdout == page(first) + "\n"
    assert [file.name for file in (runtime / "foilmock").iterdir()] == [f"{first.process_id}.json"]


def test_a_browser_gets_the_page(runtime: Path, tmp_path: Path, launch: Callable[..., Server]) -> None:
    server = launch("one")
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$#:$1" > {tmp_path}/asked\nexit 7\n')
    browser.chmod(0o755)
    done = opened(BROWSER=str(browser))
    # The token is not printed, and the browser's end is the command's.
    assert (done.stdout, done.stderr, done.returncode) == (f"Opening {server.url}/_foilmock/\n", "", 7)
    assert (tmp_path / "asked").read_text() == f"1:{page(server)}\n"


@pytest.mark.parametrize(
    ("variables", "error"),
    [
        ({}, "no server of yours runs here; start one with 'foilmock serve'"),
        ({"XDG_RUNTIME_DIR": ""}, "XDG_RUNTIME_DIR is not set, so no server can be found"),
    ],
)
def test_without_a_server_it_says_so(runtime: Path, variables: dict[str, str], error: str) -> None:
    done = opened(**variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {error}")


def test_a_browser_that_does_not_exist_is_an_error_with_a_remedy(runtime: Path, launch: Callable[..., Server]) -> None:
    launch("one")
    done = opened(BROWSER="/nowhere/browser")
    assert done.returncode == 1
    assert done.stderr == (
        "Error: '/nowhere/browser' cannot be run: No such file or directory; name a browser in BROWSER, or print the URL with "
        "--print\n"
    )
    assert TOKEN not in done.stdout + done.stderr


def test_a_folder_that_others_may_enter_is_not_used(runtime: Path, launch: Callable[..., Server]) -> None:
    folder = runtime / "foilmock"
    folder.mkdir()
    folder.chmod(0o755)
    launch("one")
    assert list(folder.iterdir()) == []
    assert opened("--print").returncode == 1


def test_the_page_of_a_token_that_was_made_is_told_with_it(runtime: Path, launch: Callable[..., Server]) -> None:
    server = launch("one", token=None)
    url = opened("--print").stdout.strip()
    assert server.stop() == 0
    token = url.split("#token=")[1]
    assert server.errors.read_text() == f"control token: {token}\ncontrol page: {page(server, token)}\n"
