"""A browser that a test drives as a person would: Chromium without a window, by Debian's chromedriver (WebDriver)."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from helpers.browser import OPTIONS

TIMEOUT = 20.0
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c"}

#: What a selector and a text find: the innermost visible element that has this accessible name or text.
FIND = """
const [selector, text] = arguments;
const name = (e) => (e.getAttribute("aria-label") ?? e.textContent).trim().replace(/\\s+/g, " ");
const labelled = (e) => [...(e.labels ?? [])].some((label) => name(label) === text);
return [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility())
  .filter((e) => text === null || name(e) === text || labelled(e));
"""


class Browser:
    """One window. Its colour scheme and size are those of the test; what it wrote to its console is in `console()`."""

    def __init__(self, scheme: str = "light", width: int = 1280) -> None:
        driver = shutil.which("chromedriver")
        assert driver, "chromedriver is not installed; 'make clients' installs it"
        # Not a folder of pytest: Chromium makes a socket in it, whose path can have 107 bytes.
        self._place = tempfile.TemporaryDirectory(prefix="page", ignore_cleanup_errors=True)
        folder = self._place.name
        self._log = (Path(folder) / "chromedriver.log").open("w+b")
        self._process = subprocess.Popen(
            [driver, "--port=0"], stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True,
            # Chromium writes into both folders, whatever its options.
            env=os.environ | {"HOME": folder, "TMPDIR": folder},
        )  # fmt: skip
        self._http = httpx.Client(base_url=self._address(), timeout=TIMEOUT, trust_env=False)
        options = {"args": [*OPTIONS, "--hide-scrollbars"], "binary": shutil.which("chromium")}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self._session = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        self._devtools("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self._devtools("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})

    def close(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._http.close()
        self._log.close()
        self._place.cleanup()

    # MARK: What a person does

    def open(self, url: str) -> None:
        """Opens a page anew, also where the address differs in its fragment alone. The tab stays, and so its storage."""
        self._call("POST", "/url", {"url": "about:blank"})
        self._call("POST", "/url", {"url": url})

    def click(self, selector: str, text: str | None = None) -> None:
        self._call("POST", f"/element/{self.find(selector, text)}/click", {})

    def write(self, selector: str, label: str, text: str) -> None:
        """Writes into the field with that label, in place of what is there."""
        element = self.find(selector, label)
        self._call("POST", f"/element/{element}/clear", {})
        self._call("POST", f"/element/{element}/value", {"text": text})

    def choose(self, label: str, option: str) -> None:
        """Chooses an option, by its value, of the list with that label."""
        self.run(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', {bubbles: true}));",
            {ELEMENT: self.find("select", label)}, option,
        )  # fmt: skip

    def press(self, *keys: str) -> None:
        """Presses keys one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def hide(self, is_hidden: bool = True) -> None:
        """As if another tab were in front, which hides no page without a window."""
        self.run(
            "Object.defineProperty(document, 'hidden', {value: arguments[0], configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'));",
            is_hidden,
        )  # fmt: skip

    # MARK: What a person sees

    def find(self, selector: str, text: str | None = None) -> str:
        """The one visible element that the selector finds, with that text, name or label; waits for it."""
        found: list[dict[str, str]] = wait(lambda: self.run(FIND, selector, text), f"{selector} {text!r} in {self.url}")
        return found[0][ELEMENT]

    def sees(self, selector: str, text: str) -> None:
        """Waits until the text is within what the selector finds."""
        code = "return [...document.querySelectorAll(arguments[0])].some((e) => (e.innerText ?? e.textContent).includes(arguments[1]))"
        wait(lambda: self.run(code, selector, text), f"{text!r} in {selector} of {self.url}, which has {self.text()!r}")

    def text(self, selector: str = "body") -> str:
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    @property
    def url(self) -> str:
        return self.run("return location.href")

    def run(self, code: str, *arguments: Any) -> Any:
        """The value of JavaScript in the page."""
        return self._call("POST", "/execute/sync", {"script": code, "args": list(arguments)})

    def promised(self, code: str) -> Any:
        """The value of a promise that JavaScript makes in the page."""
        script = f"const done = arguments[0]; (async () => {{ {code} }})().then(done, (error) => done(String(error)));"
        return self._call("POST", "/execute/async", {"script": script, "args": []})

    def console(self) -> list[str]:
        """What the page wrote to its console since the last call."""
        return [f"{entry['level']}: {entry['message']}" for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def picture(self, file: Path) -> None:
        """The whole page as a PNG."""
        shot = self._devtools("Page.captureScreenshot", {"captureBeyondViewport": True})
        file.write_bytes(base64.b64decode(shot["data"]))

    # MARK: WebDriver

    def _devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self._send(method, f"/session/{self._session}{path}", body)

    def _send(self, method: str, path: str, body: Any) -> Any:
        answer = self._http.request(method, path, json=body)
        value = answer.json()["value"]
        assert answer.status_code == 200, f"{path}: {value['error']}: {value['message'][:1000]}"
        return value

    def _address(self) -> str:
        def port() -> str | None:
            text = Path(self._log.name).read_text(errors="replace")
            return text.split("started successfully on port ")[1].split(".")[0] if "started successfully" in text else None

        return f"http://127.0.0.1:{wait(port, 'chromedriver')}"


def wait(look: Callable[[], Any], what: str) -> Any:
    """The first result of looking that is true."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"there is no {what}")
