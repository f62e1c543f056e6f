"""The manual page, and help in the terminal."""

import json
import subprocess
from pathlib import Path

import pytest

from helpers.server import TIMEOUT, command

COMMANDS = [
    "serve", "exec", "check", "chat", "test", "record-story", "explore", "graph", "new", "import", "export", "replay", "migrate", "schema",
    "health", "open", "completion", "manual", "help", "version",
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("manual") / "foilmock.1"
    file.write_text(command("manual").stdout)
    return file


def run(*words: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MANROFFOPT": "", "TERM": "dumb"}
    return subprocess.run(words, env=variables, capture_output=True, text=True, timeout=TIMEOUT)


@pytest.mark.parametrize("checker", [["mandoc", "-T", "lint", "-W", "all"], ["man", "--warnings", "-E", "UTF-8", "-l"]])
def test_the_checkers_of_manual_pages_find_nothing(checker: list[str], page: Path) -> None:
    done = run(*checker, str(page))
    assert (done.returncode, done.stderr) == (0, "")
    assert "WARNING" not in done.stdout and "STYLE" not in done.stdout


def test_a_database_of_manual_pages_finds_its_name_and_purpose(page: Path) -> None:
    done = run("lexgrog", str(page))
    assert (done.returncode, done.stdout.split(": ", 1)[1]) == (
        0, '"foilmock - emulate the FoilEngine and FluidTalk APIs on this machine"\n'
    )


def test_man_shows_every_command_and_option(page: Path) -> None:
    shown = run("man", "-E", "ascii", "-l", str(page)).stdout
    assert "foilmock exec [OPTIONS] -- COMMAND" in shown
    for name in COMMANDS:
        assert f"\n   {name}\n" in shown
    for line in command("serve", "--help").stdout.splitlines():
        if line.startswith("  --"):
            assert f"\n       {line.split()[0]}" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself_alone(name: str) -> None:
    asked = [command("help", name), command(name, "--help"), command(name, "-h"), command(name, "--nonsense", "--help")]
    assert {(done.returncode, done.stdout, done.stderr) for done in asked} == {(0, asked[0].stdout, "")}
    assert asked[0].stdout.startswith(f"foilmock {name}  ")
    assert "\nEXAMPLES\n" in asked[0].stdout and "\nEXIT CODES\n" in asked[0].stdout


def test_the_version_as_json_is_what_the_page_shows() -> None:
    page = Path(__file__).parents[3] / "docs" / "running.md"
    example = json.loads(page.read_text().split("```json\n")[1].split("```")[0])
    done = command("--version", "--json")
    version = json.loads(done.stdout)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert [*version] == [*example] and [*version["libraries"]] == [*example["libraries"]]
    assert command("--version").stdout.startswith(f"foilmock {version['version']} (")
    assert command("version", "--json").stdout == command("--json", "--version").stdout == done.stdout


def test_the_short_help_fits_one_screen() -> None:
    lines = command("--help").stdout.splitlines()
    commands = lines[lines.index("COMMANDS") + 1 :][: len(COMMANDS)]
    assert [line.split()[0] for line in commands] == COMMANDS
    assert len(lines) <= 40 and command("help").stdout.splitlines() == lines


@pytest.mark.parametrize("name", COMMANDS)
def test_no_section_of_the_help_is_empty(name: str) -> None:
    for section in command(name, "--help").stdout.split("\n\n"):
        heading, *lines = section.splitlines()
        assert lines or not heading.isupper(), heading
