"""What the client makes of faults: one request each, and the class that the status has."""

from __future__ import annotations

from collections.abc import Callable

import fluidtalk
import httpx
import pytest
from fluidtalk import FluidTalk

from helpers.server import Server


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "status": 503}, fluidtalk.ApiError),
        ({"kind": "status", "status": 403}, fluidtalk.PermissionError),
        ({"kind": "rate_limited"}, fluidtalk.RateLimitError),
        ({"kind": "reset"}, httpx.TransportError),
        ({"kind": "close", "at": "body"}, httpx.RemoteProtocolError),
        ({"kind": "delay", "seconds": 1.5}, httpx.ReadTimeout),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_a_chat(
    connect: Callable[..., FluidTalk], server: Server, token: str, fault: dict[str, object], kind: type[Exception]
) -> None:
    ft = connect(server, timeout=1.0)
    sandbox = server.control.sandbox(token)
    sandbox.post("/faults", fault | {"match": {"route": "POST /api/v1/characters/chat"}})
    with pytest.raises(kind) as raised:
        ft.chat(platform="instagram", handle="sam", message="hi")
    if isinstance(raised.value, fluidtalk.ApiError):
        assert raised.value.request_id
    assert sandbox.get("/faults/f1")["matched"] == 1
