"""Sessions and the chat box in the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.control import TOKEN, SandboxControl
from helpers.driver import Browser, wait
from helpers.page import MARKUP, ROUTE, browser, name_of, sandbox, served, session_of, show
from helpers.server import Server
from helpers.wire import Wire, answer


def test_a_session_is_moved_and_its_score_and_variables_are_set(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions")
    browser.click("a", "sam")
    browser.sees("h1", "Session of sam")
    browser.sees(".turns", "call me Nora")
    browser.sees("svg", "turn 2")
    browser.click("button", "Move")
    browser.sees("[role=alert]", "all is as it is")
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


def test_a_player_who_cannot_be_seen_has_a_link(show: Any, served: Server, sandbox: SandboxControl) -> None:
    wire = Wire(served.url, name_of(sandbox))
    wire.begin(next(persona["id"] for persona in answer(wire.personas()) if persona["name"] == "Warden"), user_session_id="\u200b")
    wire.close()
    show(f"sandboxes/{name_of(sandbox)}/sessions").click("a", "U+200B")


def test_the_chat_box_plays_through_the_api(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/chat")
    browser.choose("Persona", "warden")
    browser.write("input", "Player", "zoë")
    browser.click("button", "Play")
    browser.sees(".log", "Halt. Who goes there?")
    browser.write("input", "Say", "call me Zoë")
    browser.press("Enter")
    browser.sees(".log", "And why should Zoë pass?")
    browser.sees(".log", "pass · → s1 · score 3 (+3)")
    assert session_of(sandbox, "zoë")["state_key"] == "s1"
    assert sandbox.get("/journal", player="zoë", route=ROUTE)["entries"][0]["response"]["status"] == 200
    browser.run("location.reload()")
    browser.sees(".log", "And why should Zoë pass?")


def test_the_chat_box_plays_in_the_sandbox_of_a_named_account(show: Any, served: Server) -> None:
    demo = served.control.sandbox("demo")
    browser = show("sandboxes/demo/chat?persona=warden&player=page")
    browser.sees(".log", "The player has no conversation now.")
    assert demo.get()["sessions"] == 0, "an address changes nothing"
    browser.click("button", "Play")
    browser.sees(".log", "Halt. Who goes there?")
    verbs = [entry["request"]["path"].rsplit("/", 1)[1] for entry in demo.get("/journal", player="page")["entries"]]
    assert verbs == ["machines", "init-session"]
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


# More than the page shows at once.
TURNS = 450


def test_all_turns_of_a_long_session_can_be_reached(show: Any, served: Server, sandbox: SandboxControl) -> None:
    begin(served, sandbox, "Names")
    say(served, sandbox, "Names", *["hm"] * TURNS)
    at = f"sandboxes/{name_of(sandbox)}/sessions/{session_of(sandbox, 'Names')['session_id']}"
    browser = show(f"{at}?turn=200")
    browser.sees("main", f"After turn 200 of {TURNS}")
    browser.sees(".turns", "Turn 100")
    browser.click("button", "Show earlier turns")
    browser.sees(".turns", "Turn 0")
    browser.sees("main", f"After turn 200 of {TURNS}")
    browser.click("button", "Show later turns")
    browser.sees(".turns", "Turn 399")
    browser.click("button", "Show later turns")
    browser.sees(".turns", f"Turn {TURNS}")
    browser = show(f"{at}?turn=299")
    browser.click("a", "Turn after")
    browser.sees("main", f"After turn 300 of {TURNS}")
    browser.sees(".turns [aria-current]", "Turn 300")
    assert browser.run("return document.activeElement.textContent") == "Turn after"


@pytest.mark.parametrize("turn", ["99999", "second"])
def test_a_turn_that_is_not_there_is_named(show: Any, sandbox: SandboxControl, turn: str) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions/{session_of(sandbox)['session_id']}?turn={turn}")
    browser.sees("[role=alert]", f"There is no turn {turn}: the last one is 2")
    browser.click("a", "Turn before")
    browser.sees("main", "After turn 2 of 2")


def test_the_links_between_turns_keep_the_focus_at_both_ends(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions/{session_of(sandbox)['session_id']}?turn=1")
    browser.click("a", "Turn before")
    browser.sees("main", "After turn 0 of 2")
    assert browser.run("return document.activeElement.textContent") == "Turn before"
    browser.press("Enter")
    browser.sees("main", "After turn 0 of 2")


def test_a_reset_elsewhere_is_told_and_the_session_that_comes_then_is_shown(
    show: Any, served: Server, sandbox: SandboxControl
) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions/{session_of(sandbox)['session_id']}")
    browser.sees("main dl", "s1")
    sandbox.reset()
    browser.sees("[role=alert]", "The session is gone")
    begin(served, sandbox, "Warden", player="sam")
    browser.sees("main dl", "s0")
    wait(lambda: browser.run("return document.querySelector('[role=alert]').hidden"), "session that is not gone")


def test_scripts_are_told_apart_and_leave_the_list_when_they_are_used(show: Any, served: Server, sandbox: SandboxControl) -> None:
    begin(served, sandbox, "Names")
    sandbox.post("/scripts", {"persona": "Names", "steps": [{"reply": "One."}, {"reply": "Two."}]})
    sandbox.post("/scripts", {"persona": "Warden", "steps": [{"reply": "Not here."}]})
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions/{session_of(sandbox, 'Names')['session_id']}")
    browser.sees(".card ol", "s1 for anybody, 2 steps left")
    browser.click("button", "Script")
    browser.sees("[role=alert]", "an empty step changes nothing")
    browser.write("input", "Reply", "Three.")
    browser.click("button", "Script")
    browser.sees("[role=status]", "The step comes after 2 steps of s1")
    assert "s2" not in browser.text(".card ol")
    say(served, sandbox, "Names", "a", "b")
    wait(lambda: "s1" not in browser.text(".card ol"), "list without the script that is used")
    browser.click("button", "Delete script s3")
    wait(lambda: browser.run("return document.activeElement.textContent") == "Script the next message", "focus on the heading")


def test_a_fork_is_told_and_begins_after_the_chosen_turn(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions/{session_of(sandbox)['session_id']}?turn=1")
    browser.sees("main", "After turn 1 of 2")
    assert browser.run("return document.querySelector('[name=turn]').value") == "1"
    browser.click("button", "Fork")
    browser.sees("h1", "Session of sam-2")
    browser.sees("[role=status].toast", "Forked after turn 1 of sam")
    browser.click("a", "Faults")
    browser.sees("h1", "Faults")
    assert browser.text(".toast") == ""


def test_the_chat_box_has_the_history_with_its_speakers_and_what_others_say(
    show: Any, served: Server, sandbox: SandboxControl
) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/chat?persona=warden&player=sam")
    browser.sees(".log", "And why should Nora pass?")
    speakers = "return [...document.querySelectorAll('.speaker')].map((speaker) => speaker.textContent)"
    assert browser.run(speakers) == ["Warden", "sam", "Warden", "sam", "Warden"]
    assert "redirect · score 0" in browser.text(".log")
    assert "pass · → s1 · score 3 (+3)" in browser.text(".log")
    say(served, sandbox, "Warden", "somebody else", player="sam")
    browser.sees(".log", "somebody else")
    sandbox.patch(f"/sessions/{session_of(sandbox)['session_id']}", {"score": -4})
    browser.sees(".chat", "score −4")


def test_what_is_typed_while_an_answer_is_under_way_stays(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/chat?persona=warden&player=sam")
    browser.sees(".log", "And why should Nora pass?")
    sandbox.post("/faults", {"kind": "status", "status": 503, "message": "Not now", "count": 1, "match": {"message": "first"}})
    browser.write("input", "Say", "first")
    browser.press("Enter")
    browser.sees("[role=alert]", "Not now")
    field = "return document.querySelector('[name=message]').value"
    assert browser.run(field) == "first", "it was not said"
    sandbox.post("/faults", {"kind": "delay", "seconds": 1, "count": 1, "match": {"message": "first"}})
    browser.press("Enter")
    wait(lambda: browser.run(field) == "", "empty field")
    browser.write("input", "Say", "second")
    browser.sees(".log", "first")
    wait(lambda: not browser.run("return document.querySelector('form.say[aria-busy]')"), "end of the answer")
    assert browser.run(field) == "second"


def test_the_chat_box_brings_a_key_for_a_language_model_where_one_is_required(tmp_path: Path) -> None:
    server = Server(tmp_path / "one.db", "--require-llm-key").start()
    window = Browser()
    try:
        window.open(f"{server.url}/_foilmock/#/sandboxes/demo/chat?persona=warden&player=page#token={TOKEN}")
        window.click("button", "Play")
        window.sees(".log", "Halt. Who goes there?")
    finally:
        window.close()
        server.close()


def test_the_chat_box_is_closed_after_an_end_until_it_begins_anew(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/chat?persona=warden&player=sam")
    browser.sees(".log", "And why should Nora pass?")
    browser.click("button", "Play")
    wait(lambda: browser.run("return document.activeElement.name") == "message", "focus on the message")
    browser.write("input", "Say", "[[kick_out]]")
    browser.press("Enter")
    browser.sees(".chat", "ended: KICK_OUT")
    assert browser.run("return document.querySelector('[name=message]').disabled") is True
    assert browser.run("return document.activeElement.textContent") == "Begin anew"
    browser.press("Enter")
    wait(lambda: browser.run("return document.activeElement.name") == "message", "focus on the message")
    assert "And why" not in browser.text(".log")


def begin(server: Server, sandbox: SandboxControl, persona: str, player: str | None = None) -> None:
    """The player has the persona's name, unless another one is given."""
    wire = Wire(server.url, name_of(sandbox))
    answer(wire.begin(id_of(persona, wire), user_session_id=player or persona))
    wire.close()


def say(server: Server, sandbox: SandboxControl, persona: str, *lines: str, player: str | None = None) -> None:
    wire = Wire(server.url, name_of(sandbox))
    found = id_of(persona, wire)
    for line in lines:
        answer(wire.say(found, line, player=player or persona))
    wire.close()


def id_of(persona: str, wire: Wire) -> str:
    return next(found["id"] for found in answer(wire.personas()) if found["name"] == persona)
