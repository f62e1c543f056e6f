"""Keeps tests from the vendors' real hosts, which cost money and answer otherwise each time.

It hears what Python itself tells of sockets (audit events), so it does not matter how a client came by its functions.
It is deaf to other processes, and to a client that looks names up without Python's `socket`.
"""

from __future__ import annotations

import sys

import pytest

from . import proxies

FOILENGINE = "base_url=foilmock_server.base_url and api_key=foilmock_sandbox.key, or take the fixture foilmock_client"
FLUIDTALK = "base_url=foilmock_sandbox.own_url and an api_key ft_sk_test_<name> or a token ftc_test_<name>, or take the fixture foilmock_fluidtalk"
#: Each with all names below it, and what a test gives its client instead.
DOMAINS = {"foilengine.io": FOILENGINE, "foilengine.com": FOILENGINE, "fluidvip.com": FLUIDTALK}


class VendorContacted(pytest.fail.Exception):
    """A test went to a real host. It is no Exception, after which a client would try again, and a game play offline."""

    def __init__(self, host: str, remedy: str) -> None:
        super().__init__(
            f"this test connects to {host}, the real service: give its client {remedy} "
            "('foilmock_guard = false' in the ini file lets tests through)"
        )
        self.host, self.remedy = host, remedy


class Guard:
    """On from its making until it is closed."""

    def __init__(self) -> None:
        # A test may swallow the error.
        self._contacts: list[VendorContacted] = []
        self._environment = pytest.MonkeyPatch()
        # A proxy would look the names up itself, and the guard could not see it.
        proxies.go_around(DOMAINS, self._environment)
        _hear_for(self)

    def close(self) -> None:
        _hear_for(None)
        self._environment.undo()

    def hear(self, host: str) -> None:
        __tracebackhide__ = True
        for domain, remedy in DOMAINS.items():
            if host == domain or host.endswith(f".{domain}"):
                self._contacts.append(VendorContacted(host, remedy))
                raise self._contacts[-1]

    def take(self) -> VendorContacted | None:
        """The first contact since the last time."""
        first = self._contacts[0] if self._contacts else None
        self._contacts.clear()
        return first


class Phase:
    """A part of a test, which fails when it went to a real host, whatever came of that."""

    def __init__(self, guard: Guard | None) -> None:
        self._guard = guard

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        __tracebackhide__ = True
        contact = self._guard.take() if self._guard else None
        if contact is None or contact is error:
            return
        if error is None:
            raise contact
        if isinstance(error, (Exception, pytest.fail.Exception)):
            raise VendorContacted(contact.host, contact.remedy) from error


# Python keeps a hook for good, so there is one, which hears for the guard that is on.
_on: Guard | None = None
_is_hooked = False


def _hear_for(guard: Guard | None) -> None:
    global _on, _is_hooked
    _on = guard
    if not _is_hooked:
        sys.addaudithook(_hook)
        _is_hooked = True


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    __tracebackhide__ = True
    if _on is None:
        return
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _on.hear(_name(arguments[0]))
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        _on.hear(_name(arguments[1][0]))


def _name(host: object) -> str:
    """A host as the functions of `socket` take one; empty where there is none."""
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    return host.rstrip(".").lower() if isinstance(host, str) else ""
