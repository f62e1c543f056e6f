"""`foilmock exec`: a server for one command."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import town
from helpers.process import Watched, is_running
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


def test_the_place_of_another_server_is_not_taken(tmp_path: Path) -> None:
    """As in a container, whose variables are those of its server."""
    database = tmp_path / "foilmock.db"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        variables = {**environment(), "FOILMOCK_DB": str(database), "FOILMOCK_PORT": port, "FOILMOCK_HOST": "0.0.0.0"}
        command = [program(), "exec", *python(ASK)]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=TIMEOUT)
    assert (done.returncode, done.stdout) == (0, "Grumpy Barista\nok\n"), done.stderr
    assert list(tmp_path.iterdir()) == []


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


def test_the_command_finds_the_folder_of_the_fixtures(tmp_path: Path) -> None:
    """Its own server's, which is none where the fixtures are built in."""
    town.build(tmp_path / "characters")
    (tmp_path / "link").symlink_to("characters")
    tell = ["--", sys.executable, "-c", "import os; print(os.environ['FOILMOCK_EXEC_FIXTURES'])"]
    done = run("--fixtures", "link", *tell, cwd=tmp_path)
    assert done.stdout == f"{(tmp_path / 'characters').resolve()}\n"
    inner = run("--fixtures", "link", "--", program(), "exec", *tell, cwd=tmp_path)
    assert (inner.returncode, inner.stdout) == (0, "\n")
    assert "FOILMOCK_EXEC_FIXTURES" not in inner.stderr


