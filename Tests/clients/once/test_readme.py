"""The examples of the README and of the pages that it links to, run unchanged but for the port."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from helpers import curl
from helpers.control import TOKEN
from helpers.readme import PAGES, block
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
    """The line for CI has only options that exist."""
    options = re.search(r"^foilmock serve (--port 0 .*)$", PAGES, re.M)
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


def test_control_examples(server: Server, dial: Callable[..., Wire], barista: str) -> None:
    text = block("sh", "/_foilmock/v1/sandboxes/").replace("http://127.0.0.1:8000", server.url)
    freeze, limit, advance, show, reset = curl.commands(text, TOKEN=TOKEN)
    assert answer(freeze.run())["now"] == "2026-03-10T12:00:00Z"
    assert answer(limit.run())["messages_per_minute"] == 2
    wire = dial(server, "pk_test_cart")
    answer(wire.begin(barista))
    assert [wire.say(barista, "Hello").status_code for _ in range(3)] == [200, 200, 429]
    assert answer(advance.run())["now"] == "2026-03-10T12:01:00Z"
    answer(wire.say(barista, "Hello"))
    assert answer(show.run())["sessions"] == 1
    after = answer(reset.run())
    assert (after["sessions"], after["clock"]["mode"], after["limits"]) == (0, "real", None)
    wire.close()
    placed = Wire(f"{server.url}/@cart", "pk_test_readme")
    answer(placed.begin(barista))
    assert server.control.sandbox("cart").get()["sessions"] == 1
    placed.close()
