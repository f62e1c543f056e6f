"""Access to the control API, byte by byte: requests that a browser would send for a page of another site."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from helpers.bare import Answer, KeptConnection
from helpers.control import TOKEN
from helpers.server import Server

LIST = "/_foilmock/v1/sandboxes"
RIGHT = f"Authorization: Bearer {TOKEN}"


def ask(server: Server, *fields: str, method: str = "GET", path: str = LIST, version: str = "1.1") -> Answer:
    connection = KeptConnection(server.address)
    try:
        connection.send("\r\n".join([f"{method} {path} HTTP/{version}", *fields, "", ""]).encode())
        return connection.answer()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:PORT", 200), ("127.0.0.1", 200), ("localhost:PORT", 200), ("LOCALHOST", 200),
        ("mock.example:PORT", 200), ("game.example:PORT", 403), ("localhost.game.example", 403),
        ("192.168.1.7", 403), ("", 403),
        ("localhost:evil", 400), ("localhost:80:evil", 400), ("localhost:99999", 400), ("localhost:", 200),
    ],
)  # fmt: skip
def test_the_host_is_one_that_is_known(launch: Callable[..., Server], host: str, status: int) -> None:
    """A page's own name can be made to resolve to this server (DNS rebinding); the browser still sends that name."""
    server = launch("named", "--allow-host", "mock.example")
    host = host.replace("PORT", str(server.address[1]))
    assert ask(server, f"Host: {host}", RIGHT).status == status
    # Routes that neither reveal nor change anything need no token and no known host.
    assert ask(server, f"Host: {host}", path="/_foilmock/health").status == (400 if status == 400 else 200)


def test_a_request_names_one_host_and_in_its_line_too(server: Server) -> None:
    host = f"Host: 127.0.0.1:{server.address[1]}"
    assert ask(server, RIGHT).status == 400
    assert ask(server, host, "Host: game.example", RIGHT).status == 400
    assert ask(server, RIGHT, version="1.0").status == 403


def test_the_host_of_a_url_in_the_request_line_counts(server: Server) -> None:
    host = f"127.0.0.1:{server.address[1]}"
    assert ask(server, f"Host: {host}", RIGHT, path=f"http://{host}{LIST}").status == 200
    assert ask(server, f"Host: {host}", RIGHT, path=f"http://game.example{LIST}").status == 403
    assert ask(server, "Host: game.example", RIGHT, path=f"http://{host}{LIST}").status == 200


def test_every_origin_and_every_token_counts(server: Server) -> None:
    host = f"127.0.0.1:{server.address[1]}"
    own, foreign = f"Origin: http://{host}", "Origin: http://game.example"
    assert ask(server, f"Host: {host}", RIGHT, own).status == 200
    for pair in ([own, foreign], [foreign, own]):
        assert ask(server, f"Host: {host}", RIGHT, *pair).status == 403
    for pair in ([RIGHT, "Authorization: Bearer wrong"], ["Authorization: Bearer wrong", RIGHT]):
        assert ask(server, f"Host: {host}", *pair).status == 401


@pytest.mark.parametrize("origin", ["http://game.example", "https://127.0.0.1:PORT", "null", "file://", ""])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_page_of_another_origin_is_refused(server: Server, origin: str, method: str) -> None:
    port = str(server.address[1])
    fields = [f"Host: 127.0.0.1:{port}", f"Origin: {origin.replace('PORT', port)}", "Content-Length: 0"]
    path = {"POST": f"{LIST}/pk_test_gate/reset", "PUT": f"{LIST}/pk_test_gate/clock", "DELETE": f"{LIST}/demo"}
    for more in ([RIGHT], ["Authorization: Bearer wrong"], []):
        answer = ask(server, *fields, *more, method=method, path=path.get(method, LIST))
        assert answer.status == 403
        assert answer.field("Access-Control-Allow-Origin") is None
    names = [sandbox["name"] for sandbox in server.control.get("/sandboxes")["sandboxes"]]
    assert "pk_test_gate" not in names


def test_a_page_of_the_same_origin_still_needs_the_token(server: Server) -> None:
    fields = [f"Host: 127.0.0.1:{server.address[1]}", f"Origin: {server.url}"]
    assert ask(server, *fields, RIGHT).status == 200
    assert ask(server, *fields).status == 401


def test_no_preflight_lets_a_page_send_a_token(server: Server) -> None:
    answer = ask(
        server, f"Host: 127.0.0.1:{server.address[1]}", "Origin: http://game.example",
        "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: authorization", method="OPTIONS",
    )  # fmt: skip
    assert answer.status == 405
    assert answer.field("Access-Control-Allow-Origin") is None
