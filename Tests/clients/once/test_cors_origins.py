"""The setting --cors-origins, as pages see it."""

from collections.abc import Callable

import pytest

from helpers.server import Server
from helpers.wire import SDK, Wire

PAGE, STRANGER = "https://game.example", "https://evil.example"


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        ("*", {PAGE: "*", STRANGER: "*"}),
        (f"http://localhost:3000,{PAGE}", {PAGE: PAGE, STRANGER: None}),
        ("none", {PAGE: None, STRANGER: None}),
    ],
)
def test_only_pages_of_these_origins_may_call(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str, setting: str, allowed: dict[str, str | None]
) -> None:
    http = dial(launch("origins", "--cors-origins", setting), key).http
    for origin, value in allowed.items():
        asks = {"Origin": origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key"}
        preflight = http.options(f"{SDK}/personas", headers=asks)
        call = http.get(f"{SDK}/personas", headers={"Origin": origin})
        assert [answer.headers.get("access-control-allow-origin") for answer in (preflight, call)] == [value, value]
        assert ("access-control-allow-headers" in preflight.headers) == (value is not None)
