"""The client of the Characters API, and tokens for it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fluidtalk import FluidTalk

from helpers.server import Server
from helpers.versions import leave_out_others

ROOT = Path(__file__).parents[3]


@pytest.fixture
def token(request: pytest.FixtureRequest) -> str:
    """A token of the test's own, and so an account that no other test touches."""
    return f"ftc_test_{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:24]}"


@pytest.fixture
def connect(token: str) -> Callable[..., FluidTalk]:
    def make(server: Server, token: str = token, base_url: str | None = None, **options: object) -> FluidTalk:
        return FluidTalk(token=token, base_url=base_url or server.url, **options)

    return make


@pytest.fixture
def ft(connect: Callable[..., FluidTalk], server: Server) -> FluidTalk:
    return connect(server)


@pytest.fixture
def named(launch: Callable[..., Server], tmp_path: Path) -> Callable[..., tuple[Server, str]]:
    """Starts a server with Maya, more machines of hers, and a token of its fixtures with these members; returns server and
    token."""

    def start(
        compat: dict[str, object] | None = None, machines: dict[str, object] | None = None, **members: object
    ) -> tuple[Server, str]:
        fixtures = tmp_path / "fixtures"
        maya = fixtures / "personas" / "maya"
        shutil.copytree(ROOT / "fixtures" / "personas" / "maya", maya)
        for key, machine in (machines or {}).items():
            (maya / "machines" / f"{key}.json").write_text(json.dumps(machine))
        token = {"token": "ftc_live_of_tests", "persona": "maya", "machine": "dm"} | members
        account = {"name": "studio", "keys": [], "directives": True, "connector_tokens": [token]}
        (fixtures / "accounts.json").write_text(json.dumps({"accounts": [account | {"compat": compat or {}}]}))
        return launch("named", "--fixtures", str(fixtures)), "ftc_live_of_tests"

    return start


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out_others("fluidtalk", config, items)
