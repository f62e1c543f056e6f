"""The program that a run starts, and its options."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_foilmock import launch, program
from pytest_foilmock.server import ServerError

from helpers import town
from helpers.process import is_running
from helpers.readme import ROOT


@pytest.fixture
def place(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the programs `first` and `second/foilmock`, to which no setting refers yet."""
    monkeypatch.delenv("FOILMOCK_PROGRAM")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(program, "_installed", lambda: None)
    monkeypatch.setattr(program, "_built", lambda: None)
    for name in ("first", "second/foilmock", "installed/foilmock", "built/foilmock"):
        file = suite.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    return suite.path


def find(suite: pytest.Pytester, *options: str) -> str:
    return program.find(suite.parseconfig(*options))


def test_each_way_to_name_the_program_comes_before_the_next(
    suite: pytest.Pytester, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option, the ini file, the variable, the program of the wheel, the path, the checkout."""
    monkeypatch.setattr(program, "_built", lambda: str(place / "built/foilmock"))
    assert find(suite) == str(place / "built/foilmock")
    monkeypatch.setenv("PATH", str(place / "second"))
    assert find(suite) == str(place / "second/foilmock")
    monkeypatch.setattr(program, "_installed", lambda: str(place / "installed/foilmock"))
    assert find(suite) == str(place / "installed/foilmock")
    monkeypatch.setenv("FOILMOCK_PROGRAM", str(place / "first"))
    assert find(suite) == str(place / "first")
    suite.makeini("[pytest]\nfoilmock_program = ./second/foilmock")
    assert find(suite) == str(place / "second/foilmock")
    assert find(suite, "--foilmock", "./first") == str(place / "first")
    assert find(suite, "--foilmock", "foilmock") == str(place / "second/foilmock")


def test_none_is_told_with_what_to_do(suite: pytest.Pytester, place: Path) -> None:
    with pytest.raises(ServerError, match="there is no foilmock program: install the wheel of foilmock that has it"):
        find(suite)
    with pytest.raises(ServerError, match="--foilmock names './third', which is no program that can be run"):
        find(suite, "--foilmock", "./third")


def test_the_program_that_pip_put_into_a_target_folder_is_known(tmp_path: Path) -> None:
    shutil.copytree(Path(program.__file__).parent, tmp_path / "pytest_foilmock")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/foilmock").touch(0o755)
    command = [sys.executable, "-c", "from pytest_foilmock import program; print(program._installed())"]
    said = subprocess.run(command, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True).stdout
    assert said == f"{tmp_path}/bin/foilmock\n"


def test_the_program_of_the_checkout_that_it_was_installed_from_is_known() -> None:
    assert program._built() == str(ROOT / ".build/release/foilmock")


def test_the_server_s_options_are_as_seen_from_the_ini_file(
    run: Callable[..., pytest.RunResult], suite: pytest.Pytester
) -> None:
    suite.makeini("[pytest]\nfoilmock_options = --fixtures characters --seed 7")
    town.build(suite.path / "characters")
    run(
        """
        def test_it(foilmock_sandbox, foilmock_client):
            assert [persona.name for persona in foilmock_client.personas.list()] == ["Clerk"]
            assert foilmock_sandbox.call("GET")["seed"] == 7
        """
    ).assert_outcomes(passed=1)


def test_a_server_that_does_not_start_is_told_in_its_words(
    run: Callable[..., pytest.RunResult], suite: pytest.Pytester
) -> None:
    suite.makeini("[pytest]\nfoilmock_options = --seed seven")
    result = run("def test_it(foilmock_server): ...")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*foilmock exec did not start: Error: --seed must be a whole number, not 'seven'*")


def test_a_server_that_is_late_is_told_and_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nprintf 'a line\\nhalf a line'\ntail -f /dev/null & echo $! >&2\nwait\n")
    slow.chmod(0o755)
    run = launch.Run()
    try:
        with pytest.raises(ServerError, match=r"slow exec was not ready within 0.5 seconds: \d+$") as caught:
            launch.server(run.folder, str(slow), [], tmp_path, limit=0.5)
        end = time.monotonic() + 10
        while is_running(int(str(caught.value).rpartition(" ")[2])):
            assert time.monotonic() < end
            time.sleep(0.01)
        # The lock is free for the next.
        with pytest.raises(ServerError, match="did not start"):
            launch.server(run.folder, "/bin/false", [], tmp_path)
    finally:
        run.end()
