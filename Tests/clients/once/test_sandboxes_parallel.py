"""Many sandboxes on one server at once: each answers as if no other existed, and the same on every server."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from helpers.server import Server

SANDBOXES = 200
THREADS = 16
NOON = "2026-03-10T12:00:00Z"
PLAYER = {"user_session_id": "sam", "player_name": "Sam", "player_gender": "female"}
LINES = ["What do you recommend?", "I heard you have something rare for sale.", "[[error 503 x1]] hm",
         "[[error 503 x1]] hm", "I can pay in gold.", "[[delay 3s]] hm", "Hello?"]  # fmt: skip


def play(server: Server, number: int) -> list[str]:
    """The same script in a sandbox of its own, named by its key or by the path. Returns all answers and the sandbox's
    journal."""
    name = f"cart-{number}"
    key, path = (f"pk_test_{name}", "") if number % 2 else ("pk_test_shared", f"/@{name}")
    sandbox = server.control.sandbox(key if number % 2 else name)
    texts: list[str] = []

    def note(response: httpx.Response) -> None:
        # Ids of requests count the requests of all sandboxes.
        fields = [f"{field}: {value}" for field, value in response.headers.multi_items() if field != "x-request-id"]
        texts.append("\n".join([str(response.status_code), *fields, response.text]))

    with httpx.Client(base_url=f"{server.url}{path}", headers={"X-API-Key": key, "Host": "game.test"}) as http:
        sandbox.freeze(NOON, auto_advance_seconds=0.25)
        sandbox.put("/seed", {"seed": number % 5})
        sandbox.limit(6, 4)
        personas = http.get("/api/v1/sdk/personas")
        note(personas)
        chat = f"/api/v1/sdk/chat/{personas.json()[number % 4]['id']}"
        note(http.post(f"{chat}/init-session", json=PLAYER))
        for line in LINES:
            note(http.post(f"{chat}/message", json=PLAYER | {"message": line}))
        sandbox.advance(60)
        note(http.post(f"{chat}/message/stream", json=PLAYER | {"message": "Goodbye"}))
        for look in ("session", "history", "machines", "machines"):
            note(http.get(f"{chat}/{look}", params={"user_session_id": "sam"}))
        ok = sandbox.post("/verify", {"match": {"route": "POST /api/v1/sdk/chat/{persona_id}/message"}, "count": 7})
        assert ok["ok"], ok
    for entry in sandbox.get("/journal", control=True)["entries"]:
        # Not compared: the server's port, numbers that other sandboxes' requests move, and durations.
        for name in ("request", "arrival", "received", "monotonic_ns", "request_id", "delivered", "latency_ns"):
            del entry[name]
        headers = entry["response"]["headers"]
        entry["response"]["headers"] = [header for header in headers if header["name"] != "x-request-id"]
        texts.append(json.dumps(entry))
    return texts


def play_all(server: Server) -> list[list[str]]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda number: play(server, number), range(SANDBOXES)))


def test_two_hundred_sandboxes_at_once_are_the_same_on_two_fresh_servers(launch: Callable[..., Server]) -> None:
    first, second = (play_all(launch(name)) for name in ("first", "second"))
    for number, (one, other) in enumerate(zip(first, second, strict=True)):
        assert one == other, f"sandbox {number}"
    # Each is the same as without the others.
    alone = launch("alone")
    for number in (0, 1, 7, 42, 199):
        assert play(alone, number) == first[number], f"sandbox {number}"
    # The sandboxes differ from each other.
    assert len({json.dumps(texts) for texts in first}) == SANDBOXES
