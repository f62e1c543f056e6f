"""However a run ends, no server and no file of it is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.process import Watched

WAITS = """
import os, signal
def test_it(foilmock_server):
    with open("told", "w") as told:
        print(foilmock_server.process_id, file=told, flush=True)
    signal.pause()
"""


@pytest.fixture
def temporary(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of runs."""
    folder = suite.mkdir("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "workers"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_a_signal_ends(
    suite: pytest.Pytester, temporary: Path, number: signal.Signals, workers: list[str]
) -> None:
    suite.makepyfile(test_it=WAITS)
    os.mkfifo(suite.path / "told")
    with running(suite.path, *workers) as process:
        server = Watched(int((suite.path / "told").read_text()))
        # A terminal signals the workers too; SIGKILL goes to the one process only.
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
        assert server.ends()
    assert not list(temporary.glob("foilmock-*"))


def test_a_run_that_ends_by_itself(suite: pytest.Pytester, temporary: Path) -> None:
    suite.makepyfile("def test_it(foilmock_sandbox): ...")
    suite.runpytest_subprocess("-n", "2").assert_outcomes(passed=1)
    assert not list(temporary.glob("foilmock-*"))


def test_what_a_run_has_not_made_stays(suite: pytest.Pytester, temporary: Path) -> None:
    suite.makepyfile(
        """
        import os, pathlib
        def test_it(foilmock_server):
            [folder] = pathlib.Path(os.environ["TMPDIR"]).glob("foilmock-*")
            (folder / "mine").touch()
        """
    )
    suite.runpytest_subprocess().assert_outcomes(passed=1)
    assert [path.name for path in temporary.glob("foilmock-*/*")] == ["mine"]


@contextlib.contextmanager
def running(folder: Path, *options: str):
    """A run of pytest with its workers; after the test no process of it may be left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
