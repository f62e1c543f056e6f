"""The clients, and which tests the installed version of theirs is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version

import pytest

from helpers.sdk import KINDS, Sdk
from helpers.server import Server


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def connect(kind: str) -> Iterator[Callable[..., Sdk]]:
    """Makes clients of either kind."""
    clients: list[Sdk] = []

    def make(server: Server, key: str, **options: object) -> Sdk:
        clients.append(Sdk(kind, server.url, key, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def sdk(connect: Callable[..., Sdk], server: Server, key: str) -> Sdk:
    return connect(server, key)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what the installed version of the client does not have."""
    installed = numbers(version("foilengine"))

    def applies(item: pytest.Item) -> bool:
        since, until = item.get_closest_marker("since"), item.get_closest_marker("until")
        return not (since and installed < numbers(since.args[0])) and not (until and installed > numbers(until.args[0]))

    left_out = [item for item in items if not applies(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if applies(item)]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
