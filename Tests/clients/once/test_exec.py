"""`foilmock exec`: a server for one command."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.server import TIMEOUT, environment, program

ASK = """
import json, os, sys, urllib.request
request = urllib.request.Request(
    os.environ["FOILENGINE_BASE_URL"] + "/api/v1/sdk/personas", headers={"X-API-Key": os.environ["FOILENGINE_API_KEY"]})
print(json.load(urllib.request.urlopen(request))[0]["name"], *sys.argv[1:])
print(json.load(urllib.request.urlopen(os.environ["FOILMOCK_CONTROL_URL"] + "/health"))["status"])
"""


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [program(), "exec", *arguments]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=TIMEOUT, **options)


def python(code: str, *arguments: str) -> list[str]:
    return ["--", sys.executable, "-c", code, *arguments]


def test_the_command_finds_the_server_and_its_output_is_its_own() -> None:
    done = run(*python(ASK, "--help", "a b"))
    assert (done.returncode, done.stdout) == (0, "Grumpy Barista --help a b\nok\n")
    assert done.stderr == "foilmock: 1 request, 0 errors, 0 duplicates, 0 unanswered\n"


@pytest.mark.parametrize("code", [1, 2, 77, 255])
def test_the_exit_code_is_the_command_s(code: int) -> None:
    assert run(*python(f"raise SystemExit({code})")).returncode == code


def test_a_command_that_ends_at_once_is_not_missed() -> None:
    for _ in range(20):
        assert run("--", "true").returncode == 0


def test_a_command_that_a_signal_ends_counts_as_shells_count() -> None:
    assert run(*python("import os; os.kill(os.getpid(), 9)")).returncode == 137


def test_a_command_that_is_not_there_is_told() -> None:
    done = run("--", "no-such-command")
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr == "Error: 'no-such-command' cannot be run: No such file or directory\n"
    assert run("--", "/dev/null").returncode == 126


@pytest.mark.parametrize("arguments", [[], ["--"], ["--port", "0"], ["pytest"], ["--nonsense", "--", "true"]])
def test_wrong_arguments_are_told(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 64


def test_options_are_the_server_s(tmp_path: Path) -> None:
    database = tmp_path / "kept.db"
    done = run("--db", str(database), "--log", "text", *python(ASK))
    assert done.returncode == 0 and database.exists()
    assert "GET /api/v1/sdk/personas 200" in done.stderr


def test_the_command_may_control_the_server() -> None:
    """Only the command knows the token."""
    code = """
import os, urllib.request as r
call = r.Request(os.environ["FOILMOCK_CONTROL_URL"] + "/v1/sandboxes/pk_test_a/reset", method="POST")
call.add_header("Authorization", "Bearer " + os.environ["FOILMOCK_CONTROL_TOKEN"])
print(r.urlopen(call).status)
"""
    done = run(*python(code))
    assert (done.stdout, done.stderr) == ("200\n", "foilmock: 0 requests, 0 errors, 0 duplicates, 0 unanswered\n")


def test_errors_are_counted() -> None:
    code = 'import os, urllib.request as r\ntry: r.urlopen(os.environ["FOILENGINE_BASE_URL"] + "/api/v1/nothing")\nexcept Exception: pass'
    assert run(*python(code)).stderr.endswith("foilmock: 1 request, 1 error, 0 duplicates, 0 unanswered\n")


def test_input_and_open_files_are_as_the_command_expects() -> None:
    assert run("--", "cat", input="through").stdout == "through"
    descriptors = run(*python("import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))")).stdout
    # The standard streams, and the descriptor that lists the folder.
    assert json.loads(descriptors) == [0, 1, 2, 3]


def test_arguments_and_variables_reach_the_command_byte_for_byte() -> None:
    """Whatever their encoding, and whatever scalar they begin with."""
    words = [b"\xe9", "\u0301x".encode(), "e\u0301".encode(), "\u00e9".encode(), b"--\xff\xfe", b""]
    variables = {b"LATIN": b"\xe9", b"MARK": "\u0301=x".encode(), b"\xe9": b"name", "e\u0301".encode(): b"1", "\u00e9".encode(): b"2"}
    code = (
        "import json, os, sys\n"
        "names = [bytes.fromhex(name) for name in sys.argv[1].split()]\n"
        "print(json.dumps([[os.fsencode(word).hex() for word in sys.argv[2:]], [os.environb.get(name, b'').hex() for name in names]]))"
    )
    names = " ".join(name.hex() for name in variables)
    own = {os.fsencode(name): os.fsencode(value) for name, value in environment().items()}
    command = [program(), "exec", *python(code, names), *words]
    done = subprocess.run(command, env={**own, **variables}, capture_output=True, text=True, timeout=TIMEOUT)
    assert json.loads(done.stdout) == [[word.hex() for word in words], [value.hex() for value in variables.values()]]


def test_a_setting_that_is_not_utf8_is_told_by_its_name() -> None:
    own = {os.fsencode(name): os.fsencode(value) for name, value in environment().items()}
    for options, variables, name in [([b"--db", b"\xe9"], {}, "'--db'"), ([], {b"FOILMOCK_DB": b"\xe9"}, "FOILMOCK_DB")]:
        command = [program(), "exec", *options, "--", "true"]
        done = subprocess.run(command, env={**own, **variables}, capture_output=True, text=True, timeout=TIMEOUT)
        assert done.returncode == 64
        assert done.stderr.startswith(f"Error: {name} must be UTF-8, and its value is not\n")


def test_a_signal_reaches_the_command_which_may_take_its_time() -> None:
    code = (
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
        "print(os.environ['FOILENGINE_BASE_URL'], flush=True)\n"
        "time.sleep(60)"
    )
    command = [program(), "exec", *python(code)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    url = process.stdout.readline().strip()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=TIMEOUT)
    assert process.returncode == 5
    host, port = url.removeprefix("http://").rsplit(":", 1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), TIMEOUT)