def test_a_foilmock_in_the_command_has_one_token(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("a-token-in-a-file\n")
    result = subprocess.run(
        [program(), "exec", "--", program(), "exec", "--", "printenv", "FOILMOCK_CONTROL_TOKEN"],
        env=environment() | {"FOILMOCK_CONTROL_TOKEN_FILE": str(token)}, capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (0, "a-token-in-a-file\n"), result.stderr


def test_errors_are_counted() -> None:
    code = 'import os, urllib.request as r\ntry: r.urlopen(os.environ["FOILENGINE_BASE_URL"] + "/api/v1/nothing")\nexcept Exception: pass'
    assert run(*python(code)).stderr == "foilmock: 1 request, 1 error, 0 duplicates, 0 unanswered; to see more: --log-file FILE\n"


def test_the_log_goes_to_a_file_and_not_into_the_command_s_output(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    for _ in range(2):
        done = run("--log-file", str(file), *python(ASK))
        assert done.stderr == f"foilmock: 1 request, 0 errors, 0 duplicates, 0 unanswered; log: {file}\n"
    lines = [line for line in file.read_text().splitlines() if "warning" not in line]
    assert [line.split(" ", 1)[1] for line in lines] == ["GET /api/v1/sdk/personas 200", "GET /_foilmock/health 200"] * 2
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = run("--log-file", str(tmp_path), "--", "true")
    assert (done.returncode, done.stderr) == (1, f"Error: {tmp_path} cannot be written: Is a directory\n")


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


def test_a_proxy_is_not_asked_for_the_server() -> None:
    """Nobody answers at the proxy's address."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        variables = {name: value for name, value in environment().items() if not name.lower().endswith("_proxy")}
        variables |= {"HTTP_PROXY": proxy, "http_proxy": proxy}
        command = [program(), "exec", *python(ASK)]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=TIMEOUT)
    assert (done.returncode, done.stdout) == (0, "Grumpy Barista\nok\n"), done.stderr


def test_a_setting_that_is_not_utf8_is_told_by_its_name() -> None:
    own = {os.fsencode(name): os.fsencode(value) for name, value in environment().items()}
    for options, variables, name in [([b"--db", b"\xe9"], {}, "'--db'"), ([], {b"FOILMOCK_FIXTURES": b"\xe9"}, "FOILMOCK_FIXTURES")]:
        command = [program(), "exec", *options, "--", "true"]
        done = subprocess.run(command, env={**own, **variables}, capture_output=True, text=True, timeout=TIMEOUT)
        assert done.returncode == 64
        assert done.stderr.startswith(f"Error: {name} must be UTF-8, and its value is not\n")


@pytest.mark.parametrize("place", ["path", "PATH"])
@pytest.mark.parametrize(("text", "output"), [("echo through $1\n", "through it\n"), ("", "")])
def test_a_script_without_an_interpreter_is_run_as_shells_run_it(
    tmp_path: Path, place: str, text: str, output: str
) -> None:
    script = tmp_path / "script"
    script.write_text(text)
    script.chmod(0o755)
    name = str(script) if place == "path" else "script"
    variables = {**environment(), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [program(), "exec", "--", name, "it"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=TIMEOUT)
    assert (done.returncode, done.stdout) == (0, output)


NUMBERS = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_a_signal_that_exec_alone_gets_is_the_command_s(number: signal.Signals) -> None:
    script = "trap 'exit 7' HUP INT QUIT TERM USR1 USR2 ALRM; echo $$; while :; do sleep 0.05; done"
    process = start("sh", "-c", script, start_new_session=True)
    child = int(process.stdout.readline())
    process.send_signal(number)
    process.communicate(timeout=TIMEOUT)
    assert process.returncode == 7
    assert not is_running(child)


@pytest.mark.parametrize("trap", ["true", "trap '' HUP INT TERM"])
def test_a_killed_exec_takes_its_command_along(trap: str) -> None:
    process = start("sh", "-c", f"{trap}; echo $$; exec sleep 60", start_new_session=True)
    command = Watched(int(process.stdout.readline()))
    process.kill()
    assert command.ends()
    process.communicate(timeout=TIMEOUT)


# Tells each signal; SIGUSR1 ends it.
TELL = """
import signal, sys, time
for number in (signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda number, _: print(signal.Signals(number).name, flush=True))
signal.signal(signal.SIGUSR1, lambda *_: sys.exit(3))
print("ready", flush=True)
while True:
    time.sleep(60)
"""


def test_the_keys_of_a_terminal_reach_the_command_once() -> None:
    """The terminal sends the signal to both."""
    ours, theirs = os.openpty()
    process = start(sys.executable, "-c", TELL, stdin=theirs, preexec_fn=take_terminal(theirs))
    os.close(theirs)
    assert process.stdout.readline() == "ready\n"
    os.write(ours, b"\x03")
    assert process.stdout.readline() == "SIGINT\n"
    # What exec passes on comes in order, so a second SIGINT would be told before the end.
    process.send_signal(signal.SIGUSR1)
    assert process.communicate(timeout=TIMEOUT)[0] == ""
    assert process.returncode == 3
    os.close(ours)


def test_a_closed_terminal_is_told_to_the_command_and_does_not_end_the_server() -> None:
    """It tells the leader of its session alone, which is exec here."""
    ours, theirs = os.openpty()
    process = start(sys.executable, "-c", TELL, stdin=theirs, preexec_fn=take_terminal(theirs))
    os.close(theirs)
    assert process.stdout.readline() == "ready\n"
    os.close(ours)
    assert process.stdout.readline() == "SIGHUP\n"
    process.send_signal(signal.SIGUSR1)
    assert process.communicate(timeout=TIMEOUT)[0] == ""
    assert process.returncode == 3


@pytest.mark.parametrize("restores", [True, False])
def test_the_command_ignores_what_exec_was_started_to_ignore(restores: bool) -> None:
    """As nohup and shells start a command. Python itself ignores two signals, which it restores or not."""

    def ignored(*arguments: str) -> str:
        command = [*arguments, "grep", "SigIgn", "/proc/self/status"]
        done = subprocess.run(
            command, env=environment(), capture_output=True, text=True, timeout=TIMEOUT, restore_signals=restores,
            preexec_fn=lambda: [signal.signal(number, signal.SIG_IGN) for number in NUMBERS] and None,
        )  # fmt: skip
        return done.stdout

    assert ignored(program(), "exec", "--") == ignored() != ""


@pytest.mark.parametrize(
    "change",
    [
        lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD]) and None,
        lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN) and None,
    ],
    ids=["blocked", "ignored"],
)
def test_the_end_of_the_command_is_noticed_though_its_signal_was(change: Callable[[], None]) -> None:
    assert run("--", "sh", "-c", "exit 4", preexec_fn=change).returncode == 4


def start(*command: str, **options: object) -> subprocess.Popen[str]:
    """A command under exec, whose output is read."""
    return subprocess.Popen(
        [program(), "exec", "--", *command], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        **options,
    )  # fmt: skip


def take_terminal(terminal: int) -> Callable[[], None]:
    """Makes the process the leader of a session with this terminal."""

    def take() -> None:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

    return take


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
