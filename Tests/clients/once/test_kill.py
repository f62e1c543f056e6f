"""Answered requests are on disk: a server that is killed while it works loses nothing that it acknowledged."""

import socket
import threading
from collections.abc import Callable

import httpx

from helpers.bare import message_bytes
from helpers.server import Server
from helpers.wire import Wire, answer

PLAYERS = [f"player-{number}" for number in range(6)]
# Acknowledged messages of all players together before the kill, one number for each round.
ENOUGH = [1, 20, 60, 130, 220, 340, 470, 610]
# Kills right after an answer.
MOMENTS = 25
TIMEOUT = 20.0


class Talker(threading.Thread):
    """Sends numbered messages of one player over one connection, until the server is gone."""

    def __init__(self, url: str, key: str, persona: str, player: str, round: int, told: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self.wire = Wire(url, key)
        self.persona = persona
        self.player = player
        self.round = round
        self.told = told
        self.acknowledged: list[str] = []
        self.last = ""
        self.refusal = ""

    def run(self) -> None:
        try:
            while not self.refusal:
                self.last = f"{self.player} round {self.round} message {len(self.acknowledged)}"
                response = self.wire.say(self.persona, self.last, player=self.player)
                if response.status_code == 200:
                    self.acknowledged.append(self.last)
                    self.told.release()
                else:
                    self.refusal = response.text
        except httpx.HTTPError:
            pass
        finally:
            self.wire.close()


def test_every_acknowledged_message_is_kept_once(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str
) -> None:
    server = launch()
    wire = dial(server, key)
    persona = answer(wire.personas())[0]["id"]
    for player in PLAYERS:
        answer(wire.begin(persona, user_session_id=player))

    kept: dict[str, list[str]] = {player: [] for player in PLAYERS}
    for round, enough in enumerate(ENOUGH):
        talkers = talk_and_kill(server, key, persona, round, enough)
        server.start()
        wire = dial(server, key)
        for talker in talkers:
            assert not talker.refusal
            history = answer(wire.get(persona, "history", talker.player))
            told = kept[talker.player] + talker.acknowledged
            found = lines(history)
            assert found[: len(told)] == told
            # The message that was under way may have been stored or not, but not twice.
            assert found[len(told) :] in ([], [talker.last])
            kept[talker.player] = found


def test_an_answer_is_on_disk_when_it_arrives(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str
) -> None:
    server = launch()
    wire = dial(server, key)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    said = [f"message {number}" for number in range(MOMENTS)]
    for line in said:
        say_and_kill(server, key, persona, line)
        server.start()
    assert lines(answer(dial(server, key).get(persona, "history"))) == said


def say_and_kill(server: Server, key: str, persona: str, message: str) -> None:
    """The kill follows the answer at once, so that the server can do nothing after it."""
    with socket.create_connection(server.address, TIMEOUT) as connection:
        connection.sendall(message_bytes(key, persona, message))
        response = connection.recv(4096)
        server.kill()
    assert response.startswith(b"HTTP/1.1 200 ")


def talk_and_kill(server: Server, key: str, persona: str, round: int, enough: int) -> list[Talker]:
    told = threading.Semaphore(0)
    talkers = [Talker(server.url, key, persona, player, round, told) for player in PLAYERS]
    for talker in talkers:
        talker.start()
    for _ in range(enough):
        assert told.acquire(timeout=TIMEOUT), [talker.refusal for talker in talkers]
    server.kill()
    for talker in talkers:
        talker.join(TIMEOUT)
        assert not talker.is_alive()
    return talkers


def lines(history: dict) -> list[str]:
    """The player's lines; each is followed by its answer."""
    roles = [message["role"] for message in history["messages"]]
    assert roles == ["assistant"] + ["user", "assistant"] * (len(roles) // 2)
    return [message["content"] for message in history["messages"] if message["role"] == "user"]
