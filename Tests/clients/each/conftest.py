"""The clients, and the choice of tests for their installed version."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from helpers.sdk import KINDS, Sdk
from helpers.server import Server
from helpers.versions import leave_out_others


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
    leave_out_others("foilengine", config, items)
