"""The guard against calls to the real services. It stops each call here before the name is looked up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]

TOLD = "*this test connects to {host}, the real service: give its client base_url=*, or take the fixture {fixture} *"

# By its kind: the test, and the host.
WAYS = {
    "the client without base_url": (
        'from foilengine import FoilEngineClient\nFoilEngineClient(api_key="x").personas.list()',
        "api.foilengine.io",
    ),
    "the client of a game that plays on offline": (
        "from foilengine import FoilEngineClient\n"
        'try: FoilEngineClient(api_key="x").personas.list()\nexcept: pass',
        "api.foilengine.io",
    ),
    "an asynchronous client": (
        "import asyncio\nfrom foilengine import AsyncFoilEngineClient\n"
        'asyncio.run(AsyncFoilEngineClient(api_key="x").personas.list_async())',
        "api.foilengine.io",
    ),
    "through a proxy": (
        "import httpx, pytest\nwith pytest.MonkeyPatch.context() as patch:\n"
        '    patch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")\n'
        '    httpx.get("https://api.foilengine.com")',
        "api.foilengine.com",
    ),
    "a thread of its own": (
        "import threading, urllib.request\n"
        'thread = threading.Thread(target=urllib.request.urlopen, args=["https://API-talk.fluidvip.com."])\n'
        "thread.start()\nthread.join()",
        "api-talk.fluidvip.com",
    ),
    "an error of another kind": (
        'import socket\ntry: socket.create_connection(("api.foilengine.io", 443))\nexcept: raise ValueError("else")',
        "api.foilengine.io",
    ),
    "the client of the Handshake API": (
        'from fluidtalk import FluidTalk\nFluidTalk(api_key="x").ai_opener(target="@lead")',
        "api-talk.fluidvip.com",
    ),
    "a name alone": (
        'import socket\ntry: socket.gethostbyname(b"foilengine.io")\nexcept: pass',
        "foilengine.io",
    ),
}


def test_it_fails_and_tells_where_to_point_the_client(run: Run) -> None:
    tests = "".join(
        f"def test_{number}():\n" + "".join(f"    {line}\n" for line in code.splitlines())
        for number, (code, _) in enumerate(WAYS.values())
    )
    result = run(f"{tests}\ndef test_the_next(): ...", "-p", "no:threadexception", "--tb=line")
    result.assert_outcomes(passed=1, failed=len(WAYS))
    result.stdout.fnmatch_lines([TOLD.format(host=host, fixture=fixture(host)) for _, host in WAYS.values()])


def test_before_and_after_a_test_it_is_an_error(run: Run) -> None:
    result = run(
        """
        import pytest, sys
        def go():
            try: sys.audit("socket.getaddrinfo", "api.foilengine.io", 443, 0, 0, 0)
            except: pass
        @pytest.fixture
        def early(): go()
        @pytest.fixture
        def late():
            yield
            go()
        def test_early(early): ...
        def test_late(late): ...
        """
    )
    result.assert_outcomes(passed=1, errors=2)


def test_other_hosts_are_nobody_s_business(run: Run) -> None:
    run(
        """
        import pytest, sys
        @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "foilengine.example", "notfoilengine.io", None])
        def test_it(host):
            sys.audit("socket.getaddrinfo", host, 443, 0, 0, 0)
        def test_a_path(tmp_path):
            sys.audit("socket.connect", None, "/tmp/api.foilengine.io")
        """
    ).assert_outcomes(passed=6)


def test_it_can_be_switched_off(run: Run, suite: pytest.Pytester) -> None:
    suite.makeini("[pytest]\nfoilmock_guard = false")
    run(
        'import sys\ndef test_it(): sys.audit("socket.getaddrinfo", "api.foilengine.io", 443, 0, 0, 0)'
    ).assert_outcomes(passed=1)


def fixture(host: str) -> str:
    return "foilmock_fluidtalk" if host.endswith("fluidvip.com") else "foilmock_client"
