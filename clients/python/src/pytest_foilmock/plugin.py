"""The fixtures, options and hooks that pytest sees."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from . import clients, missed, program, proxies
from .clock import NOON, Clock
from .control import ControlError
from .expectations import Expectations
from .guard import Guard, Phase
from .report import Artifacts, tell
from .sandbox import Sandbox
from .server import TOKEN, URL, Server, ServerError, in_environment

if TYPE_CHECKING:
    from fluidtalk import FluidTalk
    from foilengine import FoilEngineClient

    from .launch import Run

# The plugin is loaded wherever the package is installed, also without the extra that asks for this version.
if int(pytest.__version__.partition(".")[0]) < 8:
    raise pytest.UsageError(
        f"the plugin of foilmock needs pytest 8, and this is pytest {pytest.__version__}: "
        "pip install 'pytest>=8', or switch the plugin off with -p no:foilmock"
    )

RUN = pytest.StashKey["Run"]()
GUARD = pytest.StashKey[Guard]()
SERVER = pytest.StashKey[Server]()
SANDBOX = pytest.StashKey[Sandbox]()
EXPECTATIONS = pytest.StashKey[Expectations]()
HAS_FAILED = pytest.StashKey[bool]()

# What the head of a run tells its workers, by xdist.
FOLDER = "foilmock_folder"

# MARK: Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("foilmock")
    group.addoption("--foilmock", metavar="PATH", help="the foilmock program that serves the tests")
    group.addoption(
        "--foilmock-artifacts",
        metavar="DIR",
        default=".foilmock",
        help="where failed tests leave the snapshot and the journal of their sandbox, as seen from here (.foilmock)",
    )
    parser.addini("foilmock_program", "the foilmock program, as seen from the ini file's folder")
    parser.addini("foilmock_options", "options of its server, such as --fixtures tests/characters", type="args")
    parser.addini("foilmock_guard", "fail tests that connect to the real services (true)", type="bool", default=True)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "foilmock(at=..., limits=...): the time at which foilmock_sandbox's clock stands, and its rate limits",
    )
    # The head of a run alone warns, and not each of its workers.
    if not hasattr(config, "workerinput") and (warning := missed.warning(config)):
        config.issue_config_time_warning(pytest.PytestConfigWarning(warning), stacklevel=2)
    if config.getini("foilmock_guard"):
        config.stash[GUARD] = Guard()


def pytest_unconfigure(config: pytest.Config) -> None:
    if guard := config.stash.get(GUARD, None):
        guard.close()
    if run := config.stash.get(RUN, None):
        run.end()


# MARK: The server


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist makes a worker: the head holds the run for all of them, though none may need a server."""
    if sys.platform == "linux":
        node.workerinput[FOLDER] = str(_held(node.config).folder)


def _held(config: pytest.Config) -> Run:
    from .launch import Run

    if RUN not in config.stash:
        config.stash[RUN] = Run()
    return config.stash[RUN]


@pytest.fixture(scope="session")
def foilmock_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """The one server of this run, or the one that the environment tells of."""
    with pytest.MonkeyPatch.context() as environment:
        server = _server(pytestconfig)
        if server.process_id is not None:
            # It is on this machine, where no proxy can reach it.
            proxies.go_around([urlsplit(server.base_url).hostname or "", "localhost"], environment)
        yield server


def _server(pytestconfig: pytest.Config) -> Server:
    try:
        if server := in_environment(os.environ):
            return server
        if sys.platform != "linux":
            raise ServerError(f"foilmock runs on Linux: run its image, and set {URL} and {TOKEN}")
        from . import launch

        told = getattr(pytestconfig, "workerinput", {}).get(FOLDER)
        folder = Path(told) if told else _held(pytestconfig).folder
        return launch.server(
            folder, program.find(pytestconfig), pytestconfig.getini("foilmock_options"), pytestconfig.rootpath
        )
    except (ServerError, OSError) as error:
        raise pytest.fail.Exception(f"foilmock_server: {error}", pytrace=False) from None


# MARK: A test's own


