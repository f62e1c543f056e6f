"""However a run ends, no server and no file of it is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from pytest_foilmock import folder

from helpers.process import Watched, is_running

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
    place = suite.mkdir("temporary")
    monkeypatch.setenv("TMPDIR", str(place))
    return place


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


def test_what_a_run_left_that_was_killed_with_its_server_goes_with_the_next(
    suite: pytest.Pytester, temporary: Path
) -> None:
    suite.makepyfile(test_it=WAITS, test_next="def test_next(foilmock_sandbox): ...")
    os.mkfifo(suite.path / "told")
    with running(suite.path, "test_it.py") as process:
        number = int((suite.path / "told").read_text())
        server = Watched(number)
        os.kill(number, signal.SIGKILL)
        assert server.ends()
        process.kill()
        process.wait()
    assert len(list(temporary.glob("foilmock-*"))) == 1
    suite.runpytest_subprocess("test_next.py").assert_outcomes(passed=1)
    assert not list(temporary.glob("foilmock-*"))


def test_a_run_that_goes_on_is_left_alone(suite: pytest.Pytester, temporary: Path) -> None:
    suite.makepyfile(test_it=WAITS, test_next="def test_next(foilmock_sandbox): ...")
    os.mkfifo(suite.path / "told")
    with running(suite.path, "test_it.py") as process:
        number = int((suite.path / "told").read_text())
        before = sorted(temporary.glob("foilmock-*/*"))
        suite.runpytest_subprocess("test_next.py").assert_outcomes(passed=1)
        assert sorted(temporary.glob("foilmock-*/*")) == before != []
        assert is_running(number)
        server = Watched(number)
        process.send_signal(signal.SIGINT)
        assert server.ends()


def test_only_what_is_surely_of_a_run_is_removed(temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (tmp_path / "life").touch()
    (temporary / "foilmock-pytest-link").symlink_to(tmp_path)
    (temporary / "foilmock-pytest-file").touch()
    (temporary / "foilmock-mine").mkdir()
    for name, content in [("empty", []), ("left", ["life", "server.log"]), ("mixed", ["life", "mine"])]:
        left = temporary / f"foilmock-pytest-{name}"
        left.mkdir()
        for file in content:
            (left / file).touch()
    made, lock = folder.make()
    os.close(lock)
    assert {path.name for path in temporary.iterdir()} == {
        "foilmock-pytest-link", "foilmock-pytest-file", "foilmock-mine", "foilmock-pytest-mixed", made.name,
    }  # fmt: skip
    assert (tmp_path / "life").exists()
    assert {path.name for path in temporary.glob("foilmock-pytest-mixed/*")} == {"life", "mine"}


@pytest.mark.parametrize("state", ["locked", "removed"])
def test_a_folder_that_another_run_sweeps_at_its_birth_is_not_used(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    first, lock = folder.make()
    if state == "removed":
        first.rmdir()
    second = temporary / "second"
    second.mkdir()
    ways = iter([first, second])
    monkeypatch.setattr(tempfile, "mkdtemp", lambda prefix: str(next(ways)))
    made, other = folder.make()
    assert made == second
    os.close(lock)
    os.close(other)


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
def running(place: Path, *options: str):
    """A run of pytest with its workers; after the test no process of it may be left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
