"""The table of how long the loop keeps others waiting while it is given much to do."""

import contextlib
import itertools
import json
import multiprocessing
import os
import shutil
import tempfile
import time

from client import Client
from filled import OLD, fill_accounts
from servers import Unmeasurable
from table import aim, median, quantile, spread
from world import USER, World, crossed

TALKERS, TALK_KEY = 4, "pk_test_talk"
# Seconds from one message to the next, and between two questions of the probe.
PACE, INTERVAL = 0.002, 0.005
# So that each new key evicts an old one.
ACCOUNTS = ["--open-accounts", str(OLD)]
TURNS = 20_000
RUNS = 3
# In milliseconds.
MOST = 20


def talking(world):
    """Messages of four players, one after the other."""
    clients = [Client(world.port, TALK_KEY, kept=True) for _ in range(TALKERS)]
    chat = f"/api/v1/sdk/chat/{clients[0].json('GET', '/api/v1/sdk/personas')[0]['id']}"
    for player in range(TALKERS):
        world.begin(player=str(player), key=TALK_KEY)
    for player in itertools.cycle(range(TALKERS)):
        clients[player].text("POST", f"{chat}/message", {"user_session_id": str(player), "message": "Hello?"})
        yield
        time.sleep(PACE)


def saves(world):
    """creator saves of 1 MiB"""
    text = json.dumps(crossed()).encode()
    while True:
        World.answered("a save", world.call("POST", "/api/v1/creator/save", text, USER))
        yield


def taken(world):
    """snapshots of 20,000 turns, taken"""
    world.must("PUT", "/snapshot", world.remember(TURNS, "a" * 100, "b" * 100))
    while True:
        World.answered("a snapshot", world.control("GET", "/snapshot"))
        yield


def restored(world):
    """snapshots of 20,000 turns, restored"""
    key = "pk_test_restored"
    text = json.dumps(world.remember(TURNS, "a" * 100, "b" * 100, key)).encode()
    while True:
        World.answered("a snapshot", world.control("PUT", "/snapshot", text, key))
        yield


def exports(world):
    """HAR exports of 250 requests of 10 KB"""
    key = "pk_test_exported"
    world.begin(key=key)
    for _ in range(250):
        world.say("a" * 9_000, key=key)
    while True:
        World.answered("an export", world.control("GET", "/journal?format=har", key=key))
        yield


def evictions(world):
    """evictions of accounts, of which one in 50 has 5,000 sessions"""
    for number in itertools.count():
        world.begin(key=f"pk_test_new-{number}")
        yield


LOADS = (saves, taken, restored, exports, evictions)


def measure(plan):
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        old = os.path.join(folder, "old.db")
        fill_accounts(plan.binary, old)
        rows = [row("messages alone", plan, old, ())]
        rows += [row(load.__doc__, plan, old, (load,)) for load in LOADS]
        rows.append(row("all of these at once", plan, old, LOADS))
    return [
        "beside messages", "requests/s", "longest stall", "of each run", "of it at work", "longest answer", "p99.9 of answers",
        "aim"], rows


def row(what, plan, old, loads):
    runs, counts = [], []
    for _ in range(RUNS):
        count, samples = run(plan, old, loads)
        counts.append(count / plan.seconds)
        runs.append(samples)
    longest = [max(samples, key=lambda sample: sample.stall) for samples in runs]
    stalls = [sample.stall * 1000 for sample in longest]
    answers = [sample.seconds * 1000 for samples in runs for sample in samples]
    return [what, f"{median(counts):,.0f}", spread(stalls, ".1f", " ms"), " ".join(f"{stall:.1f}" for stall in stalls),
            f"{median([sample.worked * 1000 for sample in longest]):.1f} ms", f"{max(answers):.1f} ms",
            f"{quantile(answers, 0.999):.1f} ms", aim(f"no stall over {MOST} ms", max(stalls) <= MOST) if loads else ""]


def run(plan, old, loads):
    """How many requests of the loads were answered, and the probe's samples meanwhile."""
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder, contextlib.ExitStack() as stack:
        shutil.copy(old, os.path.join(folder, "foilmock.db"))
        world = World(plan.binary, folder, *ACCOUNTS, interval=INTERVAL)
        stack.callback(world.stop)
        callers = []
        for load in (talking, *loads):
            callers.append(Load(world, load))
            stack.callback(callers[-1].stop)
        for caller in callers:
            caller.wait_until_begun()
        before = [caller.count() for caller in callers]
        world.probe.samples()
        time.sleep(plan.seconds)
        samples = world.probe.samples()
        return sum(caller.count() for caller in callers[bool(loads):]) - sum(before[bool(loads):]), samples


class Load:
    """A process that makes requests of one kind, as fast as they are answered."""

    def __init__(self, world, requests):
        self.requests = requests
        self.answered = multiprocessing.Value("l", 0)
        self.process = multiprocessing.Process(target=self.run, args=(world,), daemon=True)
        self.process.start()

    def run(self, world):
        for _ in self.requests(world):
            self.answered.value += 1

    def count(self):
        if not self.process.is_alive():
            raise Unmeasurable(f"a caller failed: {self.requests.__doc__}")
        return self.answered.value

    def wait_until_begun(self):
        while not self.count():
            time.sleep(0.01)

    def stop(self):
        self.process.terminate()
        self.process.join()
