"""The journal in the page: live, filtered, one entry in full."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.control import TOKEN, SandboxControl
from helpers.driver import Browser, wait
from helpers.page import MARKUP, ROUTE, browser, name_of, sandbox, served, show
from helpers.server import Server
from helpers.wire import Wire, answer


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
    browser.sees("[role=status]", "Paused")
    for _ in range(309):
        wire.personas()
    browser.sees("main", "310 more since the pause")
    browser.click("button", "Go on")
    browser.sees("main", "300 requests shown")
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


def test_json_is_laid_out_as_it_was_sent(show: Any, served: Server, sandbox: SandboxControl) -> None:
    sent = '{"a":12345678901234567890,"b":1.0,"c":1,"c":[{}, "x: ,{"],"d":1e400}'
    httpx.post(f"{served.url}/api/v1/nothing", content=sent, headers={"X-API-Key": name_of(sandbox)})
    browser = show(f"sandboxes/{name_of(sandbox)}/journal?status=404")
    browser.click("a", "Entry 7")
    browser.click("button", "Lay out the JSON")
    shown = browser.text("[aria-label='Request: body']")
    assert [line.strip() for line in shown.splitlines()] == [
        "{", '"a": 12345678901234567890,', '"b": 1.0,', '"c": 1,', '"c": [', "{},", '"x: ,{"', "],", '"d": 1e400', "}"]  # fmt: skip


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
    browser.write("input", "Player", "somebody else")
    assert "matches" not in browser.text("main"), "it was about other filters"


@pytest.mark.parametrize(("entry", "words"), [
    ("abc", '"abc" is not the number of an entry.'), ("-1", '"-1" is not the number of an entry.'),
    ("99", "Entry 99 is not in the journal: it is still to come, or is not kept any more."),
])  # fmt: skip
def test_an_entry_that_is_not_there_is_named(show: Any, sandbox: SandboxControl, entry: str, words: str) -> None:
    show(f"sandboxes/{name_of(sandbox)}/journal?entry={entry}").sees("[role=alert]", words)


def test_the_journal_goes_on_after_a_restart_of_the_server(tmp_path: Path) -> None:
    """Another database: the sandbox is not there until its next request, and what was shown is not there any more."""
    name = "pk_test_again"
    server = Server(tmp_path / "one.db", "--rate-limits", "off").start()
    window = Browser()
    try:
        call(server, name, times=3)
        window.open(f"{server.url}/_foilmock/#token={TOKEN}")
        window.sees("h1", "Sandboxes")
        window.open(f"{server.url}/_foilmock/#/sandboxes/{name}/journal")
        window.sees("main", "3 requests shown")
        port = server.address[1]
        server.stop()
        window.sees("main", "Not connected; trying again")
        server.database = tmp_path / "two.db"
        server.start(port)
        window.sees("[role=status]", f'There is no sandbox "{name}"')
        window.sees("main", "0 requests shown")
        call(server, name)
        window.sees("main", "1 request shown")
        window.sees("[role=status]", "Live")
    finally:
        window.close()
        server.close()


def test_a_view_that_cannot_be_shown_appears_when_it_can(tmp_path: Path) -> None:
    server = Server(tmp_path / "one.db", "--rate-limits", "off").start()
    window = Browser()
    try:
        window.open(f"{server.url}/_foilmock/#token={TOKEN}")
        window.sees("h1", "Sandboxes")
        window.run("location.hash = '#/sandboxes/pk_test_later/journal'")
        window.sees("[role=alert]", "it opens with the first request")
        call(server, "pk_test_later")
        window.sees("main", "1 request shown")
        port = server.address[1]
        server.stop()
        window.run("location.hash = '#/sandboxes/pk_test_later/faults'")
        window.sees("[role=alert]", "The server does not answer")
        window.find("button", "Try again")
        server.start(port)
        window.sees("main", "Nothing goes wrong on purpose.")
    finally:
        window.close()
        server.close()


def test_a_journal_that_was_emptied_shows_what_comes_then(show: Any, served: Server, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal")
    browser.sees("main", "6 requests shown")
    sandbox.reset()
    browser.sees("main", "0 requests shown")
    browser.sees("[role=status]", "The journal began anew")
    call(served, name_of(sandbox), times=8)
    browser.sees("main", "8 requests shown")
    sandbox.reset()
    call(served, name_of(sandbox), times=2)
    browser.sees("main", "2 requests shown")


def test_an_entry_is_found_by_its_request_id(show: Any, served: Server, sandbox: SandboxControl) -> None:
    headers = {"X-API-Key": name_of(sandbox), "X-Request-ID": "mine-1"}
    httpx.get(f"{served.url}/api/v1/sdk/personas", headers=headers)
    browser = show(f"sandboxes/{name_of(sandbox)}/journal")
    browser.sees("main", "7 requests shown")
    browser.click("summary", "More filters")
    browser.write("input", "Request id", "mine-1")
    browser.press("Enter")
    browser.sees("main", "1 request shown")
    browser.click("a", "Entry 7")
    browser.sees(".detail dl", "mine-1")


def test_what_is_no_filter_leaves_the_address(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal?player=sam&colour=red&entry=2")
    browser.sees("[role=status]", 'The journal has no filter "colour"')
    browser.sees(".detail", "/init-session")
    assert browser.url.endswith("/journal?player=sam&entry=2")


def test_a_status_that_is_none_is_named_and_nothing_is_counted(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal")
    browser.sees("main", "6 requests shown")
    browser.write("input", "Status", "40x")
    browser.press("Enter")
    browser.sees("[role=alert]", '"status" of the query must be a status such as 404, or bounds such as 400-499, not "40x"')
    assert "requests shown" not in browser.text("main")


def test_an_expectation_takes_filters_that_are_not_applied_yet(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal")
    browser.click("summary", "Expect a number of such requests")
    browser.write("input", "Player", "nobody")
    browser.click("summary", "More filters")
    browser.write("input", "Duplicate", "false")
    browser.click("button", "Look")
    browser.sees("main", "0 requests match, not 1")


def test_escape_closes_an_entry(show: Any, sandbox: SandboxControl) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal?player=sam")
    browser.click("a", "Entry 3")
    browser.sees(".detail", "Why")
    assert browser.run("return document.activeElement.tagName") == "H2"
    browser.press("Escape")
    wait(lambda: "entry=" not in browser.url, "address without the entry")
    assert browser.run("return document.activeElement.textContent") == "3"


def test_the_list_has_the_whole_width_while_no_entry_is_chosen(show: Any, sandbox: SandboxControl) -> None:
    width = "return [...document.querySelectorAll('th')].find((head) => head.textContent === arguments[0]).offsetWidth"
    browser = show(f"sandboxes/{name_of(sandbox)}/journal")
    browser.sees("main", "6 requests shown")
    assert browser.run("return document.querySelector('.list').offsetWidth") > 1200
    assert browser.run(width, "Said") > 300
    browser.click("a", "Entry 3")
    browser.sees(".detail", "Why")
    assert browser.run(width, "Said") > 150
    assert browser.run("const list = document.querySelector('.list'); return list.scrollWidth - list.clientWidth") == 0


def call(server: Server, name: str, times: int = 1) -> None:
    wire = Wire(server.url, name)
    for _ in range(times):
        wire.personas()
    wire.close()
