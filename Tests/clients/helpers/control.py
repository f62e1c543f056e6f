"""The control API, as the author of a test calls it."""

from __future__ import annotations

import json
from typing import Any

import httpx

# The token of the tests' servers, unless a test has the server make one.
TOKEN = "control-token-of-tests"


class Control:
    """Calls below `/_foilmock/v1`; paths begin with a slash. Each must succeed, and returns its JSON."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        # The client itself, for calls that should fail or whose answer is not JSON.
        self.http = httpx.Client(
            base_url=f"{url}/_foilmock/v1", headers={"Authorization": f"Bearer {token}"}, timeout=10.0
        )

    def get(self, path: str, **query: Any) -> Any:
        return _answer(self.http.get(path, params=query))

    def put(self, path: str, body: Any) -> Any:
        return _answer(self.http.put(path, content=json.dumps(body)))

    def post(self, path: str, body: Any = None) -> Any:
        return _answer(self.http.post(path, content=None if body is None else json.dumps(body)))

    def patch(self, path: str, body: Any) -> Any:
        return _answer(self.http.patch(path, content=json.dumps(body)))

    def delete(self, path: str, **query: Any) -> Any:
        return _answer(self.http.delete(path, params=query))

    def sandbox(self, name: str) -> SandboxControl:
        return SandboxControl(self, name)

    def close(self) -> None:
        self.http.close()


class SandboxControl:
    """One sandbox: a named account's name, an open test key, or a name of the test's own. Paths are below its own."""

    def __init__(self, control: Control, name: str) -> None:
        self.control = control
        self.path = f"/sandboxes/{name}"

    def get(self, path: str = "", **query: Any) -> Any:
        return self.control.get(self.path + path, **query)

    def put(self, path: str, body: Any) -> Any:
        return self.control.put(self.path + path, body)

    def post(self, path: str, body: Any = None) -> Any:
        return self.control.post(self.path + path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self.control.patch(self.path + path, body)

    def delete(self, path: str = "", **query: Any) -> Any:
        return self.control.delete(self.path + path, **query)

    def freeze(self, at: str = "2026-03-10T12:00:00Z", **members: Any) -> Any:
        return self.put("/clock", {"mode": "frozen", "at": at} | members)

    def advance(self, seconds: float) -> Any:
        return self.post("/clock/advance", {"seconds": seconds})

    def limit(self, messages: int, other: int, **members: Any) -> Any:
        return self.put("/limits", {"messages_per_minute": messages, "other_per_minute": other} | members)

    def reset(self) -> Any:
        return self.post("/reset")


def _answer(response: httpx.Response) -> Any:
    assert response.status_code == 200, f"{response.request.method} {response.request.url}: {response.text}"
    return response.json()
