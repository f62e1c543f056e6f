#!/usr/bin/env python3
"""Measures how long one request keeps others waiting, and what memory it takes: the largest of each kind that the default
limits let in, each against a server of its own, while another process asks for its health every 10 ms.

usage: scripts/stalls.py [--only WORD,...] BINARY

It reports and asserts nothing; tests count the work instead of timing it. An attack is a function below; it prepares what
it needs, and what it does within `with world.measured:` is what the table tells: how long the requests took, for how long
the other process got no answer, the processor time of the server, which tells more where other programs run (that of
threads that have ended is not in it), and the most memory that the server has had meanwhile, in MiB.
"""

import argparse
import contextlib
import http.client
import json
import os
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench"))
from servers import PATIENCE, TOKEN, Unmeasurable  # noqa: E402
from world import KEY, USER, World, crossed, document, machine  # noqa: E402

ATTACKS = []


def attack(function):
    ATTACKS.append(function)
    return function


class Measured:
    """What happens within it is measured, once."""

    def __init__(self, world):
        self.world, self.server = world, world.server
        self.took = self.stall = None
        # Of a server that has ended they cannot be read.
        self.processor = self.memory = float("nan")

    def __enter__(self):
        with open(f"/proc/{self.server.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")  # The peak counts from here.
        self.world.probe.samples()
        self.used = self.server.processor()
        self.begun = time.monotonic()

    def __exit__(self, *_):
        self.took = time.monotonic() - self.begun
        self.stall = max(sample.seconds for sample in self.world.probe.samples())
        with contextlib.suppress(OSError, AttributeError):
            self.processor = self.server.processor() - self.used
            self.memory = self.server.memory("VmHWM")


def redirect(when):
    return {"from_state_key": "hall", "decision_type": "redirect", "when": when, "says": "So."}


# MARK: saves


@attack
def misspelt_states(world):
    """300 names of 600 characters that are nearly those of 1,000 states"""
    states = [{"state_key": f"{place:04}" + "s" * 596} for place in range(1000)]
    states[0]["is_initial_state"] = True
    wrong = [
        {"from_state_key": f"{place:04}" + "z" * 596, "to_state_key": states[1]["state_key"], "decision_type": "pass"}
        for place in range(300)]
    with world.measured:
        world.save(document({"machine_key": "m", "states": states, "transitions": wrong}))


@attack
def misspelt_long_state(world):
    """one name of 60,000 characters that is nearly that of a state"""
    states = [{"state_key": "s" * 60_000, "is_initial_state": True}]
    wrong = [{"from_state_key": "z" * 60_000, "to_state_key": "s" * 60_000, "decision_type": "pass"}]
    with world.measured:
        world.save(document({"machine_key": "m", "states": states, "transitions": wrong}))


@attack
def misspelt_everywhere(world):
    """a megabyte of short misspelt names"""
    states = [{"state_key": f"state{place}"} for place in range(1000)]
    states[0]["is_initial_state"] = True
    wrong = [{"from_state_key": f"stade{place}", "decision_type": "redirect"} for place in range(14_000)]
    with world.measured:
        world.save(document({"machine_key": "m", "states": states, "transitions": wrong}))


@attack
def unknown_keys(world):
    """a megabyte of unknown keys"""
    states = [{"state_key": "s", "is_initial_state": True, **{f"sayz{place}": 1 for place in range(60_000)}}]
    with world.measured:
        world.save(document({"machine_key": "m", "states": states}))


@attack
def save_states(world):
    """100 machines that share 1 MiB: 150 states each"""
    machines = [
        {"machine_key": f"m{number}", "states": [
            {"state_key": f"state{place}", "is_initial_state": place == 0} for place in range(150)]}
        for number in range(100)]
    with world.measured:
        world.save(document(*machines))


@attack
def save_transitions(world):
    """9,000 transitions between 1,000 states"""
    with world.measured:
        world.save(crossed())


@attack
def save_wildcards(world):
    """8 MiB of transitions from * of 1,000 states, then read as the API shows them"""
    states = [{"state_key": f"s{place}"} for place in range(1000)]
    states[0]["is_initial_state"] = True
    transitions = [
        {"from_state_key": "*", "decision_type": "redirect", "when": {"any": [f"w{place}"]}, "says": "Hm."}
        for place in range(80)]
    with world.measured:
        world.save(document({"machine_key": "m", "states": states, "transitions": transitions}))


