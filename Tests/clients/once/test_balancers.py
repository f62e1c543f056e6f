"""config/nginx.conf and config/haproxy.cfg: real balancers in front of three servers of one PostgreSQL database."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from helpers.balancers import Balancer, Configuration
from helpers.bare import TIMEOUT, message_bytes
from helpers.control import TOKEN, Control
from helpers.pictures import JPEG
from helpers.postgres import Postgres, program
from helpers.server import Server
from helpers.stub import Stub
from helpers.wire import Wire, answer, refusal

BALANCERS = ["nginx", "haproxy"]
MEBIBYTE = 1 << 20


@pytest.fixture(params=BALANCERS)
def configuration(request: pytest.FixtureRequest, tmp_path: Path) -> Configuration:
    return Configuration(request.param, tmp_path, [("127.0.0.1", 8000 + number) for number in range(3)])


def check(configuration: Configuration) -> subprocess.CompletedProcess[str]:
    return subprocess.run(configuration.command(check=True), capture_output=True, text=True, timeout=60)


def test_the_file_is_valid(configuration: Configuration) -> None:
    done = check(configuration)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warn" not in done.stdout.lower() + done.stderr.lower()


def test_the_check_finds_a_mistake(configuration: Configuration) -> None:
    configuration.text = configuration.text.replace("timeout", "time_out")
    assert check(configuration).returncode == 1


@pytest.fixture
def servers(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Server]]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    made = [Server(tmp_path / f"{number}.db", binary=program(), address=postgres.address()) for number in range(3)]
    try:
        with ThreadPoolExecutor(len(made)) as pool:
            yield list(pool.map(Server.start, made))
    finally:
        for server in made:
            server.close()


@pytest.fixture(params=BALANCERS)
def balancer(request: pytest.FixtureRequest, servers: list[Server], tmp_path: Path) -> Iterator[Balancer]:
    balancer = Balancer(Configuration(request.param, tmp_path, [server.address for server in servers]))
    yield balancer
    balancer.close()


class Anew(Wire):
    """A new connection for each request, so the balancer may choose another server each time."""

    def __init__(self, balancer: Balancer, key: str | None) -> None:
        super().__init__(balancer.url, key)
        self.http.headers["Connection"] = "close"


@pytest.fixture
def wire(balancer: Balancer, key: str) -> Iterator[Anew]:
    wire = Anew(balancer, key)
    yield wire
    wire.close()


def answered(server: Server) -> float:
    """How many requests of a player the server has answered."""
    text = server.control.http.get(f"{server.url}/_foilmock/metrics").text
    lines = (line for line in text.splitlines() if line.startswith("foilmock_http_requests_total") and "/sdk/" in line)
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def test_a_conversation_needs_no_affinity(servers: list[Server], wire: Anew) -> None:
    assert wire.http.get("/_foilmock/ready").json() == {"status": "ready"}
    persona = answer(wire.personas())[0]["id"]
    session = answer(wire.begin(persona))["session_id"]
    said = [f"message {number}" for number in range(30)]
    for line in said:
        answer(wire.say(persona, line))
    for _ in range(6):
        assert "rate limit" in refusal(wire.say(persona, "one more"), 429).lower()
    messages = answer(wire.get(persona, "history"))["messages"]
    assert [message["content"] for message in messages if message["role"] == "user"] == said
    assert answer(wire.get(persona, "session"))["session_id"] == session
    counts = [answered(server) for server in servers]
    assert sum(counts) == 40 and min(counts) >= 10


def test_servers_that_end_are_passed_over(servers: list[Server], wire: Anew) -> None:
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    for number, end in enumerate([lambda: None, servers[0].stop, servers[1].kill]):
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(end)
            for _ in range(5):
                answer(wire.get(persona, "session"))
            ended.result()
        # Nothing of this is sent to a server that has ended, so it may not fail either.
        for part in range(5):
            answer(wire.say(persona, f"message {number} {part}"))


def test_connections_that_are_closed_on_purpose_take_no_server_out(balancer: Balancer, wire: Anew, key: str) -> None:
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    control = Control(balancer.url)
    sandbox = control.sandbox(key)
    fault = sandbox.post("/faults", {"kind": "close", "match": {"message": "close"}})
    for _ in range(6):
        # In one piece: a part of a message would not be sent again in any case.
        with socket.create_connection(balancer.address, TIMEOUT) as connection:
            connection.sendall(message_bytes(key, persona, "close", "Connection: close"))
            assert connection.recv(1000).startswith(b"HTTP/1.1 502 ")
    # A message is not sent again.
    assert sandbox.get(f"/faults/{fault['id']}")["struck"] == 6
    control.close()
    for number in range(6):
        answer(wire.say(persona, f"message {number}"))
    assert len(answer(wire.get(persona, "history"))["messages"]) == 13


def test_a_live_journal_comes_at_once(balancer: Balancer, wire: Anew, key: str) -> None:
    answer(wire.personas())
    path = f"{balancer.url}/_foilmock/v1/sandboxes/{key}/journal/live"
    with httpx.stream("GET", path, headers={"Authorization": f"Bearer {TOKEN}"}) as feed:
        assert feed.status_code == 200
        for _ in range(6):
            answer(wire.personas())
        lines = feed.iter_lines()
        data = next(line for line in lines if line.startswith("data: "))
        assert json.loads(data.removeprefix("data: "))["request"]["path"] == "/api/v1/sdk/personas"


def test_large_bodies_meet_the_limits_of_the_server(balancer: Balancer) -> None:
    def upload(size: int) -> httpx.Response:
        file = ("a.jpg", JPEG + bytes(size - len(JPEG)))
        return httpx.post(
            f"{balancer.url}/api/v1/bot/upload", headers={"X-API-Key": "ft_sk_test_large"}, files={"file": file}
        )

    kept = upload(10 * MEBIBYTE)
    assert kept.status_code == 200, kept.text
    assert kept.json()["url"].startswith(f"{balancer.url}/")
    refused = upload(10 * MEBIBYTE + 1)
    assert (refused.status_code, list(refused.json())) == (413, ["detail"])


def test_host_and_request_id_arrive(balancer: Balancer, wire: Anew) -> None:
    named = {"X-Request-ID": "of-the-client"}
    assert wire.http.get("/_foilmock/health", headers=named).headers["X-Request-ID"] == "of-the-client"
    path, token = "/_foilmock/v1/sandboxes", {"Authorization": f"Bearer {TOKEN}"}
    assert wire.http.get(path, headers=token).status_code == 200
    # A page whose name was made to lead to this machine must not get through under the name of the balancer's servers.
    assert wire.http.get(path, headers=token | {"Host": "unknown.example"}).status_code == 403
    origin = {"Origin": balancer.url}
    assert wire.http.get(path, headers=token | origin).status_code == 200
    assert wire.http.get(path, headers=token | {"Origin": "http://127.0.0.1:1"}).status_code == 403


def test_haproxy_leaves_out_who_is_not_ready(tmp_path: Path) -> None:
    with ExitStack() as stack:
        stubs = [stack.enter_context(Stub()) for _ in range(3)]
        for number, stub in enumerate(stubs):
            stub.answers["who"] = (200, number)
        balancer = Balancer(Configuration("haproxy", tmp_path, [stub.address for stub in stubs]))
        stack.callback(balancer.close)

        def wait_for(expected: set[int]) -> None:
            """Until these and no others take part."""
            deadline = time.monotonic() + TIMEOUT
            while {httpx.get(f"{balancer.url}/who").json() for _ in range(6)} != expected:
                assert time.monotonic() < deadline

        wait_for({0, 1, 2})
        stubs[0].answers["ready"] = (503, {})
        wait_for({1, 2})
        del stubs[0].answers["ready"]
        wait_for({0, 1, 2})
