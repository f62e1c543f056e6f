"""`foilmock completion`: what the shells make of the scripts."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.server import TIMEOUT, command
from helpers.terminal import Terminal

SHELLS = ["bash", "zsh", "fish"]

# What is typed, and what is offered.
OFFERS = [
    ("foilmock ch", {"chat", "check"}),
    ("foilmock check --f", {"--format"}),
    ("foilmock check --format ", {"text", "json", "sarif"}),
    ("foilmock check --format js", {"json"}),
    ("foilmock --log ", {"text", "json", "errors", "off"}),
    ("foilmock serve --rate-limits d", {"docs"}),
    ("foilmock serve --log-", {"--log-file"}),
    ("foilmock --require", {"--require-llm-key"}),
    ("foilmock version --j", {"--json"}),
    ("foilmock help sch", {"schema"}),
    ("foilmock schema m", {"machine"}),
    ("foilmock completion ", {"bash", "zsh", "fish"}),
    ("foilmock new p", {"persona"}),
    ("foilmock new persona Mira my", {"my folder"}),
    ("foilmock check my", {"my folder"}),
    ("foilmock check --format json my", {"my folder"}),
    ("foilmock check --db my", {"my folder", "my.db"}),
    ("foilmock replay my", {"my folder", "my.db"}),
    ("foilmock new persona ", set()),
    ("foilmock --port 1 ch", set()),
    ("foilmock serve x", set()),
    ("foilmock exec --seed 1 -- cat my", {"my folder", "my.db"}),
    ("foilmock exec -- check --format ", {"my folder", "my.db"}),
    ("foilmock exec -- foilmock-test-pro", {"foilmock-test-program"}),
]

BASH = """
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_foilmock
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files to complete, and one with the scripts and a program."""
    place = tmp_path_factory.mktemp("completion")
    (place / "work" / "my folder").mkdir(parents=True)
    (place / "work" / "my.db").touch()
    for shell in SHELLS:
        (place / shell).write_text(command("completion", shell).stdout)
    (place / "bin").mkdir()
    (place / "bin" / "foilmock-test-program").write_text("#!/bin/sh\n")
    (place / "bin" / "foilmock-test-program").chmod(0o755)
    return place


def variables(place: Path) -> dict[str, str]:
    return {"PATH": f"{place}/bin:{os.environ['PATH']}", "HOME": str(place), "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def output(place: Path, *words: str) -> set[str]:
    done = subprocess.run(
        words, cwd=place / "work", env=variables(place), capture_output=True, text=True, timeout=TIMEOUT, check=True
    )
    assert done.stderr == ""
    return {line.split("\t")[0].rstrip("/") for line in done.stdout.splitlines() if line}


def words(line: str) -> list[str]:
    """The words of a line, with an empty one at its end if that is where the next begins."""
    return shlex.split(line) + ([""] if line.endswith(" ") else [])


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_can_read_its_script(shell: str, place: Path) -> None:
    assert output(place, shell, "-n", str(place / shell)) == set()


@pytest.mark.parametrize(("line", "offered"), OFFERS)
def test_bash_offers(line: str, offered: set[str], place: Path) -> None:
    assert output(place, "bash", "--norc", "-c", BASH, "bash", str(place / "bash"), *words(line)) == offered


def test_bash_offers_a_value_behind_an_equals_sign(place: Path) -> None:
    """bash makes three words of it."""
    script = str(place / "bash")
    for typed, offered in [(["=", "js"], {"json"}), (["="], {"text", "json", "sarif"})]:
        line = ["foilmock", "check", "--format", *typed]
        assert output(place, "bash", "--norc", "-c", BASH, "bash", script, *line) == offered
    after = ["foilmock", "check", "--format", "=", "json", "my"]
    assert output(place, "bash", "--norc", "-c", BASH, "bash", script, *after) == {"my folder"}


@pytest.mark.parametrize(("line", "offered"), OFFERS)
def test_fish_offers(line: str, offered: set[str], place: Path) -> None:
    script = f"source {place}/fish; complete -C {shlex.quote(line)}"
    assert output(place, "fish", "--no-config", "-c", script) == offered


def test_fish_offers_a_value_behind_an_equals_sign(place: Path) -> None:
    script = f"source {place}/fish; complete -C 'foilmock check --format=js'"
    assert output(place, "fish", "--no-config", "-c", script) == {"--format=json"}


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_setting_is_offered(shell: str, place: Path) -> None:
    script = (place / shell).read_text()
    commands = command("--help").stdout.split("COMMANDS\n")[1].split("\n\n")[0].splitlines()
    for name in [line.split()[0] for line in commands]:
        assert name in script
    for line in command("serve", "--help").stdout.splitlines():
        if line.startswith("  --"):
            flag = line.split()[0]
            assert (f"-l {flag[2:]} " if shell == "fish" else flag) in script


# How a shell is made ready: a function in place of the program shows the arguments that it gets.
SETUP: dict[str, Callable[[Path], list[str]]] = {
    "bash": lambda place: [
        "source /usr/share/bash-completion/bash_completion",
        f"source {place}/bash",
        'foilmock() { printf "<%s>\\n" "$*"; }',
    ],
    "zsh": lambda place: [
        "autoload -Uz compinit && compinit -D -u",
        f"source {place}/zsh",
        'foilmock() { print -r -- "<$*>"; }',
    ],
}


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_tab_key_completes(shell: str, place: Path) -> None:
    options = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"]}[shell]
    with Terminal([shell, *options], variables(place), place / "work") as terminal:
        for line in [*SETUP[shell](place), "echo is-re''ady"]:
            terminal.type(f"{line}\n")
        terminal.wait_for("is-ready")
        for typed, run in [
            ("che\t--stri\t", "check --strict"),
            ("check --format js\t", "check --format json"),
            ("check --format=js\t", "check --format=json"),
            ("replay my.\t", "replay my.db"),
            ("check my\t", "check my folder"),
            ("help sch\t", "help schema"),
            ("schema m\t", "schema machine"),
            ("serve --durability fu\t", "serve --durability full"),
            ("exec -- cat my.\t", "exec -- cat my.db"),
            ("exec -- foilmock sch\tper\t", "exec -- foilmock schema persona"),
            ("exec -- foilmock-test-pro\t", "exec -- foilmock-test-program"),
        ]:
            terminal.type(f"foilmock {typed}\n")
            assert terminal.wait_for(r"<([^$\r\n>]*)>\r")[1].rstrip("/ ") == run


def test_the_shells_are_here() -> None:
    """make clients installs them: without one of them its tests could not fail."""
    assert all(shutil.which(shell) for shell in SHELLS)
