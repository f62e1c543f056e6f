#!/usr/bin/env python3
"""Kills servers of one PostgreSQL database, and then PostgreSQL, under load, and checks that nothing acknowledged is lost.

usage: scripts/chaos.py [--rounds N] BINARY

BINARY is foilmock-postgres. In each round three servers use a PostgreSQL server whose commits wait for a standby, and many
players talk to them. One server is killed and started again. Then PostgreSQL is killed, and the standby takes its place.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import signal
import sys
import tempfile
import threading
import time

from report import Report

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path += [os.path.join(ROOT, "scripts", "bench"), os.path.join(ROOT, "Tests", "clients")]
from client import Client  # noqa: E402
from conversation import LINE, PERSONAS  # noqa: E402
from helpers.postgres import Postgres  # noqa: E402
from servers import Foilmock, Unmeasurable, free_port  # noqa: E402

# The players of a key talk to different servers.
SERVERS, KEYS, PLAYERS = 3, 4, 24
# Seconds from the kill of PostgreSQL to the promotion of its standby, by turns: while requests under way wait for it, and later.
AWAY = (1, 5, 20)
# Options of the servers, by turns: with a journal each batch has its sandboxes alone, without one servers share them.
OPTIONS = ((), ("--journal-entries", "0"))
# Seconds of each part of a round, the most that a server may need to answer again, and the pause after a refusal.
PART, PATIENCE, PAUSE = 4, 60, 0.05
# A player's messages on one connection.
MESSAGES = 50
# Warnings that a server may log in a round, beside the lines of requests that were refused.
WARNINGS = 20


class Player(threading.Thread):
    """Sends numbered messages, one after the other, to a server of its own while that takes connections, else to another."""

    def __init__(self, world, number):
        super().__init__(daemon=True)
        self.world, self.name = world, f"player-{number}"
        self.key = f"pk_test_chaos-{number % KEYS}"
        place = number % SERVERS
        self.ports = world.ports[place:] + world.ports[:place]
        #: What was answered with 200, and what may have been kept: the connection ended without an answer.
        self.kept, self.unknown = [], set()
        #: When answers came, and from which port.
        self.answers = []
        self.refused = 0
        self.failure = ""

    def run(self):
        while not (self.world.ended.is_set() or self.failure):
            connection = self.connected()
            try:
                for _ in range(MESSAGES):
                    self.say(connection)
            except (OSError, http.client.HTTPException):
                self.unknown.add(self.line)
            finally:
                connection.close()

    @property
    def line(self):
        return f"{LINE} {len(self.kept) + len(self.unknown) + 1}"

    def connected(self):
        for port in itertools.cycle(self.ports):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            with contextlib.suppress(ConnectionError):
                connection.connect()
                return connection

    def say(self, connection):
        body = json.dumps({"user_session_id": self.name, "message": self.line})
        connection.request("POST", self.world.path, body, {"X-API-Key": self.key, "Content-Type": "application/json"})
        reply = connection.getresponse()
        text = reply.read()
        if reply.status == 200:
            self.kept.append(self.line)
            self.answers.append((time.monotonic(), connection.port))
        elif reply.status == 503:
            # Nothing of it is kept, so it is sent again.
            self.refused += 1
            self.world.ended.wait(PAUSE)
        elif reply.status == 504:
            # It may be kept.
            raise ConnectionError
        else:
            self.failure = f"{reply.status}: {text[:200]!r}"


class World:
    """Three servers, their database with its standby, and the players."""

    def __init__(self, binary, options, stack):
        self.ended = threading.Event()
        self.primary = Postgres("--durable", "synchronous_standby_names=*")
        stack.callback(self.primary.close)
        self.standby = Postgres("--durable", "--standby-of", str(self.primary.port))
        stack.callback(self.standby.close)
        self.binary, self.options, self.stack = binary, options, stack
        self.folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="foilmock-chaos-"))
        self.database = (f"postgresql://foilmock@127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}/postgres"
                         "?target_session_attrs=read-write")
        self.ports = [free_port() for _ in range(SERVERS)]
        self.servers = [self.start(port) for port in self.ports]
        client = Client(self.ports[0], "pk_test_chaos-0")
        self.chat = f"/api/v1/sdk/chat/{client.json('GET', PERSONAS)[0]['id']}"
        self.path = f"{self.chat}/message"
        self.players = [Player(self, number) for number in range(PLAYERS)]
        for player in self.players:
            client.json("POST", f"{self.chat}/init-session", {
                "user_session_id": player.name, "player_name": "Alex", "player_gender": "non-binary"}, {"X-API-Key": player.key})

    def start(self, port):
        with open(os.path.join(self.folder, str(port)), "ab") as errors:
            server = Foilmock(
                self.binary, self.folder, "--log", "errors", *self.options, database=self.database, port=port, errors=errors)
        self.stack.callback(server.stop)
        server.wait_until_ready()
        return server

    def wait_for_answers(self, since):
        """Until each server has answered a message after that time."""
        while late := set(self.ports) - {port for when, port in self.answers() if when > since}:
            if time.monotonic() > since + PATIENCE:
                raise Unmeasurable(f"{len(late)} servers answered nothing for {PATIENCE} s; one logged {self.warnings(late.pop())[-1:]}")
            time.sleep(0.05)

    def answers(self):
        return sorted(answer for player in self.players for answer in list(player.answers))

    def longest_gap(self, start, end, ports):
        """In seconds, of the answers of any of these servers."""
        times = [start, *(when for when, port in self.answers() if start < when < end and port in ports), end]
        return max(later - earlier for earlier, later in itertools.pairwise(times))

    def history(self, player):
        """The player's lines, as the player's server has them."""
        messages = Client(player.ports[0], player.key).json(
            "GET", f"{self.chat}/history?user_session_id={player.name}")["messages"]
        return [message["content"] for message in messages if message["role"] == "user"]

    def warnings(self, port):
        with open(os.path.join(self.folder, str(port)), encoding="utf-8") as file:
            return [line for line in file.read().splitlines() if " warning: " in line]


def round_of(binary, report, options, away):
    with contextlib.ExitStack() as stack:
        world = World(binary, options, stack)
        stack.callback(world.ended.set)
        for player in world.players:
            player.start()
        world.ended.wait(PART)
        kill_server(world, report)
        world.ended.wait(PART)
        kill_database(world, report, away)
        world.ended.wait(PART)
        world.ended.set()
        for player in world.players:
            player.join(PATIENCE)
        check(world, report)


def kill_server(world, report):
    killed, others = world.ports[0], world.ports[1:]
    start = time.monotonic()
    os.kill(world.servers[0].pid, signal.SIGKILL)
    world.servers[0].process.wait()
    world.ended.wait(PART)
    end = time.monotonic()
    report.step(f"a server killed; longest gap of answers by the others {world.longest_gap(start, end, others):.2f} s")
    report.check(all(any(start < when < end and at == port for when, at in world.answers()) for port in others),
                 "the other servers went on")
    world.servers[0] = world.start(killed)
    world.wait_for_answers(time.monotonic())
    report.check(True, "it was started again, and all servers answer")


def kill_database(world, report, away):
    start = time.monotonic()
    world.primary.kill()
    world.ended.wait(away)
    world.standby.promote()
    promoted = time.monotonic()
    world.wait_for_answers(promoted)
    end = time.monotonic()
    report.step(f"PostgreSQL killed; its standby was promoted after {promoted - start:.1f} s")
    report.step(f"longest gap of answers {world.longest_gap(start, end, world.ports):.2f} s")
    report.step(f"all servers answered again {end - promoted:.2f} s after the promotion")


def check(world, report):
    report.check(not any(player.failure for player in world.players), "each message was answered with 200, 503 or 504",
                 next((player.failure for player in world.players if player.failure), ""))
    lost = repeated = foreign = disordered = 0
    for player in world.players:
        found = world.history(player)
        lost += len(set(player.kept) - set(found))
        repeated += len(found) - len(set(found))
        foreign += len(set(found) - set(player.kept) - player.unknown)
        numbers = [int(line.rsplit(" ", 1)[1]) for line in found]
        disordered += numbers != sorted(numbers)
    kept, unknown = (sum(len(getattr(player, name)) for player in world.players) for name in ("kept", "unknown"))
    report.step(f"{kept} messages answered, {sum(player.refused for player in world.players)} refusals with 503, "
                f"{unknown} without an answer")
    report.check(not lost, "no acknowledged message is lost", lost or "")
    report.check(not repeated, "no message is there twice", repeated or "")
    report.check(not foreign, "nothing is there that was refused", foreign or "")
    report.check(not disordered, "histories are in the order of each player's messages", disordered or "")
    report.check(all(server.process.poll() is None for server in world.servers), "no server ended by itself")
    for port in world.ports:
        warnings = world.warnings(port)
        report.check(len(warnings) <= WARNINGS, f"a server logged {len(warnings)} warnings", (warnings[-1:] or [""])[0][:300])


def main():
    parser = argparse.ArgumentParser(description="Kills servers and their database under load, and checks what is kept.")
    parser.add_argument("--rounds", type=int, default=6, help="rounds of about half a minute (%(default)s)")
    parser.add_argument("binary", metavar="BINARY", help="foilmock-postgres")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report()
    for number in range(arguments.rounds):
        options = OPTIONS[number % len(OPTIONS)]
        print(" ".join([f"round {number + 1}", *options]), flush=True)
        try:
            round_of(os.path.abspath(arguments.binary), report, options, AWAY[number % len(AWAY)])
        except Unmeasurable as reason:
            report.check(False, "the round ended", str(reason))
    report.end()


if __name__ == "__main__":
    main()
