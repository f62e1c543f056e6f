"""A journal has all requests; two fresh processes give the same answers again, to the byte."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers import town
from helpers.pictures import JPEG
from helpers.server import Server, command

from once.test_creator import PORTER

ROOT = Path(__file__).parents[3]
KEY = "pk_test_replay"
LIVE = "pk_live_of_the_replay"
TOKEN = "token-of-the-replay"
HANDSHAKE = "ft_sk_of_the_replay"
CONNECTOR = "ftc_live_of_the_replay"
ACCOUNTS = {
    "accounts": [
        {
            "name": "studio",
            "keys": [LIVE],
            "directives": True,
            "handshake_keys": [{"key": HANDSHAKE, "persona": "maya", "machine": "dm", "credits": 2}],
            "connector_tokens": [{"token": CONNECTOR, "persona": "maya", "machine": "dm", "credits": 4}],
            "users": [{"id": "00000000-0000-4000-8000-0000000000f1", "token": TOKEN}],
        }
    ]
}
SECRETS = [LIVE, TOKEN, HANDSHAKE, CONNECTOR, "sk-model-secret"]


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    folder = tmp_path / "fixtures"
    subprocess.run(["cp", "-r", str(ROOT / "fixtures"), str(folder)], check=True)
    town.write(folder / "accounts.json", ACCOUNTS)
    return folder


class Caller:
    """Calls of every API, each of which may be refused."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url, timeout=10.0)
        self.control = server.control

    def call(self, method: str, path: str, key: str | None = KEY, **content: Any) -> httpx.Response:
        fields = {"X-API-Key": key} if key else {}
        return self.http.request(method, path, headers=fields | content.pop("headers", {}), **content)

    def user(self, method: str, path: str, **content: Any) -> httpx.Response:
        return self.call(method, path, None, headers={"Authorization": f"Bearer {TOKEN}"}, **content)

    def sdk(self) -> None:
        personas = self.call("GET", "/api/v1/sdk/personas").json()
        for persona in personas:
            chat = f"/api/v1/sdk/chat/{persona['id']}"
            player = {"user_session_id": "sam", "player_name": "Sam", "player_gender": "female"}
            self.call("POST", f"{chat}/init-session", json=player)
            for line in ["What do you recommend?", "I heard you have something rare for sale.", "gold", "idiot", "ünïcode …"]:
                self.call("POST", f"{chat}/message", json=player | {"message": line})
                self.call("POST", f"{chat}/message/stream", json=player | {"message": line})
            for look in ("session", "history", "machines"):
                self.call("GET", f"{chat}/{look}", params={"user_session_id": "sam"})
        chat = f"/api/v1/sdk/chat/{personas[0]['id']}"
        self.call("POST", f"{chat}/reset", params={"user_session_id": "sam"})
        self.call("POST", f"{chat}/init-session", json=player)
        for directive in ["[[error 500 x1]] hm", "[[error 500 x1]] hm", "[[delay 10ms]] hm", "[[drop after 2]] hm",
                          "[[stream_error]] hm", "[[nonsense]] hm"]:
            line = player | {"message": directive}
            verb = "message/stream" if "drop" in directive or "stream" in directive else "message"
            try:
                self.call("POST", f"{chat}/{verb}", json=line)
            except httpx.RemoteProtocolError:
                assert "drop" in directive
        self.call("POST", f"{chat}/message", content=b'{"message": "half')
        self.call("POST", f"{chat}/message", content=b"\xff\xfe")
        self.call("POST", f"{chat}/message", content=b"x" * (1 << 21))
        self.call("POST", f"{chat}/message", json=player, headers={"X-LLM-API-Key": "sk-model-secret-overloaded"})
        self.call("PUT", f"{chat}/message")
        self.call("OPTIONS", f"{chat}/message", headers={
            "Origin": "http://game.example", "Access-Control-Request-Method": "POST"})
        self.call("GET", "/api/v1/sdk/personas", headers={"Origin": "http://game.example"})
        self.call("HEAD", "/api/v1/sdk/personas")
        for key in (None, "pk_live_of_nobody", LIVE):
            self.call("GET", "/api/v1/sdk/personas", key)
        self.call("GET", "/nothing/at/all", params={"api_key": LIVE})

    def web(self) -> None:
        persona = self.call("GET", "/api/v1/sdk/personas").json()[0]["id"]
        for call, path in ((self.call, "/@cart"), (self.user, "")):
            chat = f"{path}/api/v1/chat/{persona}"
            fields = {} if path == "" else {"key": None}
            call("POST", f"{chat}/init-session", json={
                "user_session_id": "web", "player_name": "Kim", "player_gender": "male"}, **fields)
            call("POST", f"{chat}/message", json={"user_session_id": "web", "message": "hello"}, **fields)
            call("GET", f"{chat}/history", params={"user_session_id": "web"}, **fields)
        self.user("GET", "/api/v1/auth/me")
        self.user("POST", "/api/v1/auth/migrate-progress", params={"persona_id": persona}, json={"user_session_id": "web"})

    def creator(self) -> None:
        saved = self.user("POST", "/api/v1/creator/save", json=PORTER)
        assert saved.status_code == 200, saved.text
        persona = saved.json()["persona"]["id"]
        self.user("GET", f"/api/v1/personas/{persona}/full")
        self.user("POST", f"/api/v1/personas/{persona}/publish")
        made = self.user("POST", "/api/v1/sdk/api-keys", json={"name": "game"}).json()
        SECRETS.append(made["key"])
        begun = self.call("POST", f"/api/v1/sdk/chat/{persona}/init-session", made["key"], json={
            "user_session_id": "sam", "player_name": "Sam", "player_gender": "female"})
        assert begun.status_code == 200, begun.text
        self.user("DELETE", f"/api/v1/sdk/api-keys/{made['id']}")
        self.call("GET", "/api/v1/sdk/personas", made["key"])
        self.user("DELETE", f"/api/v1/personas/{persona}")

    def handshake(self) -> None:
        for key in (HANDSHAKE, "ft_sk_test_replay"):
            for target in ("@ann", "@bob", "@cyd"):
                self.call("POST", "/api/v1/bot/action", key, data={"target": target, "own_username": "@me", "action": "OUTREACH"})
                self.call("POST", "/api/v1/bot/chat", key, files={
                    "target": (None, target), "own_username": (None, "@me"), "message": (None, "hello ünï"), "token": (None, "hush-hush-hush")})
            self.call("POST", "/api/v1/bot/chat", key, data={"target": "@ann"})
            sent = self.call("POST", "/api/v1/bot/upload", key, files={"file": ("a.jpg", JPEG + bytes(range(256)))})
            self.call("GET", "/api/" + sent.json()["url"].split("/api/", 1)[1], None)
        self.call("POST", "/api/v1/bot/chat", "ft_sk_nobody", data={"target": "@ann"})

    def characters(self) -> None:
        for token in (CONNECTOR, "ftc_test_replay"):
            for mode in ("live", "sandbox", "mock"):
                self.characters_of(token, mode)
        self.call("GET", "/api/v1/characters/self-test", None, headers={"X-Connector-Token": "ftc_live_of_nobody"})

    def characters_of(self, token: str, mode: str) -> None:
        def call(method: str, path: str, **content: Any) -> httpx.Response:
            fields = {"X-Connector-Token": token, "X-FluidTalk-Mode": mode}
            return self.call(method, f"/api/v1/characters/{path}", None, headers=fields, **content)

        lead = {"platform": "instagram", "handle": "ann" if mode == "live" else "test_ann"}
        call("POST", "triggers", json=lead | {"event_id": "outreach", "external_event_id": "t1"})
        for message in ("hello ünï", "hello ünï", "hello ünï", "send me a pic", ""):
            call("POST", "chat", json=lead | {"message": message})
        call("POST", "events", json=lead | {"event_type": "purchase", "external_event_id": "p1", "amount": 9.5})
        sent = call("POST", "inbound-media", json={
            "platform": "instagram", "data_b64": base64.b64encode(JPEG + bytes(range(256))).decode()})
        if sent.status_code == 200:
            self.call("GET", "/api/" + sent.json()["data"]["url"].split("/api/", 1)[1], None)
        call("POST", "followups/sweep", json={"platform": "instagram", "idle_hours": 0})
        listed = call("GET", "followups", params={"platform": "instagram"})
        for item in listed.json().get("data", {}).get("followups", []):
            call("POST", f"followups/{item['id']}/ack")
        call("GET", "self-test")
        call("GET", "nothing")

    def controls(self) -> None:
        sandbox = self.control.sandbox(KEY)
        sandbox.put("/seed", {"seed": 7})
        sandbox.put("/clock", {"mode": "offset", "at": "2030-01-01T00:00:00Z"})
        self.sdk()
        sandbox.freeze(auto_advance_seconds=1.5)
        sandbox.limit(2, 3)
        self.sdk()
        sandbox.advance(61)
        self.sdk()
        sandbox.reset()
        self.sdk()
        self.control.delete("/sandboxes/cart")
        assert self.control.http.put(f"/sandboxes/{KEY}/seed", content=b'{"sede": 1}').status_code == 400


