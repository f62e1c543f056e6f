"""The README's examples, run as they stand there but for the port."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from helpers.readme import README, block
from helpers.server import Server, command
from helpers.wire import Wire, answer

FIXTURES = Path(__file__).parents[3] / "fixtures"


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


def test_handshake_key(launch: Callable[..., Server], tmp_path: Path) -> None:
    folder = tmp_path / "fixtures"
    shutil.copytree(FIXTURES, folder)
    account = {"name": "a", "keys": [], "handshake_keys": [json.loads(block("json", '"ft_sk_studio"'))]}
    (folder / "accounts.json").write_text(json.dumps({"accounts": [account]}))
    server = launch("handshake", "--fixtures", str(folder))
    body = {"target": "@lead", "action": "OUTREACH"}
    opener = httpx.post(f"{server.url}/api/v1/bot/action", data=body, headers={"X-API-Key": "ft_sk_studio"})
    assert opener.json()["message"] == "hey @lead, loved your last post"