@attack
def save_patterns(world):
    """20,000 patterns"""
    with world.measured:
        world.save(document(machine([redirect({"any_of": patterns(20_000)})])))


@attack
def save_lines(world):
    """50,000 lines of one list"""
    with world.measured:
        world.save(document(machine(greeting=[f"Line {place}." for place in range(50_000)])))


# MARK: turns


def patterns(count):
    """None matches a row of a."""
    return [{"pattern": f"a[xy](?#{number})"} for number in range(count)]


@attack
def many_patterns(world):
    """a message of 10 KB against 20,000 patterns, or 1,000 where no more may be sent"""
    many = document(machine([redirect({"any_of": patterns(20_000)})]))
    if world.control("PUT", "/personas/loud", {**many, "persona": {"name": "Loud"}})[0] != 200:
        many = document(machine([redirect({"any_of": patterns(1_000)})]))
    world.put(many)
    with world.measured:
        world.say("a" * 10_000, "loud")


@attack
def many_phrases(world):
    """a message of 10 KB against 60,000 words"""
    words = [f"w{place}" for place in range(60_000)]
    world.put(document(machine([redirect({"any": words})])))
    with world.measured:
        world.say("wo " * 3_333, "loud")


@attack
def long_phrases(world):
    """a message of 10 KB against 100 phrases that nearly occur everywhere"""
    phrases = ["a " * 4_900 + f"b{place}" for place in range(100)]
    world.put(document(machine([redirect({"any": phrases})])))
    with world.measured:
        world.say("a " * 4_999, "loud")


@attack
def much_was_said(world):
    """what was said in 1,000 turns of 10 KB"""
    world.put(document(machine([redirect({"said": ["never", "ever"]})])), "quiet")
    world.must("PUT", "/snapshot", world.remember(1_000, "a " * 4_999, "Hm."))
    with world.measured:
        world.say("Well?")


@attack
def entering(world):
    """{entering} 2,000 times, or 16 where it may be no more, each of 200 KB"""
    states = [
        {"state_key": "hall", "is_initial_state": True, "says": "Welcome."},
        {"state_key": "room", "says": "r" * 200_000}, {"state_key": "end", "is_terminal_state": True}]

    def inserting(count):
        return document(machine([
            {"from_state_key": "hall", "to_state_key": "room", "decision_type": "pass", "when": {"equals": "go"},
             "says": "{entering}" * count}], states))

    many = inserting(2_000)
    if world.control("PUT", "/personas/loud", {**many, "persona": {"name": "Loud"}})[0] != 200:
        many = inserting(16)
    world.put(many)
    with world.measured:
        world.say("go", "loud")


# MARK: control


@attack
def scripts(world):
    """1,000 scripts of 1,000 steps, then their list"""
    script = {"steps": [{"decision": "pass", "reply": "Yes."}] * 1_000}
    with world.measured:
        for _ in range(1_000):
            if world.control("POST", "/scripts", script)[0] != 200:
                break
        world.control("GET", "/scripts")


@attack
def fault_patterns(world):
    """a message of 10 KB against 1,000 faults with patterns"""
    world.begin()
    for _ in range(1_000):
        fault = {"kind": "status", "status": 503, "match": {"message": {"pattern": "(a+)+[xy]"}}}
        if world.control("POST", "/faults", fault)[0] != 200:
            break
    with world.measured:
        world.say("a" * 10_000)


@attack
def fault_bodies(world):
    """1,000 faults with bodies of 1 MB, then their list"""
    fault = {"kind": "status", "status": 503, "text": "x" * 1_000_000}
    with world.measured:
        for _ in range(1_000):
            if world.control("POST", "/faults", fault)[0] != 200:
                break
        world.control("GET", "/faults")