@pytest.fixture
def foilmock_sandbox(request: pytest.FixtureRequest, foilmock_server: Server) -> Sandbox:
    """This test's alone: empty, without limits, in the real time.

    `@pytest.mark.foilmock(at=..., limits=...)` says otherwise."""
    sandbox = foilmock_server.sandbox(key(request.node.nodeid))
    wanted = _marked(request.node)
    sandbox.reset()
    request.node.stash[SERVER] = foilmock_server
    request.node.stash[SANDBOX] = sandbox
    request.node.stash[HAS_FAILED] = False
    sandbox.limits(wanted.get("limits"))
    if at := wanted.get("at"):
        sandbox.clock.freeze(at)
    return sandbox


@pytest.fixture
def frozen_clock(request: pytest.FixtureRequest, foilmock_sandbox: Sandbox) -> Clock:
    """The sandbox's clock, at noon of 2026-03-10 (UTC) or where the mark says. It stands until the test advances it."""
    if not _marked(request.node).get("at"):
        foilmock_sandbox.clock.freeze(NOON)
    return foilmock_sandbox.clock


@pytest.fixture
def expect_requests(request: pytest.FixtureRequest, foilmock_sandbox: Sandbox) -> Expectations:
    """`expect_requests(count=2, player="sam")` fails a test that is over, would pass, and did not make them."""
    expectations = Expectations(foilmock_sandbox)
    request.node.stash[EXPECTATIONS] = expectations
    return expectations


@pytest.fixture
def foilmock_client(foilmock_sandbox: Sandbox) -> Iterator[FoilEngineClient]:
    """The official client of the FoilEngine API, for the sandbox."""
    client = clients.foilengine(foilmock_sandbox)
    yield client
    client.close()


@pytest.fixture
def foilmock_fluidtalk(foilmock_sandbox: Sandbox) -> FluidTalk:
    """The official client of FluidTalk, of the version that is installed, for the sandbox; it has the persona of open keys."""
    return clients.fluidtalk(foilmock_sandbox)


def key(test: str) -> str:
    """A key that no other test has, and this test has each time."""
    return f"pk_test_{hashlib.sha256(test.encode()).hexdigest()[:24]}"


def _marked(item: pytest.Item) -> dict[str, Any]:
    """What the marks of a test say, the nearest first."""
    wanted: dict[str, Any] = {}
    for mark in item.iter_markers("foilmock"):
        if mark.args or mark.kwargs.keys() - {"at", "limits"}:
            raise pytest.UsageError(f"{item.nodeid}: the mark foilmock takes at=... and limits=..., and nothing else")
        wanted = {**mark.kwargs, **wanted}
    return wanted


# MARK: A test's end


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A sandbox that nobody will look at makes room: a server keeps 10,000. A failed test's stays."""
    outcome = yield
    sandbox = item.stash.get(SANDBOX, None)
    if sandbox is not None and not item.stash[HAS_FAILED]:
        with contextlib.suppress(ControlError):
            sandbox.delete()
    return outcome


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    __tracebackhide__ = True
    with _guarded(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    __tracebackhide__ = True
    with _guarded(item):
        outcome = yield
        if (expectations := item.stash.get(EXPECTATIONS, None)) and (missed := expectations.missed()):
            pytest.fail("\n".join(missed), pytrace=False)
        return outcome


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    __tracebackhide__ = True
    with _guarded(item):
        return (yield)


def _guarded(item: pytest.Item) -> Phase:
    return Phase(item.config.stash.get(GUARD, None))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    sandbox = item.stash.get(SANDBOX, None)
    if report.failed and sandbox is not None and not item.stash[HAS_FAILED]:
        item.stash[HAS_FAILED] = True
        tell(report, _artifacts(item).save(item.nodeid, sandbox))
    return report


def _artifacts(item: pytest.Item) -> Artifacts:
    fixtures = item.stash[SERVER].fixtures
    here = item.config.invocation_params.dir
    return Artifacts(here / item.config.getoption("foilmock_artifacts"), here, Path(fixtures) if fixtures else None)
