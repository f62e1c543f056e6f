"""The client of the Handshake API, and keys for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from fluidtalk import FluidTalk

from helpers.server import Server
from helpers.versions import leave_out_others


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of the test's own, and so an account that no other test touches."""
    return f"ft_sk_test_{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:24]}"


@pytest.fixture
def connect(key: str) -> Callable[..., FluidTalk]:
    def make(server: Server, key: str = key, **options: str) -> FluidTalk:
        return FluidTalk(api_key=key, base_url=server.url, **options)

    return make


@pytest.fixture
def ft(connect: Callable[..., FluidTalk], server: Server) -> FluidTalk:
    return connect(server)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out_others("fluidtalk", config, items)
