"""What the page shows follows the server: after a hidden tab, a silence, changes from elsewhere, and removals."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from helpers.control import TOKEN, SandboxControl
from helpers.driver import Browser, wait
from helpers.page import browser, name_of, sandbox, served, session_of, show
from helpers.server import Server
from helpers.wire import Wire, answer

# The page's feeds by their Last-Event-ID, and how many have ended.
WATCH_FEEDS = """
  window.feeds = []; window.ended = 0;
  const real = window.fetch;
  window.fetch = (path, options) => {
    if (path.includes("/live")) {
      window.feeds.push(options.headers["Last-Event-ID"] ?? null);
      options.signal.addEventListener("abort", () => (window.ended += 1));
    }
    return real(path, options);
  };
"""


# MARK: The connection


def test_a_hidden_tab_has_no_feed_and_goes_on_where_it_was(show: Any, served: Server, sandbox: SandboxControl) -> None:
    browser = show("sandboxes")
    browser.run(WATCH_FEEDS)
    browser.run(f"location.hash = '#/sandboxes/{name_of(sandbox)}/journal'")
    browser.sees("main", "Live")
    browser.hide()
    wait(lambda: browser.run("return window.ended") == 1, "end of the feed")
    call(served, name_of(sandbox), 2)
    assert "6 requests shown" in browser.text("main")
    browser.hide(False)
    browser.sees("main", "8 requests shown")
    feeds = browser.run("return window.feeds")
    assert len(feeds) == 2 and feeds[1] is not None


def test_a_feed_that_is_silent_counts_as_broken(show: Any, sandbox: SandboxControl) -> None:
    states = show("sandboxes").promised(f"""
      const {{ follow }} = await import("/_foilmock/feed.js");
      const states = [];
      const stop = new AbortController();
      const state = (words) => states.push(words) > 1 && stop.abort();
      await follow("v1/sandboxes/{name_of(sandbox)}/journal/live", stop.signal, {{ state }}, null, 50);
      return states;
    """)
    assert states == ["Live", "Not connected; trying again"]


def test_a_server_that_stops_answering_is_noticed(tmp_path: Path) -> None:
    server = Server(tmp_path / "one.db").start()
    window = Browser()
    try:
        window.open(f"{server.url}/_foilmock/#token={TOKEN}")
        window.sees("h1", "Sandboxes")
        server.signal(signal.SIGSTOP)
        error = window.promised("""
          const { json } = await import("/_foilmock/api.js");
          return json("GET", "v1/sandboxes", { patience: 50 });
        """)
        assert error == "Error: The server has not answered for 0.05 s"
    finally:
        server.signal(signal.SIGCONT)
        window.close()
        server.close()


# MARK: Removals


@pytest.mark.parametrize("view", ["sessions", "limits", "clock", "faults", "fixtures", "chat", "chat?persona=warden&player=sam"])
def test_a_view_of_a_removed_sandbox_says_so_and_comes_back(
    show: Any, served: Server, sandbox: SandboxControl, view: str
) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/{view}")
    heading = browser.text("h1")
    sandbox.delete()
    browser.sees("[role=alert]", f'There is no sandbox "{name_of(sandbox)}"')
    assert "sam" not in browser.text("main")
    call(served, name_of(sandbox))
    browser.sees("h1", heading)


def test_an_open_entry_that_is_gone_leaves_and_the_one_of_its_number_comes(
    show: Any, served: Server, sandbox: SandboxControl
) -> None:
    browser = show(f"sandboxes/{name_of(sandbox)}/journal?entry=2")
    browser.sees(".detail", "/init-session")
    sandbox.delete("/journal")
    browser.sees(".detail [role=alert]", "Entry 2 is not in the journal: it is still to come, or is not kept any more.")
    call(served, name_of(sandbox), 2)
    browser.sees(".detail h2", "#2 GET /api/v1/sdk/personas")
    sandbox.delete()
    begin(served, name_of(sandbox), "Names")
    browser.sees(".detail h2", "#2 POST")


@pytest.mark.parametrize("change", ["state", "persona"])
def test_a_session_follows_a_load_of_the_fixtures(
    show: Any, served: Server, sandbox: SandboxControl, tmp_path: Path, change: str
) -> None:
    begin(served, name_of(sandbox), "Names")
    folder = Path(served.control.get("/fixtures")["source"]) / "personas/names"
    file = folder / "machines/names.json"
    text = file.read_text()
    browser = show(f"sandboxes/{name_of(sandbox)}/sessions/{session_of(sandbox, 'Names')['session_id']}")
    browser.sees("svg", "constructor")
    try:
        if change == "state":
            file.write_text(text.replace('"constructor"', '"renamed"'))
            browser.sees("[role=alert]", 'The machine names has no state "constructor" any more')
            browser.sees("svg", "renamed")
            browser.choose("State", "renamed")
            assert browser.run("return document.querySelector('[name=state]').value") == "renamed"
        else:
            shutil.move(folder, tmp_path / "away")
            browser.sees("[role=alert]", "is not there any more")
            browser.sees("main", "There is no graph.")
    finally:
        if change == "state":
            file.write_text(text)
        else:
            shutil.move(tmp_path / "away", folder)
    browser.sees("svg", "constructor")
    wait(lambda: "any more" not in browser.text("main"), "session whose state is there")


# MARK: Forms


def value(browser: Browser, form: str, name: str) -> str:
    code = "return document.querySelector(`form[aria-label='${arguments[0]}'] [name=${arguments[1]}]`).value"
    return browser.run(code, form, name)


def test_the_limits_form_follows_but_keeps_what_was_typed(show: Any, sandbox: SandboxControl) -> None:
    form = "Set the limits"
    browser = show(f"sandboxes/{name_of(sandbox)}/limits")
    browser.sees("main", "There are no limits.")
    browser.write(f"[aria-label='{form}'] input", "Others a minute", "9")
    sandbox.limit(5, 7, window="fixed", scope="account")
    browser.sees("main", "5 messages and 7 others a minute, fixed, all together")
    assert [value(browser, form, name) for name in ("messages_per_minute", "other_per_minute", "window", "scope")] == [
        "5", "9", "fixed", "account"]  # fmt: skip
    browser.click("button", "Set")
    browser.sees("main", "5 messages and 9 others a minute, fixed, all together")
    sandbox.limit(6, 8)
    wait(lambda: value(browser, form, "other_per_minute") == "8", "field that follows again")


def test_the_clock_form_keeps_what_was_not_touched(show: Any, sandbox: SandboxControl) -> None:
    form = "Set the clock"
    browser = show(f"sandboxes/{name_of(sandbox)}/clock")
    assert value(browser, form, "mode") == "real"
    sandbox.freeze(auto_advance_seconds=5)
    wait(lambda: value(browser, form, "mode") == "frozen" and value(browser, form, "auto") == "5", "form with the set clock")
    browser.write("input", "Retry-After is the wait times", "0.5")
    browser.click("button", "Set the clock")
    browser.sees("main dl", "0.5")
    clock = sandbox.get("/clock")
    assert (clock["mode"], clock["auto_advance_seconds"], clock["retry_after_scale"]) == ("frozen", 5, 0.5)
    browser.choose("Mode", "real")
    browser.click("button", "Set the clock")
    browser.sees("main dl", "real")
    assert sandbox.get("/clock")["auto_advance_seconds"] == 0
    sandbox.put("/seed", {"seed": 77})
    wait(lambda: value(browser, "Set the seed", "seed") == "77", "seed that was set elsewhere")


def test_only_what_came_of_the_last_action_is_said(show: Any, sandbox: SandboxControl) -> None:
    sandbox.freeze()
    browser = show(f"sandboxes/{name_of(sandbox)}/clock")
    browser.write("[aria-label='Advance by seconds'] input", "Seconds", "1e12")
    browser.click("button", "Advance")
    browser.sees("[role=alert]", "must be between 0 and 3155760000, not 1000000000000")
    browser.click("button", "+ 1 day")
    browser.sees("main dl", "2026-03-11 12:00:00 UTC")
    assert browser.run("return [...document.querySelectorAll('[role=alert]')].every((place) => place.hidden)")
    browser.click("button", "Set the clock")
    browser.sees(".toast", "The clock is set")
    browser.click("button", "Advance")
    browser.sees("[role=alert]", "must be between")
    assert browser.text(".toast") == ""


def test_what_is_typed_outlasts_a_change_of_the_token(tmp_path: Path) -> None:
    server = Server(tmp_path / "one.db", token="the-first-token").start()
    window = Browser()
    try:
        call(server, "pk_test_kept")
        window.open(f"{server.url}/_foilmock/#token=the-first-token")
        window.sees("h1", "Sandboxes")
        window.run("location.hash = '#/sandboxes/pk_test_kept/faults'")
        window.choose("Kind", "patch")
        window.write("textarea", "Merge patch", '{"typed": 1}')
        port = server.address[1]
        server.stop()
        again = Server(tmp_path / "one.db", token="the-second-token")
        server = again.start(port)
        window.sees("[role=alert]", "The server has another token now")
        window.write("input", "Token", " the-second-token ")
        window.click("button", "Open")
        window.sees("h1", "Faults")
        wait(lambda: value(window, "Set a fault", "patch") == '{"typed": 1}', "what was typed")
    finally:
        window.close()
        server.close()


def call(server: Server, name: str, times: int = 1) -> None:
    wire = Wire(server.url, name)
    for _ in range(times):
        wire.personas()
    wire.close()


def begin(server: Server, name: str, persona: str) -> None:
    """The player has the persona's name."""
    wire = Wire(server.url, name)
    found = next(one["id"] for one in answer(wire.personas()) if one["name"] == persona)
    answer(wire.begin(found, user_session_id=persona))
    wire.close()
