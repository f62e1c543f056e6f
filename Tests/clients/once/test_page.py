"""The page at /_foilmock/ in Chromium: its files, all its views, who may see it, and the views of the whole server.

FOILMOCK_PICTURES names a folder for pictures of all views, which people look at.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers import axe
from helpers.control import TOKEN, SandboxControl
from helpers.driver import Browser, wait
from helpers.page import MARKUP, ROOT, ROUTE, browser, name_of, sandbox, served, session_of, show
from helpers.server import Server
from helpers.wire import Wire, answer

FILES = sorted((ROOT / "Sources/Embedded/page").iterdir())
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


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


def test_the_address_without_a_slash_leads_to_the_page(served: Server, show: Any) -> None:
    found = httpx.get(f"{served.url}/_foilmock")
    assert (found.status_code, found.headers["location"]) == (307, "_foilmock/")
    assert httpx.get(f"{served.url}/_foilmock", headers={"Host": "evil.example"}).status_code == 403
    browser = show("sandboxes")
    browser.open(f"{served.url}/_foilmock#/metrics")
    browser.sees("h1", "Metrics")
    assert browser.url == f"{served.url}/_foilmock/#/metrics"


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
        browser.sees("[role=alert]", "That token is not the server's")
        browser.open(f"{served.url}/_foilmock/#/metrics#token={TOKEN}")
        browser.sees("h1", "Metrics")
        assert browser.url.endswith("/_foilmock/#/metrics")
        browser.open(f"{served.url}/_foilmock/#token={TOKEN}")
        browser.sees("h1", "Sandboxes")
        assert TOKEN not in browser.url
        browser.run("location.reload()")
        browser.sees("h1", "Sandboxes")
    finally:
        browser.close()


def test_another_token_after_a_restart_is_told(tmp_path: Path) -> None:
    server = Server(tmp_path / "one.db", token="the-first-token").start()
    window = Browser()
    try:
        window.open(f"{server.url}/_foilmock/#token=the-first-token")
        window.sees("h1", "Sandboxes")
        port = server.address[1]
        server.stop()
        again = Server(tmp_path / "one.db", token="the-second-token")
        server = again.start(port)
        window.sees("[role=alert]", "The server has another token now")
    finally:
        window.close()
        server.close()


@pytest.mark.parametrize("token", ["€" * 9, "a" * 201, "short", "%", "a%0d%0abcdefghi"])
def test_a_token_that_cannot_be_one_is_asked_for_again(served: Server, token: str) -> None:
    window = Browser()
    try:
        window.open(f"{served.url}/_foilmock/#token={token}")
        window.sees("h1", "The control token")
        window.sees("[role=alert]", "That token is not the server's")
        assert "token=" not in window.url
        window.write("input", "Token", f" {TOKEN} ")
        window.click("button", "Open")
        window.sees("h1", "Sandboxes")
    finally:
        window.close()


# MARK: The whole server


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
    # What came in between would be kept.
    assert [entry["request"]["path"].rsplit("/", 1)[1] for entry in new.get("/journal", control="true")["entries"]] in ([], ["advance"])
    assert new.get()["clock"]["mode"] == "real"
    new.delete()


def test_an_error_does_not_turn_what_follows(show: Any) -> None:
    show("sandboxes/%E2%80%AEabc/faults").sees(".error", "U+202Eabc")


def test_a_step_in_a_path_is_no_name(show: Any) -> None:
    show("sandboxes/../journal").sees("[role=alert]", 'Nothing is called ".."')


def test_metrics_are_shown_at_a_glance(show: Any, sandbox: SandboxControl) -> None:
    browser = show("metrics")
    browser.sees("main", "Turns")
    browser.sees("tbody", ROUTE)
    browser.sees("main", "A second, now")
    assert "/_foilmock" not in browser.text("tbody")
    browser.click("input", "with the control API, which this page calls too")
    browser.sees("tbody", "GET /_foilmock/metrics")
    assert browser.url.endswith("/metrics?control=true")


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
