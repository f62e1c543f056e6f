"""A page in a real browser: Chromium without a window, on a server of its own and so of another origin."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PAGE = Path(__file__).with_name("page.html")
# Chromium takes one or two of them.
TIMEOUT = 20

OPTIONS = [
    "--headless=new",
    # Tests run as root in containers, where Chromium's sandbox does not start. The page is the tests' own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Only the loopback can be reached: neither the maker's servers nor a proxy.
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def visit(folder: Path, values: dict[str, str]) -> dict[str, Any]:
    """Opens the page with the values, and returns the page's results."""
    with PageServer() as pages:
        # Not 127.0.0.1, where the API is: so the page is of another site too.
        address = f"http://localhost:{pages.server_port}/?{urlencode(values)}"
        errors = folder / "chromium.stderr"
        with errors.open("wb") as output:
            browser = start(folder, address, output)
            try:
                pages.came.wait(TIMEOUT)
            finally:
                os.killpg(browser.pid, signal.SIGKILL)
                browser.wait()
        assert pages.results is not None, f"the page told nothing; the end of Chromium's words: {errors.read_text()[-2000:]}"
        return pages.results


def start(folder: Path, address: str, output: Any) -> subprocess.Popen[bytes]:
    program = shutil.which("chromium")
    assert program, "chromium is not installed; 'make clients' installs it"
    # All processes of the browser are in one group, which ends even if these tests are killed.
    guard = ["timeout", "--signal=KILL", str(2 * TIMEOUT)]
    return subprocess.Popen(
        [*guard, program, *OPTIONS, f"--user-data-dir={folder / 'profile'}", address],
        # Chromium writes into both folders, whatever its options.
        env=os.environ | {"HOME": str(folder), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


class PageServer(ThreadingHTTPServer):
    """Serves the page and takes its results."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), PageHandler)
        self.came = threading.Event()
        self.results: dict[str, Any] | None = None

    def __enter__(self) -> PageServer:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class PageHandler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        is_page = self.path.startswith("/?")
        self.reply(200 if is_page else 404, PAGE.read_bytes() if is_page else b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(200, b"")
        self.server.results = json.loads(body)
        self.server.came.set()

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
