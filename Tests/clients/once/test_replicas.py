"""Several foilmock-postgres processes serve one PostgreSQL database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.control import TOKEN
from helpers.pictures import JPEG
from helpers.postgres import Postgres, program
from helpers.server import Server, command
from helpers.wire import Wire, answer


@pytest.fixture
def replica(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    """Starts one more server of the database."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    servers: list[Server] = []
    numbers = count()

    def start(*options: str) -> Server:
        server = Server(
            tmp_path / f"{next(numbers)}.db", *options, binary=program(), address=postgres.address()
        )
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.close()


def lines(history: dict) -> list[str]:
    """The player's lines."""
    return [message["content"] for message in history["messages"] if message["role"] == "user"]


def test_a_conversation_goes_on_at_any_server(
    replica: Callable[..., Server], dial: Callable[..., Wire], key: str
) -> None:
    servers = [replica("--rate-limits", "off") for _ in range(3)]
    wires = [dial(server, key) for server in servers]
    persona = answer(wires[0].personas())[0]["id"]
    session = answer(wires[1].begin(persona))["session_id"]
    said = []
    for number, wire in zip(range(30), cycle(wires)):
        said.append(f"message {number}")
        answer(wire.say(persona, said[-1]))
    for wire in wires:
        assert lines(answer(wire.get(persona, "history"))) == said
        assert answer(wire.get(persona, "session"))["session_id"] == session


def test_limits_count_the_requests_of_all(replica: Callable[..., Server], dial: Callable[..., Wire], key: str) -> None:
    wires = [dial(replica(), key) for _ in range(2)]
    persona = answer(wires[0].personas())[0]["id"]
    answer(wires[1].begin(persona))
    codes = [wire.say(persona, f"message {number}").status_code for number, wire in zip(range(40), cycle(wires))]
    assert codes == [200] * 30 + [429] * 10


@pytest.mark.parametrize("entries", ["1000", "0"])
def test_a_thousand_messages_of_one_player_have_one_order(
    replica: Callable[..., Server], dial: Callable[..., Wire], key: str, entries: str
) -> None:
    servers = [replica("--rate-limits", "off", "--journal-entries", entries) for _ in range(2)]
    wire = dial(servers[0], key)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    talkers, each = 20, 50

    def talk(number: int) -> None:
        own = dial(servers[number % 2], key)
        for message in range(each):
            answer(own.say(persona, f"{number} {message}"))

    with ThreadPoolExecutor(talkers) as pool:
        list(pool.map(talk, range(talkers)))
    found = lines(answer(wire.get(persona, "history")))
    assert len(found) == talkers * each
    for number in range(talkers):
        own = [line for line in found if line.startswith(f"{number} ")]
        assert own == [f"{number} {message}" for message in range(each)]


def test_one_goes_on_while_another_is_killed(
    replica: Callable[..., Server], dial: Callable[..., Wire], key: str
) -> None:
    killed, other = (replica("--rate-limits", "off") for _ in range(2))
    wire = dial(other, key)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    kept: list[str] = []
    spoken = threading.Event()

    def talk() -> None:
        own = dial(killed, key)
        try:
            for number in range(100_000):
                if own.say(persona, f"killed {number}").status_code == 200:
                    kept.append(f"killed {number}")
                if number == 20:
                    spoken.set()
        except Exception:
            return  # The server has gone.

    thread = threading.Thread(target=talk)
    thread.start()
    assert spoken.wait(20)
    said = []
    for number in range(60):
        if number == 30:
            killed.kill()
        said.append(f"other {number}")
        answer(wire.say(persona, said[-1]))
    thread.join()
    found = lines(answer(wire.get(persona, "history")))
    assert [line for line in found if line.startswith("other")] == said
    # The answer to one more message may not have arrived.
    of_killed = [line for line in found if line.startswith("killed")]
    assert of_killed[: len(kept)] == kept and len(of_killed) <= len(kept) + 1


class Talker(threading.Thread):
    """A player with a server of its own, who says numbered lines one after the other, and again what was refused."""

    def __init__(self, wire: Wire, persona: str, player: str, heard: threading.Condition) -> None:
        super().__init__()
        self.wire, self.persona, self.player = wire, persona, player
        self.kept: list[str] = []
        self.has_enough = False
        self._heard = heard
        answer(wire.begin(persona, user_session_id=player))

    def run(self) -> None:
        while not self.has_enough:
            line = f"line {len(self.kept)}"
            status = self.wire.say(self.persona, line, player=self.player).status_code
            with self._heard:
                if status == 200:
                    self.kept.append(line)
                else:
                    assert status == 503
                self._heard.notify_all()


