"""What all tests share: servers, keys and connections; and the results that run.py reads."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers import town as town_fixtures
from helpers.control import TOKEN
from helpers.left_out import leave_out
from helpers.postgres import Postgres
from helpers.server import Server
from helpers.wire import Wire, answer

# A server ignores for good what is ignored when it starts, as under nohup. A handler is not inherited.
for _number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out(config, items)


# MARK: Servers


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the tests of one file."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The built-in fixtures, without limits."""
    yield from serving(Server(tmp_path_factory.mktemp("server") / "foilmock.db", "--rate-limits", "off"))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The fixtures of helpers/town.py. The server logs requests, so that tests can count them."""
    folder = tmp_path_factory.mktemp("town")
    fixtures = town_fixtures.build(folder / "fixtures")
    options = ["--fixtures", str(fixtures), "--rate-limits", "off", "--log", "text"]
    yield from serving(Server(folder / "foilmock.db", *options))


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The fixtures of helpers/town.py, with two messages and three other requests a minute."""
    folder = tmp_path_factory.mktemp("strict")
    fixtures = town_fixtures.build(folder / "fixtures")
    yield from serving(Server(folder / "foilmock.db", "--fixtures", str(fixtures), "--rate-limits", "2/3"))


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers of the test's own, each with a database file of the given name. Without a token a server makes
    one."""
    servers: list[Server] = []

    def start(name: str = "foilmock", *options: str, token: str | None = TOKEN) -> Server:
        server = Server(tmp_path / f"{name}.db", "--rate-limits", "off", *options, token=token)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.close()


def serving(server: Server) -> Iterator[Server]:
    try:
        yield server.start()
    finally:
        server.close()


# MARK: Connections


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of the test's own, and so an account that no other test touches."""
    return f"pk_test_{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:24]}"


@pytest.fixture
def dial() -> Iterator[Callable[..., Wire]]:
    """Makes connections without a client."""
    wires: list[Wire] = []

    def make(server: Server, key: str | None) -> Wire:
        wires.append(Wire(server.url, key))
        return wires[-1]

    yield make
    for wire in wires:
        wire.close()


@pytest.fixture
def wire(dial: Callable[..., Wire], server: Server, key: str) -> Wire:
    return dial(server, key)


@pytest.fixture(scope="session")
def barista(server: Server) -> str:
    """The id of the documents' persona, the same on every server with the built-in fixtures."""
    wire = Wire(server.url, "pk_test_barista")
    try:
        return answer(wire.personas())[0]["id"]
    finally:
        wire.close()


# MARK: Results

outcomes: dict[str, bool] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test has passed when all its phases have; one that was skipped has not run, and so has not passed."""
    if report.when == "call" or not report.passed:
        outcomes[report.nodeid] = report.passed


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        outcomes[report.nodeid] = False


def pytest_sessionfinish() -> None:
    if file := os.environ.get("FOILMOCK_RESULTS"):
        Path(file).write_text(json.dumps(outcomes))