@attack
def drip(world):
    """8 MB dripping a byte at a time"""
    states = [{"state_key": f"s{place}"} for place in range(1000)]
    states[0]["is_initial_state"] = True
    transitions = [
        {"from_state_key": "*", "decision_type": "redirect", "when": {"any": [f"w{place}"]}, "says": "Hm."}
        for place in range(80)]
    saved = json.loads(world.save(document({"machine_key": "m", "states": states, "transitions": transitions}))[1])
    status, answer = world.call(
        "POST", "/_foilmock/v1/sandboxes/alice/faults", {"kind": "drip", "bytes": 1, "every_seconds": 0.1},
        {"Authorization": f"Bearer {TOKEN}"})
    if status != 200:
        raise Unmeasurable(f"a drip fault: {status} {answer[:300]!r}")
    with world.measured:
        connection = http.client.HTTPConnection("127.0.0.1", world.port, timeout=PATIENCE)
        connection.request("GET", f"/api/v1/personas/{saved['persona']['id']}/full", None, USER)
        connection.getresponse().read(3)
        connection.close()


@attack
def verify_patterns(world):
    """250 requests of 9 KB held against one pattern that tries much"""
    world.begin()
    for _ in range(250):
        world.say("a" * 9_000)
    match = {"match": {"message": {"pattern": "(a+)+[xy]"}}, "count": 1}
    with world.measured:
        world.control("POST", "/verify", match)


# MARK: what is long


@attack
def snapshot(world):
    """a snapshot of 32 MB, put back"""
    body = json.dumps(world.remember(32_000, "a" * 400, "b" * 400)).encode()
    with world.measured:
        world.control("PUT", "/snapshot", body)


@attack
def journal(world):
    """the journal of 250 requests of 500 KB, exported as HAR"""
    world.begin()
    for _ in range(250):
        world.say("a" * 500_000)
    with world.measured:
        world.control("GET", "/journal?format=har")


@attack
def long_history(world):
    """a history of 100,000 turns"""
    world.must("PUT", "/snapshot", world.remember(100_000, "Hello.", "Hm."))
    with world.measured:
        world.chat("GET", "/history?user_session_id=p")


def history_of(world, megabytes):
    world.must("PUT", "/snapshot", world.remember(megabytes * 1_000, "a" * 500, "b" * 500))
    personas = json.loads(world.call("GET", "/api/v1/sdk/personas", None, {"X-API-Key": KEY})[1])
    persona = next(item["id"] for item in personas if item["name"] == "Quiet")
    return (
        f"GET /api/v1/sdk/chat/{persona}/history?user_session_id=p HTTP/1.1\r\nHost: localhost\r\n"
        f"X-API-Key: {KEY}\r\nConnection: close\r\n\r\n").encode()


@attack
def histories(world):
    """100 histories of 3 MB at once"""
    ask = history_of(world, 3)
    with world.measured:
        connections = [socket.create_connection(("127.0.0.1", world.port), PATIENCE) for _ in range(100)]
        for connection in connections:
            connection.sendall(ask)
        for connection in connections:
            with contextlib.suppress(OSError):
                while connection.recv(1 << 20):
                    pass
            connection.close()


@attack
def slow_readers(world):
    """220 clients that do not read histories of 3 MB"""
    ask = history_of(world, 3)
    with world.measured:
        connections = [socket.create_connection(("127.0.0.1", world.port), PATIENCE) for _ in range(220)]
        for connection in connections:
            connection.sendall(ask)
        # Until the server has answered somebody else, who came after them all.
        world.call("GET", "/_foilmock/health")
        time.sleep(2)
    for connection in connections:
        connection.close()


# MARK: the table


def run(binary, function):
    with tempfile.TemporaryDirectory(prefix="foilmock-stalls-") as folder:
        world = World(binary, folder)
        world.measured = Measured(world)
        try:
            function(world)
        finally:
            world.stop()
        return world.measured


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="names of attacks, or parts of them")
    parser.add_argument("binary")
    options = parser.parse_args()
    words = [word for word in options.only.split(",") if word]
    print(f"{'attack':<22}{'requests':>10}{'stall':>12}{'processor':>12}{'memory':>12}", flush=True)
    for function in ATTACKS:
        if words and not any(word in function.__name__ for word in words):
            continue
        try:
            measured = run(options.binary, function)
        except Unmeasurable as reason:
            sys.exit(f"Error: {reason}")
        print(
            f"{function.__name__:<22}{measured.took:>9.2f}s{measured.stall * 1000:>9.0f} ms"
            f"{measured.processor * 1000:>9.0f} ms{measured.memory:>8.0f} MiB"
            f"  {function.__doc__}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