def test_nothing_is_lost_or_kept_twice_when_postgresql_is_killed(
    dial: Callable[..., Wire], key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    # Commits wait for the disk.
    postgres = Postgres("--durable")
    servers = [
        Server(tmp_path / f"{number}.db", "--rate-limits", "off", binary=program(), address=postgres.address())
        for number in range(2)
    ]
    heard = threading.Condition()
    talkers: list[Talker] = []

    def wait(condition: Callable[[Talker], bool]) -> None:
        with heard:
            assert heard.wait_for(lambda: all(map(condition, talkers)), 20)

    try:
        wires = [dial(server.start(), key) for server in servers]
        persona = answer(wires[0].personas())[0]["id"]
        talkers += [Talker(wire, persona, f"player-{number}", heard) for number, wire in enumerate(wires)]
        for talker in talkers:
            talker.start()
        wait(lambda talker: len(talker.kept) > 20)
        postgres.kill()
        postgres.start()
        before = {talker: len(talker.kept) for talker in talkers}
        wait(lambda talker: len(talker.kept) > before[talker] + 20)
    finally:
        for talker in talkers:
            talker.has_enough = True
            talker.join()
        found = [lines(answer(talker.wire.get(persona, "history", talker.player))) for talker in talkers]
        for server in servers:
            server.close()
        postgres.close()
    assert found == [talker.kept for talker in talkers]


def shared(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries of a journal without what each server has of its own."""
    own = {"arrival", "delivered", "latency_ns"}
    return [{name: value for name, value in entry.items() if name not in own} for entry in entries]


def test_a_journal_is_that_of_all(replica: Callable[..., Server], dial: Callable[..., Wire], key: str) -> None:
    servers = [replica("--rate-limits", "off") for _ in range(2)]
    wires = [dial(server, key) for server in servers]
    persona = answer(wires[0].personas())[0]["id"]
    answer(wires[1].begin(persona))
    for number, wire in zip(range(10), cycle(wires)):
        answer(wire.say(persona, f"message {number // 2}"))
    sandboxes = [server.control.sandbox(key) for server in servers]
    lists = [sandbox.get("/journal", control="true") for sandbox in sandboxes]
    assert [entry["number"] for entry in lists[0]["entries"]] == list(range(1, 13))
    assert shared(lists[0]["entries"]) == shared(lists[1]["entries"])
    assert lists[0]["counters"] == lists[1]["counters"]
    assert lists[0]["counters"] == {"requests": 12, "errors": 0, "duplicates": 5, "unanswered": 0, "kept": 12}
    names = {entry["request_id"][4:12] for entry in lists[0]["entries"]}
    assert len(names) == 2
    for sandbox, server in zip(sandboxes, servers):
        archive = sandbox.get("/journal", format="har")["log"]["entries"]
        assert [entry["_number"] for entry in archive] == list(range(1, 13))
        assert sandbox.post("/verify", {"match": {"message": "message 3"}, "count": 2})["ok"]
        assert not sandbox.post("/verify", {"match": {"message": "message 3"}, "count": 1})["ok"]
        (own,) = [name for name in names if sandbox.get("/journal")["last_event_id"].startswith(name)]
        metrics = httpx.get(f"{server.url}/_foilmock/metrics", headers=server.control.http.headers).text
        assert f'server="{own}"' in metrics
        assert sandbox.get("/limits/report")["server"] == own

    answer(wires[0].say(persona, "before the clearing"))
    sandboxes[0].delete("/journal")
    answer(wires[1].say(persona, "after it"))
    for sandbox in sandboxes:
        assert [entry["message"] for entry in sandbox.get("/journal")["entries"]] == ["after it"]
    for server in servers:
        server.stop()
    servers[1].start()
    assert [entry["message"] for entry in servers[1].control.sandbox(key).get("/journal")["entries"]] == ["after it"]
    servers[1].control.sandbox(key).reset()
    servers[0].start()
    assert servers[0].control.sandbox(key).get("/journal")["counters"]["requests"] == 0


def test_a_live_feed_has_the_requests_of_all_once_its_server_acts(
    replica: Callable[..., Server], dial: Callable[..., Wire], key: str
) -> None:
    servers = [replica("--rate-limits", "off") for _ in range(2)]
    wires = [dial(server, key) for server in servers]
    persona = answer(wires[0].personas())[0]["id"]
    answer(wires[0].begin(persona))
    last = servers[0].control.sandbox(key).get("/journal")["last_event_id"]
    answer(wires[0].say(persona, "of the first"))
    answer(wires[1].say(persona, "of the second"))

    def follow(server: Server, **headers: str) -> str:
        http = server.control.http
        return http.get(f"/sandboxes/{key}/journal/live?since=start&wait_seconds=0.2", headers=headers).text

    for server in servers:
        text = follow(server)
        assert text.index("of the first") < text.index("of the second")
    # The id of one server means nothing to another, which sends all that it has.
    assert '{"entries":null}' in follow(servers[1], **{"Last-Event-ID": last})
    assert "init-session" in follow(servers[1], **{"Last-Event-ID": last})
    assert "init-session" not in follow(servers[0], **{"Last-Event-ID": last})


def test_a_key_for_a_page_works_at_any_server(
    replica: Callable[..., Server], dial: Callable[..., Wire], key: str
) -> None:
    servers = [replica("--rate-limits", "off") for _ in range(2)]
    answer(dial(servers[0], key).personas())
    made = servers[0].control.sandbox(key).post("/keys")["key"]
    for _ in range(2):
        for server in servers:
            assert answer(dial(server, made).personas())
        servers[1].stop()
        servers[1].start()


def test_a_picture_is_at_every_server(replica: Callable[..., Server]) -> None:
    servers = [replica() for _ in range(2)]
    data = JPEG + bytes((10 << 20) - len(JPEG))
    headers = {"X-API-Key": "ft_sk_test_pictures"}
    sent = httpx.post(f"{servers[0].url}/api/v1/bot/upload", headers=headers, files={"file": ("a.jpg", data)})
    path = "/api/" + answer(sent)["url"].split("/api/", 1)[1]
    for server in servers:
        assert httpx.get(f"{server.url}{path}").content == data
    large = httpx.post(f"{servers[0].url}/api/v1/bot/upload", headers=headers, files={"file": ("a.jpg", data + b"0")})
    assert large.status_code == 413
    servers[1].control.sandbox("ft_sk_test_pictures").delete()
    for server in servers:
        assert httpx.get(f"{server.url}{path}").status_code == 404


def test_a_server_with_other_settings_is_refused(replica: Callable[..., Server], postgres: Postgres) -> None:
    replica("--seed", "1")
    done = command("serve", "--port", "0", "--db", postgres.address(), "--seed", "2", binary=program())
    assert (done.returncode, done.stdout) == (1, "")
    assert "with other settings: control token (" in done.stderr
    assert ", seed (1; this server's: 2);" in done.stderr
    with pytest.raises(AssertionError):
        replica("--seed", "2")


def test_servers_with_new_settings_may_start_at_once(replica: Callable[..., Server]) -> None:
    """Also on an empty database, which has no settings yet."""
    with ThreadPoolExecutor(3) as pool:
        started = list(pool.map(lambda _: replica("--seed", "3"), range(3)))
    assert all(server.is_running for server in started)


def test_what_needs_no_database_is_answered_while_the_database_works(
    replica: Callable[..., Server], postgres: Postgres, dial: Callable[..., Wire], key: str
) -> None:
    server = replica("--rate-limits", "off")
    wire = dial(server, key)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    with postgres.session() as session, ThreadPoolExecutor(1) as pool:
        session.ask("BEGIN")
        session.ask("SELECT count(*) FROM (SELECT 1 FROM accounts FOR UPDATE) AS locked")
        waiting = pool.submit(wire.say, persona, "hm")
        while session.ask("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0":
            assert not waiting.done()
        for path in ["health", "ready", "metrics"]:
            found = httpx.get(f"{server.url}/_foilmock/{path}", headers={"Authorization": f"Bearer {TOKEN}"})
            assert found.status_code == 200
        assert not waiting.done()
        session.ask("COMMIT")
        answer(waiting.result())
    assert lines(answer(wire.get(persona, "history"))) == ["hm"]
