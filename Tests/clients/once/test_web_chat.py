"""The web chat page's own example, its requests byte for byte but for host and persona."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import httpx

from helpers.server import Server
from helpers.wire import PLAYER, answer, refusal

JSON = {"Content-Type": "application/json"}


def trader(server: Server, launch_key: str) -> str:
    personas = answer(httpx.get(f"{server.url}/api/v1/sdk/personas", headers={"X-API-Key": launch_key}))
    return next(persona["id"] for persona in personas if persona["name"] == "Hollow Market Trader")


def test_full_conversation_flow(launch: Callable[..., Server], key: str) -> None:
    server = launch("web")
    chat = f"{server.url}/api/v1/chat/{trader(server, key)}"

    # 1. Initialize the session
    body = """{
    "user_session_id": "player-session-001",
    "player_name": "Alex",
    "player_gender": "non-binary"
  }"""
    begun = answer(httpx.post(f"{chat}/init-session", headers=JSON, content=body))
    assert begun == {
        "message": "Well, well... another traveler. What brings you to the Hollow Market, Alex?",
        "session_id": str(uuid.UUID(begun["session_id"])),
        "user_session_id": "player-session-001",
        "persona_name": "Hollow Market Trader",
        "persona_description": begun["persona_description"],
        "player_name": "Alex",
        "player_gender": "non-binary",
        "machine_id": str(uuid.UUID(begun["machine_id"])),
    }

    # 2. Send a message
    body = """{
    "message": "I heard you have something rare for sale.",
    "user_session_id": "player-session-001"
  }"""
    assert answer(httpx.post(f"{chat}/message", headers=JSON, content=body)) == {
        "message": "Rare? Everything here is rare, friend. But the real question is — can you afford it? "
        "Not everything costs gold.",
        "current_state": "negotiation",
        "score": 1,
        "outcome": None,
        "decision": "pass",
        "follow_up": True,
        "redirect_count": 0,
        "session_id": begun["session_id"],
        "scoring_mode": "scoring",
        "machine_completed": False,
        "unlocked_machines": [],
    }
    player = {"user_session_id": "player-session-001"}
    assert len(answer(httpx.get(f"{chat}/history", params=player))["messages"]) == 3
    assert answer(httpx.post(f"{chat}/reset", params=player))["session_id"] == "player-session-001"
    assert refusal(httpx.get(f"{chat}/history", params=player), 404)


def test_a_user_comes_with_a_signed_token(launch: Callable[..., Server], key: str, tmp_path: Path) -> None:
    secret = "a secret of some thirty-two bytes"
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"jwt_secret": secret, "web_auth": "required"}))
    server = launch("signed", "--config", str(settings), "--log", "text")
    chat = f"{server.url}/api/v1/chat/{trader(server, key)}"

    def call(route: str, token: str | None) -> httpx.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.post(f"{chat}/{route}", headers=headers, json=PLAYER)

    claims = {"sub": str(uuid.uuid4()), "email": "dev@example.com", "user_metadata": {"full_name": "Dev"}}
    good = signed(claims | {"exp": int(time.time()) + 60}, secret)
    assert answer(call("init-session", good))["player_name"] == "Alex"
    me = answer(httpx.get(f"{server.url}/api/v1/auth/me", headers={"Authorization": f"Bearer {good}"}))
    assert me == {"id": claims["sub"], "email": "dev@example.com", "display_name": "Dev"}
    for token in [None, signed(claims | {"exp": int(time.time()) - 60}, secret), signed(claims, "another secret")]:
        assert "token" in refusal(call("init-session", token), 401)

    server.stop()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("signed*"))
    assert b"init-session" in kept
    assert secret.encode() not in kept and good.encode() not in kept


def signed(claims: dict, secret: str) -> str:
    def encode(raw: bytes) -> bytes:
        return base64.urlsafe_b64encode(raw).rstrip(b"=")

    parts = encode(b'{"alg":"HS256","typ":"JWT"}') + b"." + encode(json.dumps(claims).encode())
    return (parts + b"." + encode(hmac.new(secret.encode(), parts, hashlib.sha256).digest())).decode()
