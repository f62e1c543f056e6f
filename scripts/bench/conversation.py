"""The messages that are measured: players whose conversation never ends."""

import json

from client import Client
from servers import Unmeasurable
from wrk import Run

KEY = "pk_test_bench"
PERSONAS = "/api/v1/sdk/personas"
# More than there are connections.
PLAYERS = range(1, 201)
# No rule fires on it, of the Grumpy Barista's first scene or of a resident's welcome: the session is redirected and goes
# on for ever.
LINE = "Nice weather we are having today, is it not?"


def named(player):
    return f"bench-{player}"


def bounds(players):
    """The numbers of a range of players, as wrk's script takes them."""
    return [str(number) for number in (players.start, players.stop - 1, players.step)]


class Conversation:
    """The players' sessions with one of the listed personas of a server, and the count of what was really said in them."""

    def __init__(self, server, place=0, players=PLAYERS, sandbox="", begun=False, key=KEY):
        """`sandbox` is what the paths begin with. `begun`: the sessions are there. In `key`, %d is where a player's number goes."""
        self.server, self.players, self.key = server, players, key
        self.client = Client(server.port, KEY)
        self.chat = f"{sandbox}/api/v1/sdk/chat/{self.client.json('GET', PERSONAS)[place]['id']}"
        self.path = f"{self.chat}/message"
        self.stream = f"{self.path}/stream"
        for player in () if begun else players:
            self.client.json("POST", f"{self.chat}/init-session", {
                "user_session_id": named(player), "player_name": "Alex", "player_gender": "non-binary"}, self.fields(player))
        self.said = 0
        if begun:
            self.said = self.total()

    @staticmethod
    def line(player):
        return {"user_session_id": named(player), "message": LINE}

    def fields(self, player):
        return {"X-API-Key": self.key.replace("%d", str(player))}

    def say(self, player):
        self.said += 1
        return self.client.text("POST", self.path, Conversation.line(player), self.fields(player))

    @property
    def arguments(self):
        return self.arguments_of(self.players)

    def arguments_of(self, players):
        """What wrk's script takes for messages of these players."""
        body = json.dumps({"user_session_id": "bench-%d", "message": LINE})
        return ["X-API-Key", self.key, "application/json", *bounds(players), body]

    def run(self, connections, seconds, path=None):
        """A run of messages, all of which the server has kept."""
        run = Run(self.server, path or self.path, connections, seconds, self.arguments)
        self.check(run.requests, connections)
        return run

    def check(self, requests, connections):
        """That the server has kept each message that wrk had answered, and no more than were then under way."""
        before, self.said = self.said, self.total()
        heard = self.said - len(self.players) - before
        if not requests <= heard <= requests + connections:
            raise Unmeasurable(f"wrk counted {requests} messages, the sessions hold {heard}")

    def total(self):
        """How much the players have said, after one more message of each."""
        replies = [json.loads(self.say(player)) for player in self.players]
        if any(reply["outcome"] is not None for reply in replies):
            raise Unmeasurable("a conversation has ended")
        return sum(reply["redirect_count"] for reply in replies)
