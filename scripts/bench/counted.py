"""The requests whose instructions and allocations are counted: what a server answers so many of them for is compared
with what it answers fewer for, so starting and stopping do not count."""

import contextlib
import itertools
import os
import signal
import tempfile
from typing import Callable, NamedTuple

from callgrind import count, stripped
from client import Client
from servers import Foilmock, Unmeasurable

KEY, HANDSHAKE_KEY, CHARACTERS_TOKEN = "pk_test_cost", "ft_sk_test_cost", "ftc_test_cost"
LINE = "Nice weather we are having today, is it not?"
PERSONAS = "/api/v1/sdk/personas"
BATCH = 16


class Caller:
    """A player on a kept connection to the server."""

    def __init__(self, server, name="cost"):
        self.server, self.name = server, name
        self.greetings = itertools.count(1)
        self.client = Client(server.port, KEY, kept=True)
        self.chat = f"/api/v1/sdk/chat/{self.client.json('GET', PERSONAS)[0]['id']}"

    def begin(self):
        self.client.text("POST", f"{self.chat}/init-session", {
            "user_session_id": self.name, "player_name": "Alex", "player_gender": "non-binary"})

    def line(self):
        return {"user_session_id": self.name, "message": LINE}

    def say(self):
        return self.client.text("POST", f"{self.chat}/message", self.line())

    def stream(self):
        self.client.text("POST", f"{self.chat}/message/stream", self.line())

    def say_hundred(self):
        self.begin()
        for _ in range(99):
            self.say()

    def history(self):
        self.client.text("GET", f"{self.chat}/history?user_session_id={self.name}")

    def personas(self):
        self.client.text("GET", PERSONAS)

    def handshake(self):
        parts = {"target": "@lead", "own_username": "@me", "message": "hello"}
        form = "".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items())
        self.client.text("POST", "/api/v1/bot/chat", f"{form}--x--\r\n", {
            "X-API-Key": HANDSHAKE_KEY, "Content-Type": "multipart/form-data; boundary=x"})

    def character(self):
        # A player who says the same again and again is not answered.
        message = f"hello for the time {next(self.greetings)}"
        self.client.text("POST", "/api/v1/characters/chat", {
            "platform": "instagram", "handle": "lead", "own_username": "me", "message": message},
            {"X-Connector-Token": CHARACTERS_TOKEN})

    def nothing(self):
        pass

    def begin_all(self):
        self.players = [Caller(self.server, f"cost-{number}") for number in range(BATCH)]
        for player in self.players:
            player.begin()

    def say_together(self):
        """Messages of 16 players that one iteration of the loop reads, so that one commit keeps them: the server is held
        until all have come."""
        with held(self.server.pid):
            for player in self.players:
                player.client.send("POST", f"{player.chat}/message", player.line())
        for player in self.players:
            player.client.receive()


@contextlib.contextmanager
def held(pid):
    """Stops a child of this process meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        if os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED).si_code != os.CLD_STOPPED:
            raise Unmeasurable("the server has ended")
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


class Kind(NamedTuple):
    """A kind of request: what comes first; what is asked; how often before it is counted, and how often then; how many
    requests each time is."""

    prepare: Callable
    ask: Callable
    warm: int = 300
    counted: int = 400
    requests: int = 1


KINDS = {
    "message": Kind(Caller.begin, Caller.say),
    "message in a batch of 16": Kind(Caller.begin_all, Caller.say_together, warm=20, counted=25, requests=BATCH),
    "stream": Kind(Caller.begin, Caller.stream),
    "init": Kind(Caller.nothing, Caller.begin),
    "history of 100 turns": Kind(Caller.say_hundred, Caller.history, warm=50, counted=100),
    "list of personas": Kind(Caller.nothing, Caller.personas),
    "FluidTalk chat": Kind(Caller.nothing, Caller.handshake),
    "Characters chat": Kind(Caller.nothing, Caller.character),
}


def figure(start, kind):
    """What one request of the kind costs the server that `start(folder, under)` starts."""
    def asking(times):
        def use(server):
            caller = Caller(server)
            kind.prepare(caller)
            for _ in range(times):
                kind.ask(caller)
        return use

    before, after = count(start, asking(kind.warm)), count(start, asking(kind.warm + kind.counted))
    instructions, allocations = ((b - a) / kind.counted / kind.requests for a, b in zip(before, after))
    return {"instructions": round(instructions), "allocations": round(allocations, 1)}


def figures(binary):
    """By kind."""
    with tempfile.TemporaryDirectory(prefix="foilmock-cost-") as folder:
        copy = stripped(binary, folder)
        return {name: figure(lambda place, under: Foilmock(copy, place, under=under), kind) for name, kind in KINDS.items()}
