#!/usr/bin/env python3
"""Measures foilmock beside nginx, and with few fixtures beside with many; docs/benchmark.md tells how to read it.

usage: scripts/bench.py [--seconds S] [--pairs N] [--starts N] BINARY

It reports and asserts nothing: the exit code is 0 unless something could not be measured.
"""

import argparse
import contextlib
import functools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench"))
from servers import HERE, Client, Foilmock, Nginx, Unmeasurable, processor_nanoseconds, program  # noqa: E402
import crowd  # noqa: E402
import town  # noqa: E402

KEY = "pk_test_bench"
PLAYERS = 200
CONNECTIONS = (16, 64)
# Streams under way at a time, paced so that all are open before the first ends.
CROWD = 5000
PACING = ["--first-token-ms", "1000", "--tokens-per-second", "2"]
# A clock that stands still.
NOON = ["--clock", "2026-03-10T12:00:00Z"]
# How many machines the two servers have whose cost per message shall be the same.
SIZES = (5, 5000)
# How many entries the journals of the two servers keep between which a message shall cost nearly the same.
JOURNALS = (0, 250)
# No rule fires on it, of the Grumpy Barista's first scene or of a resident's welcome: the session is redirected and goes
# on for ever.
LINE = "Nice weather we are having today, is it not?"
# What wrk's script is told.
MESSAGES = [KEY, str(PLAYERS), LINE]


def median(values):
    return statistics.median(values)


