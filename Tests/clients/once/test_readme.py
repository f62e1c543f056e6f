"""The README's examples, run as they stand there but for the port."""

import contextlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

from helpers.server import Server, command
from helpers.wire import Wire, answer

README = (Path(__file__).parents[3] / "README.md").read_text()


def block(language: str, containing: str) -> str:
    """The one code block of that language that holds the text."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
    found = [text for name, text in blocks if name == language and containing in text]
    assert len(found) == 1, f"{len(found)} {language} blocks with {containing!r}"
    return found[0]


def test_python_session(server: Server) -> None:
    code = block("python", "FoilEngineClient").replace("http://127.0.0.1:8000", server.url)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue().splitlines() == [
        "Well, well... another traveler. What brings you here, Alex?",
        "Rare? Everything here is rare, friend. But the real question is — can you afford it?",
    ]


def test_ready_block(server: Server, wire: Wire) -> None:
    shown = block("", "is ready")
    assert command("--version").stdout.split("(")[0].strip() == shown.splitlines()[0].removesuffix(" is ready")
    barista = answer(wire.personas())[0]
    assert f"  personas  {barista['id']}  {barista['name']}\n" in shown


def test_fixtures(launch: Callable[..., Server], tmp_path: Path) -> None:
    folder = tmp_path / "fixtures"
    machines = folder / "personas" / "guard" / "machines"
    machines.mkdir(parents=True)
    (machines / "gate.json").write_text(block("json", '"machine_key": "gate"'))
    (machines.parent / "persona.json").write_text(json.dumps({"name": "Guard"}))
    (folder / "accounts.json").write_text(block("json", '"default": "studio"'))
    wire = Wire(launch("readme", "--fixtures", str(folder)).url, "pk_live_studio")
    guard = answer(wire.personas())[0]["id"]
    assert answer(wire.begin(guard))["message"] == "Halt, Alex. What is the password?"
    reply = answer(wire.say(guard, "Swordfish!"))
    assert (reply["message"], reply["outcome"]) == ("Pass.", "ACCEPT")
    wire.close()


def test_options(launch: Callable[..., Server]) -> None:
    """The line for CI names options that there are."""
    options = re.search(r"^foilmock serve (--port 0 .*)$", README, re.M)
    assert options is not None
    assert launch("options", *options[1].split()).stop() == 0
