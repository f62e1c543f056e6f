"""What the client makes of each fault: as the table of docs/faults.md says, to the word."""

from collections.abc import Callable

import pytest
from fluidtalk import FluidTalk, FluidTalkError

from helpers import faults
from helpers.faults import Row
from helpers.server import Server


@pytest.mark.parametrize("row", faults.table("The Handshake client"), ids=str)
def test_a_chat(connect: Callable[..., FluidTalk], server: Server, key: str, row: Row) -> None:
    ft = connect(server, timeout=1.0)
    sandbox = server.control.sandbox(key)
    sandbox.post("/faults", row.fault | {"match": {"route": "POST /api/v1/bot/chat"}})
    try:
        reply = ft.inbound_chat("@ann", "hi")
        outcome = "the reply" if reply.reply else f"a reply without text: `{reply.reply!r}`"
    except FluidTalkError as error:
        outcome = f"{faults.name(error)} of status {error.status}"
    assert outcome == row.cells["what the client makes of it"]
    assert sandbox.get("/faults/f1")["matched"] == 1


def test_a_magic_word_is_in_force(connect: Callable[..., FluidTalk], server: Server, key: str) -> None:
    ft = connect(server, f"{key}+expired")
    with pytest.raises(FluidTalkError, match="401") as raised:
        ft.inbound_chat("@ann", "hi")
    assert raised.value.detail == {"detail": "API key has expired"}
