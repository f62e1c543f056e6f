"""The API without a client: the bytes of requests and answers."""

from __future__ import annotations

from typing import Any

import httpx

SDK = "/api/v1/sdk"
PLAYER = {"user_session_id": "player-001", "player_name": "Alex", "player_gender": "non-binary"}


class Wire:
    def __init__(self, url: str, key: str | None) -> None:
        headers = {} if key is None else {"X-API-Key": key}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=10.0)

    def personas(self) -> httpx.Response:
        return self.http.get(f"{SDK}/personas")

    def begin(self, persona_id: str, machine_id: str | None = None, **members: Any) -> httpx.Response:
        return self.post(persona_id, "init-session", machine_id, PLAYER | members)

    def say(
        self, persona_id: str, message: Any, machine_id: str | None = None, player: Any = "player-001"
    ) -> httpx.Response:
        return self.post(persona_id, "message", machine_id, {"message": message, "user_session_id": player})

    def post(self, persona_id: str, verb: str, machine_id: str | None, body: Any) -> httpx.Response:
        return self.http.post(f"{SDK}/chat/{persona_id}/{verb}", params=_query(None, machine_id), json=body)

    def get(
        self, persona_id: str, verb: str, player: str | None = "player-001", machine_id: str | None = None
    ) -> httpx.Response:
        return self.http.get(f"{SDK}/chat/{persona_id}/{verb}", params=_query(player, machine_id))

    def reset(
        self, persona_id: str, player: str | None = "player-001", machine_id: str | None = None
    ) -> httpx.Response:
        return self.http.post(f"{SDK}/chat/{persona_id}/reset", params=_query(player, machine_id))

    def machine(self, persona_id: str, key: str, player: str = "player-001") -> str:
        """The id of an available machine."""
        machines = answer(self.get(persona_id, "machines", player))
        return next(machine["machine_id"] for machine in machines if machine["machine_key"] == key)

    def close(self) -> None:
        self.http.close()


def _query(player: str | None, machine_id: str | None) -> dict[str, str]:
    query = {"user_session_id": player, "machine_id": machine_id}
    return {name: value for name, value in query.items() if value is not None}


def answer(response: httpx.Response) -> Any:
    """The JSON of a success."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


def refusal(response: httpx.Response, status: int) -> str:
    """The message of an error, which has no other member."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == ["error"] and list(body["error"]) == ["message"], body
    message = body["error"]["message"]
    assert isinstance(message, str) and message.strip()
    return message
