"""The page at /_foilmock/ in Chromium: each panel used as a person would, and what it writes looked up at the API.

FOILMOCK_PICTURES names a folder for pictures of all views, which people look at.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers import axe, town
from helpers.control import TOKEN, SandboxControl
from helpers.driver import Browser, wait
from helpers.server import Server
from helpers.wire import Wire, answer

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "Sources/Embedded/page").iterdir())
KEY = "pk_test_page"
# What would show in the page, or run, if any text were taken for markup.
MARKUP = '<b class="marked">b</b><img class="marked" src="x" onerror="window.marked = 1">'
# Names that objects of JavaScript have already.
NAMES = ["__proto__", "length", "toString", "hasOwnProperty"]
ROUTE = "POST /api/v1/sdk/chat/{persona_id}/message"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


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
                        for key in NAMES],
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


# MARK: The files


@pytest.mark.parametrize("path", ["", *(file.name for file in FILES), "dagre.min.js"])
def test_each_file_is_served_without_a_token_and_with_a_strict_policy(served: Server, path: str) -> None:
    found = httpx.get(f"{served.url}/_foilmock/{path}")
    assert found.status_code == 200
    assert found.headers["content-security-policy"] == POLICY
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["referrer-policy"] == "no-referrer"
    assert found.headers["cache-control"] == "no-cache"
    kinds = {"": "text/html", ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    assert found.headers["content-type"].split(";")[0] == kinds[Path(path).suffix]


def test_the_page_answers_to_its_own_hosts_alone(served: Server) -> None:
    assert httpx.get(f"{served.url}/_foilmock/", headers={"Host": "evil.example"}).status_code == 403
    assert httpx.get(f"{served.url}/_foilmock/main.js", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_reads_markup_runs_text_or_is_long(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|srcdoc", text)
    assert not re.search(r"""\bstyle\s*[=:]\s*["']|\bon\w+=["']""", text) or file.suffix == ".css"
    assert len(text.splitlines()) <= 300


# MARK: All views

VIEWS = [
    "sandboxes", "journal", "sandboxes/{name}/journal", "sandboxes/{name}/journal?entry=3", "sandboxes/{name}/sessions",
    "sandboxes/{name}/sessions/{session}?turn=2", "sandboxes/{name}/sessions/{marked}?turn=1",
    "sandboxes/{name}/chat?persona=marked&player={player}", "sandboxes/{name}/fixtures",
    "sandboxes/{name}/fixtures/warden?machine=gate", "sandboxes/{name}/fixtures/marked", "sandboxes/{name}/faults",
    "sandboxes/{name}/clock", "sandboxes/{name}/limits", "metrics",
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360), ("light", 640)])
def test_each_view_is_readable(
    served: Server, sandbox: SandboxControl, tmp_path: Path, scheme: str, width: int
) -> None:
    """In both colour schemes, at 360 px and at 200 % of 1280 px; by axe's rules; and no text is taken for markup."""
    pictures = Path(os.environ.get("FOILMOCK_PICTURES", tmp_path / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    sandbox.post("/faults", {"kind": "status", "status": 503, "message": MARKUP, "match": {"player": f"not {MARKUP}"}})
    sandbox.put("/limits", {"messages_per_minute": 5})
    values = {
        "name": name_of(sandbox), "session": session_of(sandbox)["session_id"],
        "marked": session_of(sandbox, MARKUP)["session_id"], "player": str(httpx.QueryParams(p=MARKUP))[2:],
    }  # fmt: skip
    browser = Browser(scheme, width)
    try:
        browser.open(f"{served.url}/_foilmock/#token={TOKEN}")
        browser.sees("h1", "Sandboxes")
        for number, view in enumerate(VIEWS):
            browser.open(f"{served.url}/_foilmock/#/{view.format(**values)}")
            browser.find("h1")
            wait(lambda: browser.run("return !document.querySelector('[aria-busy]')"), f"end of work in {view}")
            browser.picture(pictures / f"{number:02}-{view.split('?')[0].rsplit('/', 1)[-1].strip('{}')}-{scheme}-{width}.png")
            assert browser.run("return document.querySelectorAll('.marked').length + Number(window.marked ?? 0)") == 0, view
            assert browser.run("return document.documentElement.scrollWidth - innerWidth") <= 0, view
            assert axe.serious(browser) == [], view
            assert browser.console() == [], view
    finally:
        browser.close()


# MARK: Access


def test_the_token_leaves_the_address_bar_and_stays_in_the_tab(served: Server) -> None:
    browser = Browser()
    try:
        browser.open(f"{served.url}/_foilmock/#/sandboxes")
        browser.write("input", "Token", "a-wrong-token")
        browser.click("button", "Open")
        browser.sees("[role=alert]", "Authorization: Bearer")
        browser.open(f"{served.url}/_foilmock/#token={TOKEN}")
        browser.sees("h1", "Sandboxes")
        assert TOKEN not in browser.url
        browser.run("location.reload()")
        browser.sees("h1", "Sandboxes")
    finally:
        browser.close()


# MARK: Panels


def test_sandboxes_are_searched_and_the_last_used_is_first(show: Any, sandbox: SandboxControl) -> None:
    browser = show("sandboxes")
    browser.sees("tbody tr:first-child", name_of(sandbox))
    browser.write("input", "Search by name", "no such")
    browser.sees("main", "0 sandboxes of")
    browser.write("input", "Search by name", name_of(sandbox))
    browser.click("a", name_of(sandbox))
    browser.sees("h1", "Journal")


def test_a_sandbox_is_opened_and_one_that_is_there_stays_as_it_is(show: Any, served: Server, sandbox: SandboxControl) -> None:
    new = served.control.sandbox(f"{name_of(sandbox)}_2")
    for name in (name_of(sandbox), name_of(new)):
        browser = show("sandboxes")
        browser.click("summary", "Open a sandbox")
        browser.write("input", "Name", name)
        browser.click("button", "Open")
        browser.sees("h1", "Journal")
        browser.sees(".tabs", name)
    assert (sandbox.get()["sessions"], new.get()["sessions"]) == (2, 0)
    new.delete()


def test_the_journal_is_live_and_keeps_the_focus(show: Any, served: Server, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal")
    browser.sees("main", "Live")
    browser.sees("main", "6 requests shown")
    browser.run("document.querySelector('tbody a').focus()")
    focused = browser.run("return document.activeElement.textContent")
    wire = Wire(served.url, name_of(sandbox))
    wire.personas()
    browser.sees("main", "7 requests shown")
    assert browser.run("return document.activeElement.textContent") == focused
    browser.click("button", "Pause")
    wire.personas()
    browser.sees("main", "1 more since the pause")
    browser.click("button", "Pause")
    browser.sees("main", "8 requests shown")
    wire.close()


def test_the_journal_of_all_sandboxes_is_live(show: Any, served: Server, sandbox: SandboxControl) -> None:
    browser = show("journal")
    browser.sees("main", "Live")
    wire = Wire(served.url, name_of(sandbox))
    wire.personas()
    wire.close()
    browser.sees("tbody", name_of(sandbox))
    browser.click("a", f"Entry 7 of {name_of(sandbox)}")
    browser.sees(".detail", "GET /api/v1/sdk/personas")
    browser.run("location.reload()")
    browser.sees(".detail", "GET /api/v1/sdk/personas")


def test_the_journal_is_filtered_and_a_link_shows_the_same(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal")
    browser.write("input", "Player", "sam")
    browser.write("input", "Route", ROUTE)
    browser.click("button", "Filter")
    browser.sees("main", "2 requests shown")
    assert "player=sam" in browser.url
    browser.run("location.reload()")
    browser.sees("main", "2 requests shown")
    browser.write("input", "Status", "no status")
    browser.click("button", "Filter")
    browser.sees("[role=alert]", "status")
    browser.click("a", "Clear")
    browser.sees("main", "6 requests shown")


def test_an_entry_says_why_and_what_came_near_and_is_copied_as_curl(show: Any, served: Server, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal")
    browser.click("a", "Entry 3")
    browser.sees(".detail", "personas/warden/machines/gate.json:")
    browser.sees(".detail", "does not match")
    assert "entry=3" in browser.url
    command = browser.text("[aria-label='curl command']")
    assert command.startswith("curl ") and '"message"' in command
    assert f"{served.url}/api/v1/sdk/chat/" in command
    browser.click("a", "Close")
    assert "entry=" not in browser.url


def test_the_curl_command_has_no_character_that_a_terminal_acts_on(show: Any, served: Server, sandbox: SandboxControl) -> None:
    sent = "\x15echo ü\t\x00\x9b\n"
    httpx.post(f"{served.url}/api/v1/nothing", content=sent.encode(), headers={"X-API-Key": name_of(sandbox)})
    browser = show(f"sandboxes/{name_of(sandbox)}/journal?status=404&entry=7")
    browser.sees(".detail", "As curl")
    command = browser.run("return document.querySelector('[aria-label=\"curl command\"]').textContent")
    assert command.isprintable()
    subprocess.run(["sh", "-c", f"{command} --silent --noproxy '*'"], capture_output=True, timeout=20, check=True)
    entry = sandbox.get("/journal")["entries"][-1]
    assert (entry["request"]["body"], entry["duplicate"]) == (sent, True)


def test_the_curl_command_sends_the_same_request(show: Any, served: Server, sandbox: SandboxControl) -> None:
    line = "it's `$HOME` \"q\" \\ ü\n!*? @file {a,b} [1-2]"
    wire = Wire(served.url, name_of(sandbox))
    warden = next(persona["id"] for persona in answer(wire.personas()) if persona["name"] == "Warden")
    wire.say(warden, line, player="sam")
    wire.close()
    browser = show(f"sandboxes/{name_of(sandbox)}/journal?player=sam&entry=8")
    browser.sees(".detail", "Said")
    command = browser.run("return document.querySelector('[aria-label=\"curl command\"]').textContent")
    done = subprocess.run(["sh", "-c", f"{command} --silent --noproxy '*'"], capture_output=True, timeout=20)
    assert done.returncode == 0, done.stderr
    entry = sandbox.get("/journal")["entries"][-1]
    assert (entry["message"], entry["duplicate"]) == (line, True)


def test_a_stream_of_events_is_read_in_any_pieces(show: Any) -> None:
    read = show("sandboxes").promised("""
      const { EventReader } = await import("/_foilmock/feed.js");
      const text = "id: 1\\n\\n: heartbeat\\n\\nevent: entry\\nid: 2\\ndata: {\\ndata: }\\n\\nevent: lost\\ndata: 3\\n\\nevent";
      const reader = new EventReader();
      return [...text].flatMap((piece) => reader.push(piece));
    """)
    assert [(event["type"], event["id"], event["data"]) for event in read] == [
        ("message", "1", ""), ("message", None, ""), ("entry", "2", "{\n}"), ("lost", None, "3"),
    ]  # fmt: skip


def test_an_expectation_is_held_against_the_journal(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal?message=call+me+Nora&status=200-299")
    browser.click("summary", "Expect a number of such requests")
    browser.click("button", "Look")
    browser.sees("main", "As expected: 1.")
    browser.write("input", "Requests that match the filters", "2")
    browser.click("button", "Look")
    browser.sees("main", "1 request matches, not 2")
    browser.sees("main li", "message is")


def test_a_session_is_moved_and_its_score_and_variables_are_set(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions")
    browser.click("a", "sam")
    browser.sees("h1", "Session of sam")
    browser.sees(".turns", "call me Nora")
    browser.sees("svg", "turn 2")
    browser.choose("State", "open")
    browser.write("input", "Score", "9")
    browser.click("button", "Move")
    browser.sees("main dl", "open")
    moved = session_of(sandbox)
    assert (moved["state_key"], moved["score"], moved["outcome"]) == ("open", 9, "ACCEPT")
    browser.write("input", "Name", "town")
    browser.write("input", "Value", MARKUP)
    browser.click("button", "Set")
    browser.sees("main dl", MARKUP)
    assert session_of(sandbox)["variables"]["town"] == MARKUP


def test_a_turn_is_explained_and_forked(show: Any, sandbox: SandboxControl) -> None:
    session = session_of(sandbox)
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions/{session['session_id']}")
    browser.click("a", "Turn 1")
    browser.sees(".why", "personas/warden/machines/gate.json:")
    assert browser.url.endswith("?turn=1")
    browser.run("[...document.querySelectorAll('a')].find((a) => a.textContent === 'Turn before').focus()")
    browser.press("Enter")
    browser.sees("main", "After turn 0 of 2")
    browser.click("a", "Turn after")
    browser.sees("main", "After turn 1 of 2")
    assert browser.run("return document.activeElement.textContent") == "Turn after"
    browser.press("Enter")
    browser.sees("main", "After turn 2 of 2")
    browser.write("input", "After turn", "1")
    browser.write("input", "Player", "other")
    browser.click("button", "Fork")
    browser.sees("h1", "Session of other")
    assert session_of(sandbox, "other")["turn_count"] == 1


def test_the_next_decision_is_scripted(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions/{session_of(sandbox)['session_id']}")
    browser.choose("Decision", "reject")
    browser.write("input", "Reply", "No.")
    browser.click("button", "Script")
    browser.sees("main", "1 step left")
    (script,) = sandbox.get("/scripts")["scripts"]
    assert (script["player"], script["steps"][0]["decision"], script["steps"][0]["reply"]) == ("sam", "reject", "No.")
    browser.click("button", f"Delete script {script['id']}")
    wait(lambda: sandbox.get("/scripts")["scripts"] == [], "empty list of scripts")


def test_the_chat_box_plays_through_the_api(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/chat")
    browser.choose("Persona", "warden")
    browser.write("input", "Player", "zoë")
    browser.click("button", "Play")
    browser.sees(".log", "Halt. Who goes there?")
    browser.write("input", "Say", "call me Zoë")
    browser.press("Enter")
    browser.sees(".log", "And why should Zoë pass?")
    browser.sees(".log", "pass · → s1 · score +3")
    assert session_of(sandbox, "zoë")["state_key"] == "s1"
    assert sandbox.get("/journal", player="zoë", route=ROUTE)["entries"][0]["response"]["status"] == 200
    browser.run("location.reload()")
    browser.sees(".log", "And why should Zoë pass?")


def test_the_chat_box_plays_in_the_sandbox_of_a_named_account(show: Any, served: Server) -> None:
    demo = served.control.sandbox("demo")
    browser = show("sandboxes/demo/chat?persona=warden&player=page")
    browser.sees(".log", "The player has no conversation yet.")
    assert demo.get()["sessions"] == 0, "an address changes nothing"
    browser.click("button", "Play")
    browser.sees(".log", "Halt. Who goes there?")
    assert session_of(demo, "page")["state_key"] == "s0"
    demo.reset()


def test_the_chat_box_says_which_persona_is_missing_and_goes_on(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/chat?persona=warden&player=sam")
    browser.sees(".log", "And why should Nora pass?")
    browser.run(f"location.hash = '#/sandboxes/{name_of(sandbox)}/chat?persona=nope&player=kim'")
    browser.sees(".chat", 'There is no persona "nope".')
    assert browser.run("return document.querySelector('[name=player]').value") == "kim"
    # The hundredth character is outside of the first plane, where JavaScript counts two.
    browser.run("const field = document.querySelector('[name=player]'); field.value = 'a'.repeat(99) + '😀'")
    browser.click("button", "Play")
    browser.sees(".log", "Halt. Who goes there?")


def test_states_with_the_names_of_javascript_are_drawn(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/fixtures/names")
    for key in ["constructor", *NAMES]:
        browser.sees("svg", key)
    assert browser.run("return document.querySelector('main svg').width.baseVal.value") > 100


def test_a_player_who_cannot_be_seen_has_a_link(show: Any, served: Server, sandbox: SandboxControl) -> None:
    wire = Wire(served.url, name_of(sandbox))
    wire.begin(next(persona["id"] for persona in answer(wire.personas()) if persona["name"] == "Warden"), user_session_id="\u200b")
    wire.close()
    show(f"sandboxes/{name_of(sandbox)}/sessions").click("a", "U+200B")


def test_an_error_does_not_turn_what_follows(show: Any) -> None:
    show("sandboxes/%E2%80%AEabc/faults").sees(".error", "U+202Eabc")


def test_json_is_laid_out_as_it_was_sent(show: Any, served: Server, sandbox: SandboxControl) -> None:
    sent = '{"a":12345678901234567890,"b":1.0,"c":1,"c":[{}, "x: ,{"],"d":1e400}'
    httpx.post(f"{served.url}/api/v1/nothing", content=sent, headers={"X-API-Key": name_of(sandbox)})
    browser = show(f"sandboxes/{name_of(sandbox)}/journal?status=404")
    browser.click("a", "Entry 7")
    browser.click("button", "Lay out the JSON")
    shown = browser.text("[aria-label='Request: body']")
    assert [line.strip() for line in shown.splitlines()] == [
        "{", '"a": 12345678901234567890,', '"b": 1.0,', '"c": 1,', '"c": [', "{},", '"x: ,{"', "],", '"d": 1e400', "}"]  # fmt: skip


@pytest.mark.parametrize("token", ["€" * 9, "a" * 201, "short", "%", "a%0d%0abcdefghi"])
def test_a_token_that_cannot_be_one_is_asked_for_again(served: Server, token: str) -> None:
    window = Browser()
    try:
        window.open(f"{served.url}/_foilmock/#token={token}")
        window.sees("h1", "The control token")
        assert "token=" not in window.url
        window.write("input", "Token", TOKEN)
        window.click("button", "Open")
        window.sees("h1", "Sandboxes")
    finally:
        window.close()


def test_fixtures_show_the_machine_and_what_was_reached(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/fixtures")
    browser.click("a", "warden, gate")
    browser.sees("svg", "s0")
    browser.sees("main", "States: 2 of 3")
    browser.sees("main", "state open")
    browser.click("a", "road")
    browser.sees("h2", "road: The Road")
    assert browser.url.endswith("?machine=road")


def test_a_load_with_mistakes_is_shown_until_it_is_put_right(show: Any, served: Server, sandbox: SandboxControl) -> None:
    file = Path(served.control.get("/fixtures")["source"]) / "personas/marked/persona.json"
    text = file.read_text()
    browser = show(f"sandboxes/{name_of(sandbox)}/fixtures")
    browser.sees("main", "Loaded from")
    try:
        file.write_text(text.replace('"name"', '"nam"'))
        wait(lambda: served.control.get("/fixtures")["failure"], "failed load")
        browser.run("location.reload()")
        browser.sees("main", "those from before are served")
        browser.sees("main", "personas/marked/persona.json")
    finally:
        file.write_text(text)
    wait(lambda: served.control.get("/fixtures")["failure"] is None, "load after the failed one")


def test_a_fault_is_set_strikes_and_is_deleted(show: Any, served: Server, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/faults")
    browser.write("input", "Status", "502")
    browser.write("input", "Route", "GET /api/v1/sdk/personas")
    browser.click("button", "Set the fault")
    browser.sees("tbody", "armed")
    (fault,) = sandbox.get("/faults")["faults"]
    assert (fault["status"], fault["match"]) == (502, {"route": "GET /api/v1/sdk/personas"})
    wire = Wire(served.url, name_of(sandbox))
    assert wire.personas().status_code == 502
    wire.close()
    browser.click("a", "1 requests that f1 struck")
    browser.sees("main", "1 request shown")
    show(f"sandboxes/{name_of(sandbox)}/faults").click("button", "Delete fault f1")
    browser.sees("main", "Nothing goes wrong on purpose.")
    assert sandbox.get("/faults")["faults"] == []


def test_the_clock_is_set_and_advanced(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/clock")
    browser.write("input", "At", "2026-03-10T12:00:00Z")
    browser.click("button", "Set the clock")
    browser.sees("main dl", "2026-03-10 12:00:00 UTC")
    browser.click("button", "+ 1 hour")
    browser.sees("main dl", "2026-03-10 13:00:00 UTC")
    assert sandbox.get("/clock")["now"] == "2026-03-10T13:00:00Z"
    browser.write("input", "Seed", "7")
    browser.click("button", "Set")
    wait(lambda: sandbox.get()["seed"] == 7, "seed 7")


def test_a_reset_is_asked_for_twice(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/clock")
    browser.click("button", "Reset")
    assert sandbox.get()["sessions"] == 2
    browser.click("input", "I want that")
    browser.click("button", "Reset")
    browser.sees("h1", "Journal")
    assert sandbox.get()["sessions"] == 0


def test_limits_are_set_and_the_gauge_and_the_chart_show_what_came(show: Any, served: Server, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/limits")
    browser.write("[aria-label='Set the limits'] input", "Messages a minute", "5")
    browser.write("[aria-label='Set the limits'] input", "Others a minute", "2")
    browser.click("button", "Set")
    browser.sees("main", "Nothing came in the last minute.")
    assert sandbox.get("/limits")["messages_per_minute"] == 5
    wire = Wire(served.url, name_of(sandbox))
    statuses = [wire.personas().status_code for _ in range(3)]
    wire.close()
    assert statuses == [200, 200, 429]
    browser.sees("main", "others: 2 of 2")
    browser.sees("figcaption", "2 requests admitted, 1 refused")
    browser.write("[aria-label='Try other limits'] input", "Others a minute", "3")
    browser.click("button", "Try")
    browser.sees("main", "open loop")
    browser.click("button", "Lift both")
    browser.sees("main", "There are no limits.")
    assert sandbox.get("/limits") is None


def test_metrics_are_shown_at_a_glance(show: Any, sandbox: SandboxControl) -> None:
    browser = show("metrics")
    browser.sees("main", "Turns")
    browser.sees("tbody", ROUTE)
    browser.sees("main", "A second, now")


def test_metrics_are_read_with_their_escapes(show: Any) -> None:
    read = show("sandboxes").promised("""
      const { samples, quantile } = await import("/_foilmock/samples.js");
      const all = samples('# HELP a\\na{b="x\\\\"y\\\\n"} 2\\nt_bucket{le="1"} 9\\nt_bucket{le="+Inf"} 10\\n');
      return { labels: all[0].labels, half: quantile(all, "t", 0.5), most: String(quantile(all, "t", 1)) };
    """)
    assert (read["labels"], read["half"], read["most"]) == ({"b": 'x"y\n'}, 1, "Infinity")


def test_the_keyboard_alone_is_enough(show: Any, sandbox: SandboxControl) -> None:
    browser = show("sandboxes")
    browser.run("location.reload()")
    browser.sees("tbody", name_of(sandbox))
    browser.press("Tab")
    assert browser.run("return document.activeElement.textContent") == "Skip to the content"
    assert browser.run("return getComputedStyle(document.activeElement).outlineStyle") != "none"
    browser.press("Enter", "Tab")
    assert browser.run("return document.activeElement.name") == "search"
    browser.press(*name_of(sandbox), "Tab", "Tab", "Enter")
    browser.sees("h1", "Journal")
    assert browser.run("return document.activeElement.tagName") == "H1"
