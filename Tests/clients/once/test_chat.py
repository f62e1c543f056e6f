"""`foilmock chat`: as a script, in a terminal, and while its fixtures are edited."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers.empty_root import EmptyRoot
from helpers.server import TIMEOUT, command, environment, program
from helpers.terminal import ESCAPE, Terminal

ROOT = Path(__file__).parents[3]
FIXTURES = ["--fixtures", str(ROOT / "fixtures")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A persona of its own, whose replies hold what could drive a terminal."""
    shutil.copytree(ROOT / "fixtures" / "personas" / "warden", tmp_path / "f" / "personas" / "warden")
    machine = gate(tmp_path / "f")
    machine.write_text(machine.read_text().replace("Halt. Who goes there?", "Halt\\u001b[31m\\u0007\\u009b2J. Who goes there?"))
    return tmp_path / "f"


def gate(folder: Path) -> Path:
    return folder / "personas" / "warden" / "machines" / "gate.json"


def script(text: str | bytes, *words: str) -> subprocess.CompletedProcess[str]:
    data = text.encode() if isinstance(text, str) else text
    done = subprocess.run([program(), "chat", *words], env=environment(), input=data, capture_output=True, timeout=TIMEOUT)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


# MARK: Scripts


def test_the_script_of_the_page(tmp_path: Path) -> None:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / "docs" / "chat.md").read_text(), re.M | re.S)
    place = next(place for place, (_, text) in enumerate(blocks) if "printf" in text)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "foilmock").symlink_to(program())
    variables = environment() | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-e"], input=blocks[place][1], env=variables, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    shown = done.stdout.splitlines()
    assert shown[-1].endswith(": all passed")
    assert shown[:-2] == blocks[place + 1][1].splitlines()
    # The page's first conversation is the same one.
    first = next(text for language, text in blocks if not language and text.startswith("Warden, machine gate"))
    for line in first.splitlines()[1:3]:
        assert line in shown


def test_exit_codes(tmp_path: Path) -> None:
    codes = {
        "played": script("I am Zoe\n", "warden"),
        "nothing said": script("", "warden"),
        "ended by /quit": script("/quit\n/nonsense\n", "warden"),
        "an unknown command": script("/nonsense\nI am Zoe\n", "warden"),
        "an error of the conversation": script("[[error 503]]\n", "warden"),
        "no such folder": script("", "warden", "--fixtures", str(tmp_path / "none")),
        "no such persona": script("", "wardn"),
        "several personas": script(""),
        "no such machine": script("", "warden", "--machine", "gat"),
        "a wrong seed": script("", "warden", "--seed", "x"),
        "a wrong clock": script("", "warden", "--clock", "noon"),
    }
    assert {title: done.returncode for title, done in codes.items()} == {
        "played": 0, "nothing said": 0, "ended by /quit": 0, "an unknown command": 1, "an error of the conversation": 1,
        "no such folder": 2, "no such persona": 64, "several personas": 64, "no such machine": 64, "a wrong seed": 64, "a wrong clock": 64,
    }  # fmt: skip
    assert 'did you mean "warden"?' in codes["no such persona"].stderr
    assert "grumpy-barista, hollow-market, bakery, warden or maya" in codes["several personas"].stderr
    assert 'did you mean "gate"?' in codes["no such machine"].stderr


def test_a_line_that_fails_is_named_and_the_next_one_follows() -> None:
    lines = [b"/wyh", b"\xff\xfe", b"x" * 100_000, b"/switch road", b"I am Zoe"]
    done = script(b"\n".join(lines), "warden")
    assert done.returncode == 1
    found = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in found] == ["line 1", "line 2", "line 3", "line 4"]
    for line, part in zip(found, ['did you mean "/why"?', "not valid UTF-8", "10000 characters", "the machine is locked"]):
        assert part in line
    assert "should Zoe pass" in done.stdout


def test_json_has_an_object_for_each_line() -> None:
    done = script("I am Zoe\n/state\n/nonsense\nmercy\n", "warden", "--format", "json", "--as", "Kim")
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [found["line"] for found in objects] == [0, 1, 2, 3, 4]
    assert (objects[1]["reply"], objects[1]["state"], objects[1]["score"]) == ("And why should Zoe pass?", "s1", 3)
    assert (objects[2]["command"], objects[2]["lines"][1].split()) == ("state", ["state", "s1"])
    assert 'there is no command "/nonsense"' in objects[3]["error"]
    assert (objects[4]["outcome"], objects[4]["unlocks"]) == ("ACCEPT", ["road"])