class Run:
    """One run of wrk: what it counted, and what the server's processor time was."""

    def __init__(self, server, path, connections, seconds, arguments):
        before = processor_nanoseconds(server.pid)
        output = subprocess.run(
            [program("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "-s", os.path.join(HERE, "load.lua"),
             f"http://127.0.0.1:{server.port}{path}", "--", *arguments],
            capture_output=True, text=True, check=False)
        used = processor_nanoseconds(server.pid) - before
        result = [line for line in output.stdout.splitlines() if line.startswith("RESULT ")]
        if not result:
            raise Unmeasurable(f"wrk failed: {output.stdout}{output.stderr}")
        counted = json.loads(result[0].split(" ", 1)[1])
        self.requests = counted["requests"]
        if counted["bad"] or not self.requests:
            raise Unmeasurable(f"{path}: {counted['bad']} of {self.requests} requests failed\n{output.stdout}")
        self.rate = self.requests / (counted["microseconds"] / 1e6)
        self.cost = used / 1000 / self.requests
        self.p99 = counted["p99"] / 1000


class Conversation:
    """The players' sessions with one of the listed personas, and the count of what was really said in them. `sandbox` is
    what their paths begin with."""

    def __init__(self, port, place=0, players=PLAYERS, sandbox=""):
        self.client = Client(port, KEY)
        persona = self.client.json("GET", Conversation.personas)[place]
        self.chat = f"{sandbox}/api/v1/sdk/chat/{persona['id']}"
        self.path = f"{self.chat}/message"
        self.stream = f"{self.path}/stream"
        for player in range(1, players + 1):
            self.client.json("POST", f"{self.chat}/init-session", {
                "user_session_id": f"bench-{player}", "player_name": "Alex", "player_gender": "non-binary"})
        self.said = 0

    personas = "/api/v1/sdk/personas"

    @staticmethod
    def line(player):
        return {"user_session_id": f"bench-{player}", "message": LINE}

    def say(self, player):
        return self.client.text("POST", self.path, Conversation.line(player))

    def run(self, server, connections, seconds, path=None):
        """A run of messages, all of which the server has kept."""
        run = Run(server, path or self.path, connections, seconds, MESSAGES)
        self.check(run, connections)
        return run

    def check(self, run, connections):
        """That the server has kept each message that wrk had answered, and no more than were then under way."""
        replies = [json.loads(self.say(player)) for player in range(1, PLAYERS + 1)]
        if any(reply["outcome"] is not None for reply in replies):
            raise Unmeasurable("a conversation has ended")
        total = sum(reply["redirect_count"] for reply in replies)
        heard = total - PLAYERS - self.said
        self.said = total
        if not run.requests <= heard <= run.requests + connections:
            raise Unmeasurable(f"wrk counted {run.requests} messages, the sessions hold {heard}")


def starts(binary, count):
    """Rows of the time from exec to ready and of the memory then, from fresh databases."""
    ready, block, memory = [], [], []
    for _ in range(count):
        with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
            server = Foilmock(binary, folder)
            try:
                server.wait_until_ready()
                memory.append(server.memory())
            finally:
                code = server.stop()
            if code != 0:
                raise Unmeasurable(f"foilmock ended with {code}")
            ready.append(server.ready_after * 1000)
            block.append(server.block_after * 1000)
    return [
        row("ready: first 200 of /_foilmock/health", spread(ready, "ms"), aims=[("≤ 30 ms", median(ready) <= 30)]),
        row("ready block printed", spread(block, "ms")),
        row("idle memory (VmRSS)", spread(memory, "MiB"), aims=[("≤ 15 MiB", median(memory) <= 15)]),
    ]


def spread(values, unit):
    return f"{median(values):.1f} {unit} ({min(values):.1f}–{max(values):.1f})"


def row(what, one, other="", ratio="", aims=()):
    return [what, one, other, ratio, "; ".join(f"{aim}: {'met' if met else 'missed'}" for aim, met in aims)]


def rates(binary, pairs, seconds):
    """Rows of the rates, foilmock and nginx in turn."""
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        os.chmod(folder, 0o755)
        foilmock, nginx = Foilmock(binary, folder), None
        try:
            foilmock.wait_until_ready()
            conversation = Conversation(foilmock.port)
            bodies = {
                conversation.path: conversation.say(1),
                Conversation.personas: conversation.client.text("GET", Conversation.personas),
            }
            conversation.said = 1
            nginx = Nginx(folder, bodies)
            rows = []
            for connections in CONNECTIONS:
                runs = measure(
                    pairs, seconds,
                    lambda length: conversation.run(foilmock, connections, length),
                    lambda length: Run(nginx, conversation.path, connections, length, MESSAGES))
                rows.append(rate_row("messages", connections, runs, 0.4, 35))
            for connections in CONNECTIONS:
                runs = measure(
                    pairs, seconds,
                    lambda length: Run(foilmock, Conversation.personas, connections, length, [KEY]),
                    lambda length: Run(nginx, Conversation.personas, connections, length, [KEY]))
                rows.append(rate_row("personas", connections, runs, 0.7, None))
            runs = measure(
                pairs, seconds,
                lambda length: conversation.run(foilmock, CONNECTIONS[-1], length, conversation.stream))
            rate = median(run.rate for [run] in runs)
            rows.append(row(f"streams, {CONNECTIONS[-1]} connections", side([run for [run] in runs]),
                            aims=[("≥ 10,000/s", rate >= 10_000)]))
            rows.append(row("memory after the load", f"{foilmock.memory():.1f} MiB"))
            return rows
        finally:
            if nginx:
                nginx.stop()
            foilmock.stop()


def crowds(binary):
    """The row of many paced streams at once, each of which has to come whole."""
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        server = Foilmock(binary, folder, *PACING)
        try:
            server.wait_until_ready()
            conversation = Conversation(server.port, players=CROWD)
            measured = crowd.measure(server.port, [
                conversation.client.bytes("POST", conversation.stream, Conversation.line(player))
                for player in range(1, CROWD + 1)])
            memory = server.memory("VmHWM")
        finally:
            server.stop()
    if measured.at_once != CROWD:
        raise Unmeasurable(f"of {CROWD} streams only {measured.at_once} were open at once")
    return [row(
        f"{CROWD:,} paced streams at once: most memory (VmHWM)",
        f"{memory:.1f} MiB, ends after {spread(measured.seconds, 's')}",
        aims=[("< 150 MiB", memory < 150)])]


def apart(binary, pairs, seconds):
    """The row of messages to a sandbox that their path names, in which the time stands still."""
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        server = Foilmock(binary, folder, *NOON)
        try:
            server.wait_until_ready()
            conversation = Conversation(server.port, sandbox="/@bench")
            runs = measure(
                pairs, seconds, lambda length: conversation.run(server, CONNECTIONS[-1], length))
            return [row(f"messages to /@bench/, time stands still, {CONNECTIONS[-1]} connections",
                        side([run for [run] in runs]))]
        finally:
            server.stop()


def sizes(binary, pairs):
    """Rows of what a message costs a server with few machines and one with many, in turn. Short runs, since what is
    compared is nearly equal: a neighbour is then in both of a pair more often."""
    with contextlib.ExitStack() as stack:
        servers = []
        for machines in SIZES:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="foilmock-bench-"))
            town.build(os.path.join(folder, "fixtures"), machines)
            server = Foilmock(binary, folder, "--fixtures", os.path.join(folder, "fixtures"))
            stack.callback(server.stop)
            server.wait_until_ready()
            servers.append(server)
        memory = [server.memory() for server in servers]
        conversations = [Conversation(server.port, place=-1) for server in servers]
        runs = measure(pairs, 1, *(
            functools.partial(conversation.run, server, CONNECTIONS[0])
            for conversation, server in zip(conversations, servers)))
        return [
            row("ready", *(f"{server.ready_after * 1000:,.0f} ms" for server in servers)),
            row("memory then (VmRSS)", *(f"{amount:.1f} MiB" for amount in memory)),
            size_row("messages a second", runs, "rate", ",.0f"),
            size_row("µs a message", runs, "cost", ".1f", (0.95, 1.05)),
        ]


