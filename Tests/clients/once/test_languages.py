"""docs/languages.md: each name of its table is there in its language, and its recipes work."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.readme import ROOT, block
from helpers.server import environment, program

PAGE = (ROOT / "docs/languages.md").read_text()
LANGUAGES = ("Python", "JavaScript", "C#", "Java")
# By language: its files, and how one of them declares a public NAME.
SOURCES = {
    "Python": ("clients/python/src/**/*.py", r"^ *(def|class) NAME\b|^    NAME: |^        self\.NAME = "),
    "JavaScript": ("clients/javascript/index.d.cts", r"^ *(export function |export class |readonly )?NAME[(: ]"),
    "C#": ("clients/csharp/*.cs", r"^ *public .*\bNAME\b( |\(|$)"),
    "Java": ("clients/java/foilmock/*.java", r"^ *public .*\bNAME[( ]"),
}


def rows() -> list[list[str]]:
    """The cells of each verb, by language."""
    table = PAGE.partition("## The verbs")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    head, _, *rest = [[cell.strip() for cell in line] for line in lines]
    assert head == ["", *LANGUAGES]
    return [cells[1:] for cells in rest]


def name(cell: str) -> str | None:
    """The last name of `sandbox.clock().freeze(at)`; None for words."""
    code = re.fullmatch(r"`(?:\w+(?:\(\))?\.)*(\w+)(?:\(.*\))?`", cell)
    return code[1] if code else None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_name_is_declared(language: str) -> None:
    pattern, form = SOURCES[language]
    source = "\n".join(path.read_text() for path in sorted(ROOT.glob(pattern)))
    assert source, f"there are no files {pattern}"
    names = [name(row[LANGUAGES.index(language)]) for row in rows()]
    missing = [each for each in names if each and not re.search(form.replace("NAME", each), source, re.M)]
    assert missing == []


def test_each_cell_has_a_name() -> None:
    """Only the end of a server is pytest's own matter."""
    assert [cell for row in rows() for cell in row if name(cell) is None] == ["with the run"]


def test_the_table_has_all_that_servers_sandboxes_and_clocks_have() -> None:
    types = (ROOT / "clients/javascript/index.d.cts").read_text()
    listed = {name(row[LANGUAGES.index("JavaScript")]) for row in rows()}
    for interface in ("Server", "Sandbox", "Clock"):
        body = re.search(rf"^export interface {interface} {{\n(.*?)^}}", types, re.M | re.S)
        assert body is not None
        declared = set(re.findall(r"^  (?:readonly )?(\w+)[(:]", body[1], re.M))
        assert declared - listed - {"clock"} == set()


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """The program is on PATH as `foilmock`."""
    (tmp_path / "foilmock").symlink_to(program())
    return environment() | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}


def run(command: list[str], surroundings: dict[str, str]) -> str:
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_variables_of_a_command(surroundings: dict[str, str]) -> None:
    # No other variable of this machine, which may have NO_PROXY itself.
    few = {"PATH": surroundings["PATH"], "http_proxy": "http://127.0.0.1:1"}
    shown = run(["foilmock", "exec", "--", "env"], few).splitlines()
    new = {line.partition("=")[0] for line in shown} - set(few)
    section = PAGE.partition("| variable of the command | |\n")[2].partition("\n\n")[0]
    listed = {each for line in section.splitlines() for each in re.findall(r"`(\w+)`", line.split("|")[1])}
    # Exec sets this one to the empty text, so that the command does not read another server's.
    assert new - {"FOILMOCK_CONTROL_TOKEN_FILE"} == listed


def test_the_calls_of_a_shell(surroundings: dict[str, str]) -> None:
    script = block("sh", "call() {")
    said = run(["foilmock", "exec", "--", "sh", "-e", "-c", script], surroundings)
    assert '"kind":"status"' in said


def test_a_server_for_the_time_of_a_process(surroundings: dict[str, str]) -> None:
    shown = json.dumps(block("sh", "--ready-file /dev/stdout").split())
    assert shown in PAGE, "the page's Python does not start the command that the page names"
    said = run([sys.executable, "-c", block("python", "subprocess.Popen")], surroundings)
    assert re.fullmatch(r"tests use http://127\.0\.0\.1:\d+ with the key pk_live_demo\nthe server has ended with 0\n", said)