@pytest.fixture
def recorded(launch: Callable[..., Server], fixtures: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A journal of calls of every API and of one sandbox, and its fixtures."""
    journal = tmp_path / "journal.jsonl"
    server = launch("recorded", "--fixtures", str(fixtures), "--journal", str(journal))
    caller = Caller(server)
    for part in (caller.sdk, caller.web, caller.creator, caller.handshake, caller.characters, caller.controls):
        part()
    # Bytes that are no HTTP, and a client that leaves before its answer.
    with socket.create_connection(server.address) as client:
        client.sendall(b"POST /api/v1/sdk/personas HTTP/1.1\r\nHost: x\r\nX-API-Key: pk_test_replay\r\nContent-Length: x\r\n\r\n")
        assert client.recv(1000)
    export = tmp_path / "export.jsonl"
    export.write_text(caller.control.http.get(f"/sandboxes/{KEY}/journal", params={"format": "jsonl"}).text)
    assert server.stop() == 0
    return journal, fixtures


def replay(journal: Path, fixtures: Path) -> subprocess.CompletedProcess[str]:
    return command("replay", str(journal), "--fixtures", str(fixtures))


def lines(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


def test_every_api_answers_the_same_again_in_two_fresh_processes(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    journal, fixtures = recorded
    header, *entries = [line for line in lines(journal) if "foilmock" in line or "request" in line]
    assert (header["format"], header["whole"]) == (1, True)
    assert [entry["arrival"] for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry["kind"] for entry in entries} == {"request", "control", "refused"}
    routes = {entry["route"].split(" ")[1].split("/")[3] for entry in entries if entry["route"]}
    assert {"sdk", "chat", "auth", "creator", "personas", "bot", "characters", "sandboxes"} <= routes
    decisions = {entry["decision"] for entry in entries}
    assert {"pass", "redirect", "kick_out"} <= decisions
    statuses = {entry["response"]["status"] for entry in entries}
    assert {200, 204, 400, 401, 402, 404, 405, 413, 422, 429, 500, 502} <= statuses, statuses
    results = [replay(journal, fixtures) for _ in range(2)]
    for result in results:
        assert result.returncode == 0, result.stdout + result.stderr
        assert result.stdout == f"{len(entries)} requests sent again, 0 answered otherwise\n"


def test_the_export_of_a_sandbox_is_answered_the_same_again(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    result = replay(tmp_path / "export.jsonl", recorded[1])
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.endswith(" requests sent again, 0 answered otherwise\n")


def test_no_secret_stands_in_a_journal(recorded: tuple[Path, Path]) -> None:
    text = recorded[0].read_text()
    for secret in [*SECRETS, "hush-hush-hush", "control-token-of-tests"]:
        assert secret not in text, secret


def test_what_was_changed_afterwards_is_told(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    journal, fixtures = recorded
    changed = tmp_path / "changed.jsonl"
    text = journal.read_text()
    assert '"decision":"kick_out"' in text
    changed.write_text(text.replace('"decision":"kick_out"', '"decision":"pass"', 1))
    result = replay(changed, fixtures)
    assert result.returncode == 1
    first, was, now, summary = result.stdout.splitlines()
    assert first.startswith("entry ") and first.endswith(": decision")
    assert (was, now) == ("  was pass", "  now kick_out")
    assert summary.endswith(" 1 answered otherwise")
    # A lost request changes the answers after it.
    entries = [line for line in text.splitlines() if '"message":"What do you recommend?"' not in line]
    changed.write_text("\n".join(entries) + "\n")
    assert replay(changed, fixtures).returncode == 1


def test_other_fixtures_are_refused(recorded: tuple[Path, Path]) -> None:
    result = command("replay", str(recorded[0]))
    assert (result.returncode, result.stdout) == (2, "")
    assert "the journal was written with other fixtures" in result.stderr


def test_a_torn_last_line_is_left_out_and_told(recorded: tuple[Path, Path]) -> None:
    journal, fixtures = recorded
    whole = journal.read_bytes()
    journal.write_bytes(whole[: whole.rstrip().rfind(b"\n") + 100])
    result = replay(journal, fixtures)
    assert result.returncode == 0
    assert f"line {len(whole.splitlines())} was left out: it is not whole\n" in result.stdout


def test_what_cannot_be_replayed_is_no_difference(tmp_path: Path) -> None:
    for text in ("", "{}\n", '{"foilmock":"0.1.0","format":99}\n'):
        journal = tmp_path / "journal.jsonl"
        journal.write_text(text)
        assert command("replay", str(journal)).returncode == 2
    assert command("replay", str(tmp_path)).returncode == 2
    assert command("replay").returncode == 64


def test_a_journal_that_cannot_be_written_keeps_the_server_from_starting() -> None:
    result = command("serve", "--port", "0", "--db", ":memory:", "--journal", "/dev/null/journal")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: the journal /dev/null/journal cannot be written: ")


def test_a_client_that_leaves_has_not_been_answered(launch: Callable[..., Server], tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    server = launch("left", "--journal", str(journal), "--tokens-per-second", "20")
    http = httpx.Client(base_url=server.url, headers={"X-API-Key": KEY})
    persona = http.get("/api/v1/sdk/personas").json()[0]["id"]
    player = {"user_session_id": "sam", "player_name": "Sam", "player_gender": "female"}
    http.post(f"/api/v1/sdk/chat/{persona}/init-session", json=player)
    with http.stream("POST", f"/api/v1/sdk/chat/{persona}/message/stream", json=player | {"message": "hm"}) as stream:
        assert next(stream.iter_raw())
    sandbox = server.control.sandbox(KEY)
    while sandbox.get("/journal", limit=1, after=2)["entries"][0]["delivered"] is None:
        pass
    assert sandbox.get()["journal"] == {"requests": 3, "errors": 0, "duplicates": 0, "unanswered": 1, "kept": 3}
    server.stop()
    last = lines(journal)[-1]
    assert (last["arrival"], last["delivered"]) == (3, "aborted")
    assert last["latency_ns"] > 0
