"""The page at /_foilmock/ in Chromium, for tests that use it as a person would, and look up at the API what it wrote."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import town
from helpers.control import TOKEN, SandboxControl
from helpers.driver import Browser
from helpers.server import Server
from helpers.wire import Wire, answer

ROOT = Path(__file__).parents[3]
KEY = "pk_test_page"
# What would show in the page, or run, if any text were taken for markup.
MARKUP = '<b class="marked">b</b><img class="marked" src="x" onerror="window.marked = 1">'
# Names that objects of JavaScript have already.
NAMES = ["__proto__", "length", "toString", "hasOwnProperty"]
ROUTE = "POST /api/v1/sdk/chat/{persona_id}/message"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The built-in fixtures, and a persona whose every text has markup."""
    folder = tmp_path_factory.mktemp("page")
    fixtures = folder / "fixtures"
    shutil.copytree(ROOT / "fixtures", fixtures)
    town.add_persona(fixtures, "marked", {"name": MARKUP, "description": MARKUP}, {"marks": {
        "name": MARKUP, "description": MARKUP,
        "states": [
            {"state_key": "s0", "label": MARKUP, "is_initial_state": True, "says": [MARKUP]},
            {"state_key": "s1", "label": MARKUP, "is_terminal_state": True, "says": [MARKUP]},
        ],
        "transitions": [{
            "from_state_key": "s0", "to_state_key": "s1", "decision_type": "pass", "condition": MARKUP,
            "when": {"any": [MARKUP]}, "says": [MARKUP],
        }],
    }})  # fmt: skip
    town.add_persona(fixtures, "names", {"name": "Names"}, {"names": {
        "states": [{"state_key": "constructor", "is_initial_state": True, "says": ["Hi."]}]
        + [{"state_key": key, "is_terminal_state": True, "says": ["Bye."]} for key in NAMES],
        "transitions": [{"from_state_key": "constructor", "to_state_key": key, "decision_type": "pass", "when": {"any": [key]}}
                        for key in NAMES]
        + [{"from_state_key": "*", "decision_type": "kick_out", "when": {"any": ["out"]}}],
    }})  # fmt: skip
    server = Server(folder / "foilmock.db", "--fixtures", str(fixtures), "--watch", "--rate-limits", "off")
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def browser(served: Server) -> Iterator[Browser]:
    window = Browser()
    try:
        window.open(f"{served.url}/_foilmock/#token={TOKEN}")
        window.sees("h1", "Sandboxes")
        yield window
    finally:
        window.close()


@pytest.fixture
def show(browser: Browser, served: Server) -> Iterator[Callable[[str], Browser]]:
    """Shows a view. The test's console must stay empty."""

    def open_view(path: str) -> Browser:
        browser.open(f"{served.url}/_foilmock/#/{path}")
        browser.find("h1")
        return browser

    browser.console()
    yield open_view
    # Chromium writes of each answer that is an error, also where the page shows it.
    assert [line for line in browser.console() if "Failed to load resource" not in line] == []


@pytest.fixture
def sandbox(served: Server, request: pytest.FixtureRequest) -> Iterator[SandboxControl]:
    """The test's own, with the player `sam` in the gate's second state, and the player whose name is markup."""
    name = f"{KEY}_{request.node.originalname.removeprefix('test_')[:40]}"
    found = served.control.sandbox(name)
    wire = Wire(served.url, name)
    personas = {persona["name"]: persona["id"] for persona in answer(wire.personas())}
    wire.begin(personas["Warden"], user_session_id="sam")
    wire.say(personas["Warden"], "hi", player="sam")
    wire.say(personas["Warden"], "call me Nora", player="sam")
    wire.begin(personas[MARKUP], user_session_id=MARKUP)
    wire.say(personas[MARKUP], MARKUP, player=MARKUP)
    wire.close()
    yield found
    found.delete()


def name_of(sandbox: SandboxControl) -> str:
    return sandbox.path.rsplit("/", 1)[1]


def session_of(sandbox: SandboxControl, player: str = "sam") -> dict[str, Any]:
    (found,) = [session for session in sandbox.get("/sessions")["sessions"] if session["player"] == player]
    return found
