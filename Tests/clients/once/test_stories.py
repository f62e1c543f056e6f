"""`foilmock test`: its exit codes, its files, what a failing story prints, and the same stories on a server."""

import json
import shutil
import socket
import subprocess
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.server import Server, command, environment, program
from helpers.stub import Stub
from helpers.wire import Wire, answer

ROOT = Path(__file__).parents[3]
GATE = {"persona": "warden", "turns": [{"say": "I am Zoe", "expect": {"state": "s1"}}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped fixtures with two stories, of which the second fails."""
    shutil.copytree(ROOT / "fixtures", tmp_path / "f")
    shutil.rmtree(tmp_path / "f" / "stories")
    write(tmp_path / "f", "good", GATE)
    write(tmp_path / "f", "wrong", {"persona": "warden", "turns": [{"say": "I am Zoe", "expect": {"state": "open"}}]})
    return tmp_path / "f"


def write(folder: Path, name: str, story: dict) -> Path:
    file = folder / "stories" / f"{name}.story.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(story))
    return file


def test_exit_codes(folder: Path) -> None:
    codes = {
        "all passed": ["test", str(folder), "-k", "good"],
        "one failed": ["test", str(folder)],
        "too little reached": ["test", str(folder), "-k", "good", "--fail-under", "99"],
        "enough reached": ["test", str(folder), "-k", "good", "--fail-under", "1"],
        "none of these words": ["test", str(folder), "-k", "nothing"],
        "no such path": ["test", str(folder / "no.story.json")],
        "a report that cannot be written": ["test", str(folder), "-k", "good", "--junit", str(folder)],
        "wrong arguments": ["test", str(folder), "--fail-under", "many"],
    }
    found = {title: command(*words).returncode for title, words in codes.items()}
    assert found == {
        "all passed": 0, "one failed": 1, "too little reached": 1, "enough reached": 0, "none of these words": 2,
        "no such path": 2, "a report that cannot be written": 2, "wrong arguments": 64,
    }


def test_the_built_in_stories_pass(tmp_path: Path) -> None:
    done = run_in(tmp_path, "test", "--coverage")
    assert (done.returncode, done.stderr) == (0, "")
    last = done.stdout.splitlines()[-1]
    assert " of the built-in fixtures, " in last and last.endswith(": all passed")


def run_in(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    own = environment() | variables
    return subprocess.run([program(), *arguments], cwd=folder, env=own, capture_output=True, text=True, timeout=20)


def test_the_settings_of_a_server_choose_the_stories(folder: Path) -> None:
    assert run_in(folder, "test", FOILMOCK_FIXTURES=".").stdout.splitlines()[-1].startswith("2 stories of ./, ")
    assert run_in(folder, "check", FOILMOCK_FIXTURES=".").stdout.splitlines()[-1].startswith("./: 5 personas, ")


def test_who_forgets_the_folder_is_told(folder: Path) -> None:
    """In a fixture folder the built-in stories would pass whatever is in it."""
    for place, near in [(folder, "."), (folder.parent, None)]:
        done = run_in(place, "test")
        warning = f"warning: the built-in stories are played; for those here: foilmock test {near}\n" if near else ""
        assert (done.returncode, done.stderr) == (0, warning)


def test_a_failing_story_says_where_and_why(folder: Path) -> None:
    lines = command("test", str(folder)).stdout.splitlines()
    assert lines[0] == f"ok    {folder}/stories/good.story.json: 1 story"
    assert lines[1] == f"FAIL  {folder}/stories/wrong.story.json: 1 of 1 story"
    assert any(line.split() == ["state", "open", "s1", f"{folder}/stories/wrong.story.json:1"] for line in lines)
    assert any("personas/warden/machines/gate.json:20: s0 → s1 pass +3, priority 1: fires" in line for line in lines)
    assert lines[-1].startswith("2 stories, 2 turns in ") and lines[-1].endswith(": 1 failed")


def test_fail_fast(folder: Path) -> None:
    write(folder, "zebra", GATE)
    lines = command("test", str(folder), "--fail-fast").stdout.splitlines()
    assert lines[-1].startswith("2 stories, ")


def test_files_for_programs(folder: Path, tmp_path: Path) -> None:
    xml, lcov = tmp_path / "s.xml", tmp_path / "s.info"
    done = command("test", str(folder), "--format", "json", "--junit", str(xml), "--lcov", str(lcov))
    report = json.loads(done.stdout)
    assert (report["passed"], report["failed"], report["turns"]) == (1, 1, 2)
    suites = ET.parse(xml).getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    assert [suite.get("name") for suite in suites] == [story["file"] for story in report["stories"]]
    assert [case.find("failure") is None for case in suites.iter("testcase")] == [True, False]
    sources = [line[3:] for line in lcov.read_text().splitlines() if line.startswith("SF:")]
    assert sources == [file["file"] for file in report["coverage"]["files"]]
    assert all(Path(source).is_file() for source in sources)


def test_a_broken_story_is_named_and_nothing_is_played(folder: Path) -> None:
    file = write(folder, "broken", {"persona": "wardn", "turns": [{"say": "x"}]})
    done = command("test", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f'{file}:1:13: error: "persona" names no persona: "wardn"; did you mean "warden"?')
    assert command("check", str(folder)).returncode == 1


# MARK: On a server


def on(server: Server, *options: str) -> dict:
    """The report on the shipped stories, played on the server."""
    words = ["--base-url", server.url, "--key", "pk_test_story", "--format", "json", *options]
    done = command("test", str(ROOT / "fixtures"), *words)
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture
def unlimited(launch: Callable[..., Server], tmp_path: Path) -> tuple[Server, Path]:
    """A server, and the file of its control token."""
    token = tmp_path / "token"
    token.write_text("token-of-the-stories\n")
    options = ["--fixtures", str(ROOT / "fixtures"), "--rate-limits", "off", "--control-token-file", str(token)]
    return launch("stories", *options, token=None), token


def test_on_a_server_what_no_api_shows_is_not_checked(unlimited: tuple[Server, Path]) -> None:
    report = on(unlimited[0])
    assert (report["failed"], report["not_played"] > 0, report["passed"] > 15) == (0, True, True)
    unchecked = {key for story in report["stories"] for key in story["unchecked"]}
    assert unchecked and all(key.startswith("variables.") for key in unchecked)
    assert {story["persona"] for story in report["stories"] if story["not_played"]} >= {"maya", "warden"}


def test_a_handshake_key_plays_the_conversations_of_leads(unlimited: tuple[Server, Path]) -> None:
    for _ in range(2):
        report = on(unlimited[0], "-k", "maya", "--handshake-key", "ft_sk_test_story")
        assert (report["failed"], report["passed"], report["not_played"]) == (0, 3, 1)
        assert "state" in {key for story in report["stories"] for key in story["unchecked"]}


def test_with_the_control_api_all_is_checked(unlimited: tuple[Server, Path]) -> None:
    server, token = unlimited
    report = on(server, "--handshake-key", "ft_sk_test_story", "--control-token-file", str(token))
    assert (report["failed"], report["not_played"]) == (0, 0)
    assert [story["unchecked"] for story in report["stories"] if story["unchecked"]] == []


def test_a_story_that_fails_on_a_server_is_explained(unlimited: tuple[Server, Path], folder: Path) -> None:
    server, token = unlimited
    words = ["--base-url", server.url, "--key", "pk_test_story", "--control-token-file", str(token)]
    done = command("test", str(folder), *words)
    assert done.returncode == 1
    assert "gate.json:20: s0 → s1 pass +3, priority 1: fires" in done.stdout


def test_what_says_nothing_about_a_story_ends_the_run(launch: Callable[..., Server], folder: Path) -> None:
    server = launch("limited", "--fixtures", str(folder), "--rate-limits", "1/60")
    limited = command("test", str(folder), "--base-url", server.url, "--key", "pk_test_story")
    assert limited.returncode == 2 and "lift it with --rate-limits off" in limited.stderr
    assert "not played: the server limits the rate" in limited.stdout
    unknown = command("test", str(folder), "--base-url", server.url, "--key", "pk_live_unknown")
    assert unknown.returncode == 2 and "takes no such key" in unknown.stderr
    url = server.url
    assert server.stop() == 0
    gone = command("test", str(folder), "--base-url", url, "--key", "pk_test_story")
    assert gone.returncode == 2 and "cannot be reached" in gone.stderr


def test_what_was_played_before_a_server_broke_off_is_reported(launch: Callable[..., Server], folder: Path) -> None:
    write(folder, "wrong", GATE)
    write(folder, "zebra", {"persona": "warden", "turns": [{"say": f"line {number}"} for number in range(60)]})
    server = launch("short", "--fixtures", str(folder), "--rate-limits", "30/60")
    junit = folder / "report.xml"
    words = ["--base-url", server.url, "--key", "pk_test_story", "--junit", str(junit)]
    done = command("test", str(folder), *words)
    assert done.returncode == 2 and "all passed; 1 not played: the server limits the rate" in done.stdout
    root = ET.parse(junit).getroot()
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", "0", "1")


def test_when_nothing_could_be_played_the_code_is_2(unlimited: tuple[Server, Path], folder: Path) -> None:
    file = write(folder, "clock", {"persona": "warden", "turns": [{"advance": 1}]})
    done = command("test", str(file), "--base-url", unlimited[0].url, "--key", "pk_test_story")
    assert done.returncode == 2
    assert "nothing was played; 1 not played: needs --control-token-file" in done.stdout


NEW = {"persona": "warden", "turns": [{"say": "I am Zoe"}]}
WARDEN = [{"id": "x", "name": "Warden"}]
BEGUN = {"session_id": "1", "message": "Halt."}
TURN = {
    "session_id": "1", "message": "m", "current_state": "s1", "score": 0, "outcome": None, "decision": "pass",
    "follow_up": False, "redirect_count": 0, "unlocked_machines": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "answers, actual",
    [
        ({}, None),
        ({"init-session": "<html>"}, "a broken answer (200: the answer is no JSON object)"),
        ({"init-session": {}}, 'a broken answer (200: the answer has no "session_id")'),
        ({"message": []}, "a broken answer (200: the answer is no JSON object)"),
        ({"message": TURN | {"score": "1"}}, 'a broken answer (200: "score" of the answer is not a whole number)'),
        ({"session": "x"}, "a broken answer (200: the answer is no JSON object)"),
    ],
)
def test_an_answer_that_is_none_fails(folder: Path, answers: dict, actual: str | None) -> None:
    file = write(folder, "new", NEW)
    with Stub() as stub:
        standing = {key: TURN[key] for key in ("current_state", "score", "outcome")}
        given = {"personas": WARDEN, "machines": [], "init-session": BEGUN, "message": TURN, "session": standing}
        stub.answers = {key: (200, content) for key, content in (given | answers).items()}
        done = command("test", str(file), "--base-url", stub.url, "--key", "k", "--format", "json")
    failure = json.loads(done.stdout)["stories"][0]["failure"]
    assert done.returncode == (1 if actual else 0)
    assert (failure["mismatches"][0]["actual"] if failure else None) == actual


def test_a_word_that_the_language_does_not_have_is_shown(folder: Path) -> None:
    file = write(folder, "new", NEW | {"turns": [{"say": "x", "expect": {"decision": None}}]})
    with Stub() as stub:
        given = {"personas": WARDEN, "init-session": BEGUN, "message": TURN | {"decision": "PASS"}, "session": TURN}
        stub.answers = {key: (200, content) for key, content in given.items()}
        done = command("test", str(file), "--base-url", stub.url, "--key", "k", "--format", "json")
    (mismatch,) = json.loads(done.stdout)["stories"][0]["failure"]["mismatches"]
    assert (mismatch["expected"], mismatch["actual"]) == ("none", "PASS")


def test_an_answer_ends_with_its_length_and_one_that_is_cut_short_is_none(folder: Path) -> None:
    """A server that keeps the connection open after a whole answer, and one that closes it within one."""
    file = write(folder, "new", NEW)
    begun = json.dumps(BEGUN)
    wholes = [f"HTTP/1.1 200 OK\r\nContent-Length: {len(begun)}\r\n\r\n{begun}", "HTTP/1.1 204 No Content\r\n\r\n"]
    for answer_text, broken in [
        (wholes[0], "cannot be reached"), (wholes[1], "204: the answer is no JSON object"),
        (wholes[0][:-2], "200: it ends too early"), ("SSH-2.0\r\n", "it is not HTTP"),
    ]:  # fmt: skip
        listener = socket.create_server(("127.0.0.1", 0))
        held: list[socket.socket] = []

        def serve(text: str = answer_text, listener: socket.socket = listener, held: list = held) -> None:
            listed = json.dumps(WARDEN)
            first = f"HTTP/1.1 200 OK\r\nContent-Length: {len(listed)}\r\n\r\n{listed}"
            reset = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
            for content in [first, reset, first, text]:
                connection, _ = listener.accept()
                connection.recv(65536)
                connection.sendall(content.encode())
                held.append(connection)
                if content is text and text != wholes[0] and text != wholes[1]:
                    connection.close()
            listener.close()

        thread = threading.Thread(target=serve)
        thread.start()
        began = time.monotonic()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        done = command("test", str(file), "--base-url", url, "--key", "k")
        thread.join()
        assert time.monotonic() - began < 10
        assert done.returncode in (1, 2) and broken in done.stdout + done.stderr
        for connection in held:
            connection.close()


def test_runs_at_the_same_time_take_sandboxes_of_their_own(unlimited: tuple[Server, Path]) -> None:
    server, token = unlimited
    words = [program(), "test", str(ROOT / "fixtures"), "--base-url", server.url, "--control-token-file", str(token)]
    words += ["--handshake-key", "ft_sk_test_story", "--sandbox"]
    runs = [
        subprocess.Popen([*words, f"run-{number}"], env=environment(), stdout=subprocess.PIPE, text=True)
        for number in range(3)
    ]
    for run in runs:
        last = run.communicate()[0].splitlines()[-1]
        assert run.returncode == 0 and last.endswith(": all passed"), last


# MARK: Recorded


def test_a_session_is_the_same_story_from_a_server_a_database_and_a_journal(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    token, journal, database = (tmp_path / name for name in ("token", "j.jsonl", "d.db"))
    token.write_text("token-of-the-stories\n")
    fixtures = ["--fixtures", str(ROOT / "fixtures")]
    options = [*fixtures, "--control-token-file", str(token), "--journal", str(journal), "--db", str(database)]
    server = launch("recorded", *options, token=None)
    wire = Wire(server.url, "pk_test_recorded")
    warden = next(persona["id"] for persona in answer(wire.personas()) if persona["name"] == "Warden")
    wire.begin(warden)
    for line in ("Nobody", "I am Zoe", "mercy"):
        assert wire.say(warden, line).status_code == 200
    wire.close()
    asked = command("record-story", "--base-url", server.url, "--control-token-file", str(token), *fixtures)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert server.stop() == 0
    before = database.read_bytes()
    for file in (database, journal):
        done = command("record-story", str(file), *fixtures)
        assert (done.stdout, done.stderr) == (asked.stdout, ""), file
    assert database.read_bytes() == before
    story = tmp_path / "s.story.json"
    story.write_text(asked.stdout)
    assert command("test", str(story), *fixtures).returncode == 0
