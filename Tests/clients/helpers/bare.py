"""Messages on a bare socket, byte by byte."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass

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
    """A message, held back in the middle. `100 Continue` shows that the server has read the head."""

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


@dataclass
class Answer:
    status: int
    fields: list[tuple[str, str]]
    body: bytes

    def field(self, name: str) -> str | None:
        """The values of a field, names without regard to case; None when it is not there."""
        values = [value for given, value in self.fields if given.lower() == name.lower()]
        return ", ".join(values) if values else None


class KeptConnection:
    """A connection for one request after another, whose answers are read to their last byte (RFC 9112 section 6)."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, TIMEOUT)
        self._buffer = b""

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)

    def answer(self) -> Answer:
        version, status, _ = self._line().split(" ", 2)
        assert version == "HTTP/1.1"
        fields = []
        while line := self._line():
            name, value = line.split(": ", 1)
            fields.append((name, value))
        answer = Answer(int(status), fields, b"")
        if answer.field("transfer-encoding") == "chunked":
            answer.body = b"".join(iter(self._chunk, b""))
        elif answer.status >= 200 and answer.status != 204:
            answer.body = self._take(int(answer.field("content-length") or 0))
        assert self._buffer == b"", "there is more than the answer"
        return answer

    def close(self) -> None:
        self._socket.close()

    def end(self) -> None:
        """Closes the client's side, and checks that the server sends nothing more and then closes too."""
        self._socket.shutdown(socket.SHUT_WR)
        assert self._socket.recv(1) == b""

    def _line(self) -> str:
        while b"\r\n" not in self._buffer:
            self._receive()
        line, self._buffer = self._buffer.split(b"\r\n", 1)
        return line.decode()

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._receive()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _chunk(self) -> bytes:
        chunk = self._take(int(self._line(), 16))
        assert self._line() == ""
        return chunk

    def _receive(self) -> None:
        piece = self._socket.recv(65536)
        assert piece, f"the server closed after {self._buffer!r}"
        self._buffer += piece
