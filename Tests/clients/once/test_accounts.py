"""Accounts that test keys open."""

from collections.abc import Callable

from helpers.server import Server
from helpers.wire import Wire, answer, refusal


def begin(wire: Wire) -> None:
    answer(wire.begin(answer(wire.personas())[0]["id"]))


def test_open_accounts_have_a_cap(launch: Callable[..., Server], dial: Callable[..., Wire]) -> None:
    server = launch("small", "--open-accounts", "2")
    for key in ["pk_test_a", "pk_test_b"]:
        begin(dial(server, key))
    assert "--open-accounts" in refusal(dial(server, "pk_test_c").personas(), 503)
    # Open accounts in use, and named ones, are still served.
    for key in ["pk_test_a", "pk_test_b", "pk_live_demo"]:
        assert answer(dial(server, key).personas())


def test_what_is_done_with_makes_room(launch: Callable[..., Server], dial: Callable[..., Wire]) -> None:
    server = launch("room", "--open-accounts", "2")
    for key in ["pk_test_a", "pk_test_b"]:
        begin(dial(server, key))
    server.control.sandbox("pk_test_a").post("/reset")
    begin(dial(server, "pk_test_c"))
    assert "reset" in refusal(dial(server, "pk_test_a").personas(), 503)
    server.control.sandbox("pk_test_c").delete("")
    # Accounts that hold nothing make room for one another.
    for number in range(40):
        assert answer(dial(server, f"pk_test_{number}").personas())
    # The one that holds something is still there.
    assert server.control.sandbox("pk_test_b").get("/sessions")["sessions"]


def test_a_refused_key_is_not_repeated(dial: Callable[..., Wire], server: Server) -> None:
    message = refusal(dial(server, "pk_live_secret_of_somebody").personas(), 401)
    assert "secret" not in message


def test_long_test_keys(dial: Callable[..., Wire], server: Server) -> None:
    assert answer(dial(server, "pk_test_" + "k" * 128).personas())
    assert refusal(dial(server, "pk_test_" + "k" * 129).personas(), 401)
