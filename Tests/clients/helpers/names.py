"""A DNS server for tests (RFC 1035)."""

from __future__ import annotations

import socket
import threading

NAME_ERROR = 3


class NameServer:
    """Answers with one IPv4 address for each name that it knows, until the block ends."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self._addresses = addresses
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    @property
    def address(self) -> str:
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def __enter__(self) -> NameServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # An empty packet ends the thread.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            query, caller = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(self._answer(query), caller)

    def _answer(self, query: bytes) -> bytes:
        labels, place = [], 12
        while length := query[place]:
            labels.append(query[place + 1 : place + 1 + length].decode())
            place += 1 + length
        question = query[12 : place + 5]
        address = self._addresses.get(".".join(labels).lower())
        asks_version_4 = question[-4:-2] == b"\0\1"
        code = 0 if address else NAME_ERROR
        answer = b""
        if address and asks_version_4:
            # A pointer to the name in the question; A, IN; 60 s; four bytes.
            answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(address)
        counts = b"\0\1" + (b"\0\1" if answer else b"\0\0") + b"\0\0\0\0"
        return query[:2] + bytes([0x81, 0x80 | code]) + counts + question + answer
