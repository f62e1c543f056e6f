"""schemathesis makes calls from the OpenAPI document, valid ones and broken ones, alone and in a row. Every reply must
be one that the document describes."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from helpers import town
from helpers.openapi import PATH, Document
from helpers.server import Server

ROOT = Path(__file__).parents[3]
SETTINGS = ROOT / "Tests/clients/schemathesis.toml"
USER = {"id": "00000000-0000-4000-8000-0000000000f1", "email": "", "display_name": "", "token": "token-schemathesis"}
ACCOUNTS = {"accounts": [{"name": "demo", "keys": ["pk_live_demo"], "users": [USER]}]}
# The user's credentials, by the names that the settings have for them.
OWN = {"own": "00000000-0000-4000-8000-0000000000a1", "doomed": "00000000-0000-4000-8000-0000000000a2"}


def upload(server: Server) -> None:
    """Sends the document's own example, so that its example of a path to an image leads to one."""
    with httpx.Client(base_url=server.url, headers={"X-API-Key": "ft_sk_test_demo"}) as http:
        document = Document(http.get(PATH).text)
        (call,) = document.examples(document.operations["uploadImage"])
        assert call.send(http).status_code == 200


def furnish(server: Server) -> None:
    """Makes the sandboxes that the settings name, with the document's own examples in them."""
    for name in ("pk_test_cart", "pk_test_shortlived"):
        server.control.sandbox(name).reset()
    server.control.sandbox("pk_test_frozen").freeze()
    document = Document(httpx.get(server.url + PATH).text)
    sandbox = server.control.sandbox("pk_test_furnished")

    def example(name: str) -> Any:
        (call,) = document.examples(document.operations[name])
        return call.body

    # No API key is in two sandboxes.
    sandbox.put("/snapshot", example("restoreSnapshot") | {"api_keys": []})
    for _ in range(3):
        sandbox.post("/faults", example("makeFault"))
        sandbox.post("/scripts", example("addScript"))


def test_random_calls(launch: Callable[..., Server], tmp_path: Path) -> None:
    fixtures = tmp_path / "fixtures"
    shutil.copytree(ROOT / "fixtures", fixtures)
    town.write(fixtures / "accounts.json", ACCOUNTS)
    only = {"room": {"states": [{"state_key": "s0", "is_initial_state": True}]}}
    for slug, persona in OWN.items():
        town.add_persona(fixtures, slug, {"id": persona, "name": slug, "owner": "demo"}, only)
    server = launch("random", "--fixtures", str(fixtures))
    upload(server)
    furnish(server)

    program = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(SETTINGS), "run"]
    report = tmp_path / "report.json"
    # All checks that the settings do not exclude; a list of checks here would override the settings.
    options = ["--no-color", "--report", "json", "--report-json-path", str(report)]
    done = subprocess.run(
        [*program, server.url + PATH, *options], cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(report.read_text())
    # The settings exclude one operation, which would have the server refuse the others.
    assert found["operations"]["tested"] == found["operations"]["total"] - 1 > 0
    assert found["test_cases"]["generated"] > 50 * found["operations"]["total"]
    # Calls passed the gate too: each operation had successful calls.
    refusing = [
        operation
        for operation, phases in found["valid_rates"].items()
        if sum(phase["accepted"] for phase in phases.values()) == 0
    ]
    assert refusing == []
