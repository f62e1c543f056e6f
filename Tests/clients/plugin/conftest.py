"""Runs of pytest with the plugin, as its users start them: processes of their own, in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from helpers.server import program
from helpers.stub import Stub

pytest_plugins = ["pytester"]

TIMEOUT = 60.0


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder for tests, and an environment with nothing but the path of the program."""
    for name in list(os.environ):
        if name.startswith(("FOILMOCK_", "FOILENGINE_", "PYTEST_XDIST")) and name != "FOILMOCK_SERVER":
            monkeypatch.delenv(name)
    monkeypatch.setenv("FOILMOCK_PROGRAM", program())
    return pytester


@pytest.fixture
def run(suite: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Runs a file of tests, test_it.py, with these options."""

    def run(tests: str, *options: str) -> pytest.RunResult:
        suite.makepyfile(test_it=tests)
        return suite.runpytest_subprocess("-p", "no:cacheprovider", *options, timeout=TIMEOUT)

    return run


@pytest.fixture
def under_exec(suite: pytest.Pytester) -> Callable[..., str]:
    """The output of commands in a shell under `foilmock exec`, where `pytest` is this one; they must succeed."""

    def run(commands: str) -> str:
        pytest_here = f"{sys.executable} -m pytest -p no:cacheprovider"
        done = subprocess.run(
            [program(), "exec", "--", "sh", "-ec", commands.replace("pytest", pytest_here)],
            cwd=suite.path, capture_output=True, text=True, timeout=TIMEOUT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch, suite: pytest.Pytester) -> Iterator[Stub]:
    """A server with given answers, to which runs attach."""
    with Stub() as stub:
        monkeypatch.setenv("FOILMOCK_CONTROL_URL", f"{stub.url}/_foilmock")
        monkeypatch.setenv("FOILMOCK_CONTROL_TOKEN", "token-of-the-stub")
        yield stub
