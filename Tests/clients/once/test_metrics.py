"""Metrics: both ways to read them, their form as promtool checks it, and the pages that name them."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from helpers.control import TOKEN
from helpers.server import Server

ROOT = Path(__file__).parents[3]
PROMTOOL = ROOT / ".build/tools/promtool"
"""Which `make clients` takes out of Debian's package."""


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[Server]:
    """A server that serves metrics on a port of its own too."""
    server = Server(tmp_path / "metrics.db", "--metrics-listen", "127.0.0.1:0", "--ready-file", str(tmp_path / "ready"))
    try:
        yield server.start()
    finally:
        server.close()


def listener(server: Server) -> str:
    ready = json.loads((server.database.parent / "ready").read_text())
    return str(ready["metrics_url"])


def page(server: Server) -> str:
    response = httpx.get(f"{server.url}/_foilmock/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200, response.text
    return response.text


def use(server: Server) -> None:
    """A few requests of each kind, so that every metric has a sample."""
    with httpx.Client(base_url=server.url, headers={"X-API-Key": "pk_test_metrics"}) as client:
        persona = client.get("/api/v1/sdk/personas").json()[0]["id"]
        chat = f"/api/v1/sdk/chat/{persona}"
        player = {"user_session_id": "p", "player_name": "P", "player_gender": "female"}
        assert client.post(f"{chat}/init-session", json=player).status_code == 200
        for _ in range(31):
            client.post(f"{chat}/message", json={"message": "hm", "user_session_id": "p"})
    server.control.sandbox("pk_test_metrics").post("/faults", {"kind": "status", "status": 502})
    httpx.get(f"{server.url}/api/v1/sdk/personas", headers={"X-API-Key": "pk_test_metrics"})


def names(text: str) -> set[str]:
    return set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))


def test_promtool_finds_no_mistake_in_the_page(measured: Server) -> None:
    use(measured)
    checked = subprocess.run([PROMTOOL, "check", "metrics"], input=page(measured), text=True, capture_output=True)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_port_of_its_own_has_the_same_page_without_a_token(measured: Server) -> None:
    use(measured)
    response = httpx.get(listener(measured))
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert names(response.text) == names(page(measured))


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        ("GET", "/metrics", None, 200),
        ("HEAD", "/metrics", None, 200),
        ("GET", "/metrics", "localhost", 200),
        ("GET", "/metrics", "evil.example", 403),
        ("POST", "/metrics", None, 405),
        ("GET", "/", None, 404),
        ("GET", "/api/v1/sdk/personas", None, 404),
        ("GET", "/_foilmock/v1/sandboxes", None, 404),
    ],
)
def test_the_port_of_its_own_serves_nothing_else(
    measured: Server, method: str, path: str, host: str | None, status: int
) -> None:
    base = listener(measured).removesuffix("/metrics")
    response = httpx.request(method, f"{base}{path}", headers={"Host": host} if host else {})
    assert response.status_code == status


def test_a_port_in_use_ends_the_start_with_the_remedy(measured: Server, tmp_path: Path) -> None:
    address = listener(measured).removeprefix("http://").removesuffix("/metrics")
    second = Server(tmp_path / "second.db", "--metrics-listen", address)
    with pytest.raises(AssertionError):
        second.start()
    assert second.wait() == 1
    assert "choose another place with --metrics-listen" in second.errors.read_text()


def test_the_docs_list_every_metric_and_no_other(measured: Server) -> None:
    use(measured)
    text = (ROOT / "docs/metrics.md").read_text()
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == names(page(measured))


def test_the_dashboard_asks_for_metrics_that_exist(measured: Server) -> None:
    use(measured)
    dashboard = json.loads((ROOT / "config/grafana.json").read_text())
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\b(?:foilmock|process)_\w+", target["expr"])
    }
    kept = names(page(measured))
    known = kept | {f"{name}_{end}" for name in kept for end in ("bucket", "sum", "count")}
    assert asked <= known, asked - known
