"""Fixtures, faults, clock and limits of a sandbox in the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.control import TOKEN, SandboxControl
from helpers.driver import Browser, wait
from helpers.page import NAMES, browser, name_of, sandbox, served, show
from helpers.server import Server
from helpers.wire import Wire, answer


def test_states_with_the_names_of_javascript_are_drawn(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/fixtures/names")
    for key in ["constructor", *NAMES]:
        browser.sees("svg", key)
    assert browser.run("return document.querySelector('main svg').width.baseVal.value") > 100


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
        browser.sees("main", "those from before are served")
        browser.sees("main", "personas/marked/persona.json")
        browser.click("a", "warden")
        browser.sees("main", "those from before are served")
    finally:
        file.write_text(text)
    wait(lambda: "those from before" not in browser.text("main"), "persona without a failed load")
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
    assert browser.run("return document.activeElement.tagName") == "H1"
    assert "Delete all" not in browser.text("main")
    assert sandbox.get("/faults")["faults"] == []


@pytest.mark.parametrize(("more", "words"), [
    ("null", 'write an object, such as {"ttl_seconds": 60}'), ("[1]", "write an object"), ("{", "More members: "),
    ('{"kind": "delay"}', '"kind" is a field above'), ('{"match": {"player": "kim"}}', '"player" is a field above'),
])  # fmt: skip
def test_more_members_of_a_fault_are_checked(show: Any, sandbox: SandboxControl, more: str, words: str) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/faults")
    browser.write("input", "Player", "sam")
    browser.click("summary", "More members")
    browser.write("textarea", "As JSON", more)
    browser.click("button", "Set the fault")
    browser.sees("[role=alert]", words)
    browser.write("textarea", "As JSON", '{"ttl_seconds": 60, "match": {"path": "/api/*"}}')
    browser.click("button", "Set the fault")
    browser.sees("tbody", "armed")
    (fault,) = sandbox.get("/faults")["faults"]
    assert fault["match"] == {"path": "/api/*", "player": "sam"}


def test_the_clock_is_set_and_advanced(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/clock")
    browser.choose("Mode", "frozen")
    browser.write("input", "At", "2026-03-10T12:00:00Z")
    browser.click("button", "Set the clock")
    browser.sees("main dl", "2026-03-10 12:00:00 UTC")
    show(f"sandboxes/{name_of(sandbox)}/clock").sees("main dl", "frozen")
    assert browser.run("return document.querySelector('[name=mode]').value") == "frozen"
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
    assert "open loop" not in browser.text("main")
    assert sandbox.get("/limits") is None


def test_coverage_follows_the_conversations(show: Any, served: Server, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/fixtures/warden?machine=gate")
    browser.sees("main", "States: 2 of 3")
    wire = Wire(served.url, name_of(sandbox))
    warden = next(persona["id"] for persona in answer(wire.personas()) if persona["name"] == "Warden")
    wire.say(warden, "[[pass]]", player="sam")
    wire.close()
    browser.sees("main", "States: 3 of 3")


def test_a_machine_that_is_not_there_is_named(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/fixtures/warden?machine=nope")
    browser.sees("[role=alert]", 'warden has no machine "nope"')
    browser.click("a", "road")
    browser.sees("h2", "road: The Road")


def test_a_kick_out_that_leads_nowhere_ends_the_conversation(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/fixtures/names")
    browser.sees("[aria-label='Transitions of names']", "ends")


def test_the_graph_shows_where_the_session_is_and_can_be_made_larger(show: Any, sandbox: SandboxControl) -> None:
    """A chain of states that is much higher than the place for it; the session is at its end."""
    states = [f"s{number}" for number in range(40)]
    sandbox.put("/personas/chain", {"persona": {"name": "Chain"}, "machines": [{
        "machine_key": "chain", "is_entry": True,
        "states": [{"state_key": key, "is_initial_state": key == "s39", "is_terminal_state": key == "s0", "says": key} for key in states],
        "transitions": [{"from_state_key": one, "to_state_key": other, "decision_type": "pass", "when": {"any": ["on"]}}
                        for other, one in zip(states, states[1:], strict=False)]
                       + [{"from_state_key": "s39", "to_state_key": "s39", "decision_type": "redirect", "when": {"any": ["no"]}}],
    }]})  # fmt: skip
    place = "document.querySelector('.graph')"
    inside = f"""
      const [outer, inner] = [{place}, document.querySelector('.begins rect')].map((e) => e.getBoundingClientRect());
      return inner.top >= outer.top && inner.bottom <= outer.bottom && inner.width;
    """
    browser = show(f"sandboxes/{name_of(sandbox)}/fixtures/chain")
    browser.sees("svg", "s39")
    width = browser.run(inside)
    assert width
    browser.click("button", "Larger")
    assert browser.run(inside) > width
    browser.click("button", "Fit the graph in")
    assert browser.run(f"return {place}.scrollHeight - {place}.clientHeight") <= 1


@pytest.mark.parametrize("kind", ["status", "split_utf8"])
def test_each_kind_of_fault_is_explained(show: Any, sandbox: SandboxControl, kind: str) -> None:
    words = {"status": "Answers with this status", "split_utf8": "Splits characters of a stream"}
    browser = show(f"sandboxes/{name_of(sandbox)}/faults")
    browser.choose("Kind", kind)
    browser.sees("form small", words[kind])


def test_the_real_clock_cannot_be_set(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/clock")
    browser.write("input", "At", "2026-03-10T12:00:00Z")
    browser.click("button", "Set the clock")
    browser.sees("[role=alert]", "choose another mode")


def test_a_narrow_table_of_faults_shows_all_of_a_fault(served: Server, sandbox: SandboxControl) -> None:
    sandbox.post("/faults", {"kind": "delay", "seconds": 2, "match": {"player": "sam"}})
    window = Browser(width=360)
    try:
        window.open(f"{served.url}/_foilmock/#token={TOKEN}")
        window.sees("h1", "Sandboxes")
        window.open(f"{served.url}/_foilmock/#/sandboxes/{name_of(sandbox)}/faults")
        window.sees("tbody", '{"player":"sam"}')
        window.sees("tbody", '"seconds":2')
        button = window.run("return document.querySelector('tbody button').getBoundingClientRect().right")
        assert 0 < button < 360
    finally:
        window.close()