def journals(binary, pairs):
    """Rows of what a message costs a server without a journal and one with the usual, in turn."""
    with contextlib.ExitStack() as stack:
        servers = []
        for entries in JOURNALS:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="foilmock-bench-"))
            server = Foilmock(binary, folder, "--journal-entries", str(entries))
            stack.callback(server.stop)
            server.wait_until_ready()
            servers.append(server)
        conversations = [Conversation(server.port) for server in servers]
        runs = measure(pairs, 1, *(
            functools.partial(conversation.run, server, CONNECTIONS[0])
            for conversation, server in zip(conversations, servers)))
        return [
            size_row("messages a second", runs, "rate", ",.0f", (0.95, None)),
            size_row("µs a message", runs, "cost", ".1f"),
            row("memory after the load", *(f"{server.memory():.1f} MiB" for server in servers)),
        ]


def size_row(what, runs, name, form, bounds=None):
    pairs = [[getattr(run, name) for run in pair] for pair in runs]
    ratios = [many / few for few, many in pairs]
    ratio = median(ratios)
    return row(f"{what}, {CONNECTIONS[0]} connections", *(format(median(side), form) for side in zip(*pairs)),
               f"{ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
               [bounded(ratio, *bounds)] if bounds else [])


def bounded(ratio, least, most):
    """An aim, and whether the ratio is within it; without a most any will do that is not too small."""
    if most is None:
        return (f"≥ {least}", ratio >= least)
    return (f"{least} to {most}", least <= ratio <= most)


def measure(pairs, seconds, *sides):
    """Pairs of runs, one of each side; a short one before warms both and does not count."""
    return [[run(seconds if number else 1) for run in sides] for number in range(pairs + 1)][1:]


def rate_row(what, connections, runs, least, most):
    ours, theirs = ([pair[side] for pair in runs] for side in (0, 1))
    ratios = [one.rate / other.rate for one, other in runs]
    ratio, cost = median(ratios), median(run.cost for run in ours)
    aims = [(f"≥ {least} × nginx", ratio >= least)]
    if most:
        aims.append((f"≤ {most} µs", cost <= most))
    return row(f"{what}, {connections} connections", side(ours), side(theirs),
               f"{ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f})", aims)


def side(runs):
    rate, cost, p99 = (median(getattr(run, name) for run in runs) for name in ("rate", "cost", "p99"))
    return f"{rate:,.0f}/s, {cost:.1f} µs, p99 {p99:.1f} ms"


def table(one, other, rows):
    rows = [["", one, other, "ratio", "aim"], *rows]
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description="Measures foilmock and prints three tables.")
    options.add_argument("binary", metavar="BINARY", help="the program, such as .build/release/foilmock")
    options.add_argument("--seconds", type=int, default=3, help="length of a run of wrk (3)")
    options.add_argument("--pairs", type=int, default=5, help="pairs of runs a figure is the median of (5)")
    options.add_argument("--starts", type=int, default=10, help="starts that the ready time is the median of (10)")
    arguments = options.parse_args()
    binary = os.path.abspath(arguments.binary)
    # So that a stop, too, ends the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if not os.access(binary, os.X_OK):
            raise Unmeasurable(f"{binary} is no program; 'make build' makes it")
        load = os.getloadavg()[0]
        rows = starts(binary, arguments.starts) + rates(binary, arguments.pairs, arguments.seconds)
        rows += apart(binary, arguments.pairs, arguments.seconds) + crowds(binary)
        print(table("foilmock", "nginx", rows), end="\n\n", flush=True)
        rows = sizes(binary, 3 * arguments.pairs)
        print(table(*(f"{machines:,} machines" for machines in SIZES), rows), end="\n\n", flush=True)
        print(table("no journal", f"{JOURNALS[1]:,} entries", journals(binary, 3 * arguments.pairs)))
    except Unmeasurable as reason:
        sys.exit(f"bench: {reason}")
    print(f"\n{os.cpu_count()} cores, load {load:.1f} before the runs; medians, of the ratios pair by pair.")


main()
