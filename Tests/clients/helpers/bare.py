"""Messages on a bare socket, byte by byte."""

from __future__ import annotations

import json
import socket

TIMEOUT = 15.0


def message_bytes(key: str, persona: str, message: str, *fields: str) -> bytes:
    return request_bytes(key, persona, "message", message, *fields)


def request_bytes(key: str, persona: str, verb: str, message: str, *fields: str) -> bytes:
    """A whole request of player-001, with these head fields beside the usual ones."""
    body = json.dumps({"message": message, "user_session_id": "player-001"}).encode()
    head = [
        f"POST /api/v1/sdk/chat/{persona}/{verb} HTTP/1.1",
        "Host: foilmock",
        f"X-API-Key: {key}",
        f"Content-Length: {len(body)}",
        *fields,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


class HalfwayRequest:
    """A message, held back in the middle. The server's `100 Continue` tells that it has read the head."""

    def __init__(self, address: tuple[str, int], key: str, persona: str, message: str) -> None:
        request = message_bytes(key, persona, message, "Expect: 100-continue")
        body = request.index(b"\r\n\r\n") + 4
        middle = (body + len(request)) // 2
        self._rest = request[middle:]
        self.socket = socket.create_connection(address, TIMEOUT)
        self.socket.sendall(request[:body])
        assert self.socket.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        self.socket.sendall(request[body:middle])

    def finish(self) -> bytes:
        """Sends the rest; returns all that comes until the server closes, and then closes too."""
        self.socket.sendall(self._rest)
        received = b""
        while piece := self.socket.recv(4096):
            received += piece
        self.close()
        return received

    def close(self) -> None:
        self.socket.close()
