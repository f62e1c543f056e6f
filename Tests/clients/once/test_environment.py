"""Variables that foilmock finds in its environment."""

import os
import signal
import subprocess

import pytest

from helpers.server import TIMEOUT, environment, program

LINK = {"FOILMOCK_PORT": "tcp://10.43.0.1:8000", "FOILMOCK_SERVICE_HOST": "10.43.0.1", "FOILMOCK_SERVICE_PORT": "8000"}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program(), *arguments], env={**environment(), **variables}, capture_output=True, text=True, timeout=TIMEOUT
    )


def serve(*arguments: str, **variables: str) -> str:
    """What a server has written on standard error when it has started and was ended."""
    process = subprocess.Popen(
        [program(), "serve", "--db", ":memory:", *arguments], env={**environment(), **variables},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("foilmock ")
    process.send_signal(signal.SIGTERM)
    errors = process.communicate(timeout=TIMEOUT)[1]
    assert process.returncode == 0, errors
    return errors


def test_the_address_of_a_service_is_no_port() -> None:
    assert "10.43.0.1" not in serve("--port", "0", "--log", "off", **LINK)
    assert run("exec", "--", "true", **LINK).returncode == 0
    # It asks at the default port. Whether a server listens there is not known, so both exit codes are right; a usage
    # error (64) is not.
    assert run("health", **LINK).returncode in (0, 1)


@pytest.mark.parametrize("style", ["text", "errors", "off"])
def test_a_variable_that_is_no_setting_is_warned_of(style: str) -> None:
    errors = serve("--port", "0", "--log", style, FOILMOCK_RATELIMITS="off")
    assert "FOILMOCK_RATELIMITS is not read: there is no such setting; did you mean \"FOILMOCK_RATE_LIMITS\"?" in errors
    assert "FOILMOCK_RATELIMITS is not read" in run("exec", "--", "true", FOILMOCK_RATELIMITS="off").stderr


def test_variables_without_a_value_are_not_set() -> None:
    empty = {f"FOILMOCK_{name.upper()}": "" for name in settings()}
    assert len(empty) > 30
    done = run("exec", "--", "true", **empty, FOILMOCK_CONFIG="")
    assert (done.returncode, done.stderr) == (0, "foilmock: 0 requests, 0 errors, 0 duplicates, 0 unanswered\n")


def test_a_flag_hides_its_variable() -> None:
    """Whatever the variable holds."""
    own = {os.fsencode(name): os.fsencode(value) for name, value in environment().items()}
    for value in (b"x", b"\xe9"):
        command = [program(), "exec", "--seed", "3", "--", "true"]
        variables = {**own, b"FOILMOCK_SEED": value}
        assert subprocess.run(command, env=variables, capture_output=True, timeout=TIMEOUT).returncode == 0
        assert subprocess.run(command[:2] + command[4:], env=variables, capture_output=True, timeout=TIMEOUT).returncode == 64


def settings() -> list[str]:
    """The names of all settings, as the help lists their flags."""
    lines = run("serve", "--help").stdout.splitlines()
    flags = [line.split()[0] for line in lines if line.startswith("  --") and "--config" not in line]
    return [flag.removeprefix("--").replace("-", "_") for flag in flags]