def test_text_of_fixtures_drives_no_terminal(folder: Path) -> None:
    done = script("/history\n", "--fixtures", str(folder))
    assert r"Halt\u{1b}[31m\u{7}\u{9b}2J. Who goes there?" in done.stdout
    assert not set(done.stdout) & {"\x1b", "\x07", "\x9b"}


def test_a_reader_who_has_gone_ends_it_quietly() -> None:
    reader, writer = os.pipe()
    chat = subprocess.Popen(
        [program(), "chat", "warden"], env=environment(), stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    os.close(reader)
    _, errors = chat.communicate(b"hello\n" * 10, timeout=TIMEOUT)
    assert errors == b""


def test_edits_are_taken_and_broken_ones_are_named(folder: Path) -> None:
    words = [program(), "chat", "warden", "--fixtures", str(folder), "--format", "json"]
    pipe = subprocess.PIPE
    chat = subprocess.Popen(words, env=environment(), text=True, bufsize=1, stdin=pipe, stdout=pipe, stderr=pipe)
    assert chat.stdin and chat.stdout and chat.stderr

    def say(line: str) -> str:
        assert chat.stdin and chat.stdout
        chat.stdin.write(f"{line}\n")
        return json.loads(chat.stdout.readline())["reply"]

    assert json.loads(chat.stdout.readline())["state"] == "s0"
    assert say("I am Zoe") == "And why should Zoe pass?"
    text = gate(folder).read_text()
    gate(folder).write_text(text.replace("should {capture.alias} pass", "do you want in, {capture.alias}"))
    assert say("/jump s0") is None
    assert say("I am Kim") == "And why do you want in, Kim?"
    gate(folder).write_text(text[:-20])
    assert say("/jump s0") is None
    assert say("I am Lee") == "And why do you want in, Lee?"
    gate(folder).write_text(text.replace('"Go."', '"Go, {player_name}."'))
    assert say("mercy") == "Go, Sam."
    chat.stdin.close()
    errors = chat.stderr.read()
    assert chat.wait(TIMEOUT) == 0
    assert re.search(r"gate\.json:\d+:\d+: error: ", errors) and "the ones from before go on" in errors
    assert errors.count("fixtures loaded again") == 2
    chat.stdout.close()
    chat.stderr.close()


def test_it_needs_nothing_of_the_system(tmp_path: Path) -> None:
    if not EmptyRoot.is_possible(tmp_path):
        pytest.skip("needs namespaces of its own")
    done = EmptyRoot(tmp_path / "root").run("chat", "--help")
    assert (done.returncode, done.stderr) == (0, "")


# MARK: In a terminal


def terminal(*words: str, folder: Path | None = None, **variables: str) -> Terminal:
    return Terminal([program(), "chat", *words], environment() | {"TERM": "xterm", "NO_COLOR": "1"} | variables, folder)


LEFT, UP = "\x1b[D", "\x1b[A"


def test_a_line_is_edited_completed_and_found_again() -> None:
    with terminal("warden") as chat:
        chat.wait_for(r"/help lists the commands")
        chat.wait_for(r"Who goes there\?(?s:.)*?\n> ")
        chat.type("I am oe" + LEFT * 2 + "Z\r")
        chat.wait_for(r"should Zoe pass\?(?s:.)*?\n> ")
        chat.type("/und\t\r")
        chat.wait_for(r'taken back: say "I am Zoe"(?s:.)*?\n> ')
        chat.type("/s\t")
        chat.wait_for(r"/state  /set  /switch  /save")
        chat.type("\x15/jump o\t\r")  # Ctrl-U clears the line.
        chat.wait_for(r"has ended")
        chat.wait_for("> ")
        chat.type(UP * 2 + "\r")  # /undo
        chat.wait_for(r"taken back: /jump open(?s:.)*?\n> ")
        chat.type("é ünï 😀\r")
        chat.wait_for(r"not what we were talking about\.(?s:.)*?\n> ")
        chat.type("/history\r")
        chat.wait_for("> é ünï 😀")
        chat.wait_for(r"\n> |\r> ")
        chat.type("\x04")
        chat.finish()
        assert chat.process.returncode == 0


def test_ctrl_c_clears_the_line_and_on_an_empty_one_ends() -> None:
    with terminal("warden") as chat:
        chat.wait_for("> ")
        chat.type("never said\x03")
        chat.wait_for("> ")
        chat.type("/history\r")
        assert "never" not in chat.wait_for(r"0  s0(?s:.)*?\n> ")[0]
        chat.type("\x03")
        chat.finish()
        assert chat.process.returncode == 0


@pytest.mark.parametrize(
    "variables", [{"TERM": "dumb"}, {"TERM": ""}, {"TERM": "nobody-knows-it", "TERMINFO": "/nonexistent"}], ids=["dumb", "no TERM", "no terminfo"]
)
def test_a_terminal_that_is_not_described_has_a_plain_prompt(variables: dict[str, str]) -> None:
    with terminal("warden", **variables) as chat:
        chat.wait_for("> ")
        chat.type("I am Zoee\x7f\n")
        chat.wait_for(r"should Zoe pass\?(?s:.)*?\n> ")
        chat.type("\x04")
        rest = chat.finish()
        assert chat.process.returncode == 0
        assert "\x1b" not in rest


def test_colours_are_for_terminals_that_take_them() -> None:
    for variables, is_coloured in (({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)):
        with terminal("warden", **variables) as chat:
            seen = chat.wait_for(r"(?s).*Halt.*?\n> ")[0]
            assert ("\x1b[1mWarden:" in seen) == is_coloured
            assert ("\x1b[2m" in seen) == is_coloured


def test_one_of_several_personas_is_asked_for() -> None:
    with terminal() as chat:
        chat.wait_for(r"Who do you want to play with\?")
        chat.wait_for("> ")
        chat.type("wardn\r")
        chat.wait_for(r'did you mean "warden"\?')
        chat.wait_for("> ")
        chat.type("ward\t\r")
        chat.wait_for(r"Halt\. Who goes there\?")


def test_an_edit_is_told_while_nobody_types(folder: Path) -> None:
    with terminal("--fixtures", str(folder)) as chat:
        chat.wait_for(r"Who goes there\?(?s:.)*?\n> ")
        chat.type("I am Z")
        chat.wait_for("I am Z")
        text = gate(folder).read_text()
        gate(folder).write_text(text[:-20])
        chat.wait_for(r"gate\.json:\d+:\d+: error: ")
        chat.wait_for(r"the ones from before go on\s+> I am Z")
        gate(folder).write_text(text)
        chat.wait_for(r"fixtures loaded again")
        chat.type("oe\r")
        chat.wait_for(r"should Zoe pass\?")


def test_a_line_is_drawn_anew_when_the_terminal_gets_another_width() -> None:
    with terminal("warden") as chat:
        chat.wait_for(r"Who goes there\?(?s:.)*?\n> ")
        chat.type("I am " + "very " * 20 + "\x01")  # Ctrl-A: the cursor is in the first of two rows.
        chat.wait_for(r"very \x1b\[A")
        chat.resize(40)
        # From the cursor's row on all is cleared, and drawn for the new width.
        assert chat.wait_for(r"\r\x1b\[J> I am (.|\s)*?\x1b\[2A")[0].count("very") >= 18
        chat.type("\x05\r")
        chat.wait_for(r"should very pass")


def test_pasted_lines_count_as_typed() -> None:
    with terminal("warden") as chat:
        chat.wait_for(r"Who goes there\?(?s:.)*?\n> ")
        chat.type("\x1b[200~I am Zoe\rmercy\x1b[201~\r")
        chat.wait_for(r"should Zoe pass\?")
        chat.wait_for(r"unlocks road")


def test_quit_at_the_question_ends() -> None:
    with terminal() as chat:
        chat.wait_for(r"Who do you want to play with\? /quit ends\.")
        chat.wait_for("> ")
        chat.type("9\r")
        chat.wait_for(r'there is no persona "9"; there are grumpy-barista')
        chat.wait_for("> ")
        chat.type("/quit\r")
        chat.finish()
        assert chat.process.returncode == 0


def test_a_signal_to_end_leaves_the_terminal_as_it_was() -> None:
    with terminal("warden") as chat:
        chat.wait_for("> ")
        before = ESCAPE.sub("", chat.text)
        chat.process.terminate()
        chat.finish()
        assert (before, chat.process.returncode) == ("", -15)
