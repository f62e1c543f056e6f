"""What the client makes of each fault: as the table of docs/faults.md says, to the word."""

from __future__ import annotations

from collections.abc import Callable

import fluidtalk
import httpx
import pytest
from fluidtalk import FluidTalk

from helpers import faults
from helpers.faults import Row
from helpers.server import Server


@pytest.mark.parametrize("row", faults.table("The Characters client"), ids=str)
def test_a_chat(connect: Callable[..., FluidTalk], server: Server, token: str, row: Row) -> None:
    ft = connect(server, timeout=1.0)
    sandbox = server.control.sandbox(token)
    sandbox.post("/faults", row.fault | {"match": {"route": "POST /api/v1/characters/chat"}})
    try:
        reply = ft.chat(platform="instagram", handle="sam", message="hi")
        outcome = "the reply" if reply.bubbles else f"a reply without bubbles: `{reply.bubbles!r}`"
    except fluidtalk.ApiError as error:
        code = f"`{error.code}`" if error.code else "no code"
        outcome = f"{faults.name(error)} of status {error.status}, {code}"
        assert bool(error.request_id) == bool(error.code)
    except httpx.HTTPError as error:
        outcome = faults.name(error)
    assert outcome == row.cells["what the client makes of it"]
    assert sandbox.get("/faults/f1")["matched"] == 1
