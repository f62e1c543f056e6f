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
import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 600
TOKEN = "control-token-of-stalls"
USER = {"Authorization": "Bearer token-of-alice"}
KEY = "pk_test_stalls"
ATTACKS = []


def attack(function):
    ATTACKS.append(function)
    return function


# MARK: the server, its callers and who asks for its health


class Pinger:
    """Another process, so that what its caller computes does not delay it."""

    def __init__(self, port):
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=Pinger.run, args=(other, port), daemon=True)
        self.process.start()
        self.longest()

    @staticmethod
    def run(pipe, port):
        ask = b"GET /_foilmock/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        longest = 0.0
        while True:
            begun = time.monotonic()
            try:
                connection.sendall(ask)
                answer = connection.recv(4096)
            except OSError:
                answer = b""
            longest = max(longest, time.monotonic() - begun)
            if not answer:
                longest = float("inf")  # The server has ended.
            if pipe.poll():
                if not pipe.recv():
                    return
                pipe.send(longest)
                longest = 0.0
            if answer:
                time.sleep(max(0.0, 0.01 - (time.monotonic() - begun)))
            else:
                pipe.poll(PATIENCE)

    def longest(self):
        """Seconds of the longest answer since the last call."""
        self.pipe.send(True)
        return self.pipe.recv()

    def stop(self):
        self.pipe.send(False)
        self.process.join()


class Measured:
    """What happens within it is measured, once."""

    def __init__(self, world):
        self.world = world
        self.took = self.stall = self.processor = self.memory = None

    def __enter__(self):
        with open(f"/proc/{self.world.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")  # The peak counts from here.
        self.world.pinger.longest()
        self.used = self.world.processor()
        self.begun = time.monotonic()

    def __exit__(self, *_):
        self.took = time.monotonic() - self.begun
        self.stall = self.world.pinger.longest()
        self.processor = self.world.processor() - self.used
        self.memory = self.world.memory("VmHWM")


class World:
    """A server with a persona `quiet`, whose machine redirects everything, and a user."""

    def __init__(self, binary, folder):
        fixtures = os.path.join(folder, "fixtures")
        World.write(os.path.join(fixtures, "accounts.json"), {"accounts": [
            {"name": "alice", "keys": ["pk_live_alice"],
             "users": [{"id": "00000000-0000-4000-8000-000000000001", "token": "token-of-alice"}]}]})
        World.write(os.path.join(fixtures, "personas/quiet/persona.json"), {"name": "Quiet"})
        World.write(os.path.join(fixtures, "personas/quiet/machines/talk.json"), machine())
        ready = os.path.join(folder, "ready.json")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FOILMOCK_")}
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--db", os.path.join(folder, "stalls.db"), "--fixtures", fixtures,
             "--ready-file", ready, "--control-token", TOKEN, "--rate-limits", "off", "--log", "off"],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.pid = self.process.pid
        deadline = time.monotonic() + 30
        while not os.path.exists(ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the server did not become ready")
            time.sleep(0.005)
        with open(ready, encoding="utf-8") as file:
            self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)", file.read()).group(1))
        self.pinger = Pinger(self.port)
        self.measured = Measured(self)

    @staticmethod
    def write(path, value):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(value, file)

    def processor(self):
        """Seconds that all threads have used so far; of a server that has ended: nan."""
        total = 0
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{self.pid}/task"):
                with open(f"/proc/{self.pid}/task/{thread}/schedstat", encoding="ascii") as file:
                    total += int(file.read().split()[0])
            return total / 1e9
        return float("nan")

    def memory(self, which):
        """In MiB; of a server that has ended: nan."""
        with contextlib.suppress(OSError, AttributeError), \
                open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"^{which}:\s+(\d+) kB", file.read(), re.MULTILINE).group(1)) / 1024
        return float("nan")

    def stop(self):
        self.pinger.stop()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def call(self, method, path, body=None, headers=None):
        """Status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json", **(headers or {})})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def control(self, method, path, body=None):
        """A call below the sandbox of `KEY`, and what it must be answered with."""
        return self.call(
            method, f"/_foilmock/v1/sandboxes/{KEY}{path}", body, {"Authorization": f"Bearer {TOKEN}"})

    def must(self, method, path, body=None):
        status, answer = self.control(method, path, body)
        if status != 200:
            raise SystemExit(f"{method} {path}: {status} {answer[:300]!r}")
        return json.loads(answer)

    def save(self, document):
        return self.call("POST", "/api/v1/creator/save", document, USER)

    def chat(self, method, path, body=None, slug="quiet"):
        personas = json.loads(self.call("GET", "/api/v1/sdk/personas", None, {"X-API-Key": KEY})[1])
        persona = next(item["id"] for item in personas if item["name"].lower() == slug)
        return self.call(method, f"/api/v1/sdk/chat/{persona}{path}", body, {"X-API-Key": KEY})

    def begin(self, slug="quiet", player="p"):
        status, answer = self.chat("POST", "/init-session", {
            "user_session_id": player, "player_name": "Alex", "player_gender": "non-binary"}, slug)
        if status != 200:
            raise SystemExit(f"init-session: {status} {answer[:300]!r}")

    def say(self, text, slug="quiet", player="p"):
        return self.chat("POST", "/message", {"user_session_id": player, "message": text}, slug)

    def put(self, document, slug="loud"):
        """Has a persona in the sandbox, and begins a session with it."""
        document["persona"] = {"name": slug.capitalize()}
        self.must("PUT", f"/personas/{slug}", document)
        self.begin(slug)

    def remember(self, turns, line, reply):
        """The snapshot of a sandbox in which the session has so many turns."""
        self.begin()
        snapshot = self.must("GET", "/snapshot")
        session = snapshot["players"][0]["sessions"][0]
        first = session["turns"][0]
        session["turns"] = [first] + [
            {**first, "number": number, "line": line, "reply": reply} for number in range(1, turns)]
        session["turn_count"] = turns - 1
        return snapshot


def machine(transitions=(), states=None, **more):
    return {
        "machine_key": "talk", "is_entry": True,
        "states": states or [
            {"state_key": "hall", "is_initial_state": True, "says": "Welcome."},
            {"state_key": "end", "is_terminal_state": True, "says": "Farewell."}],
        "transitions": [
            *transitions,
            {"from_state_key": "hall", "to_state_key": "end", "decision_type": "pass", "when": {"equals": "bye"}},
            {"from_state_key": "hall", "decision_type": "redirect", "when": {"otherwise": True}, "says": "Hm."}],
        **more}


def redirect(when):
    return {"from_state_key": "hall", "decision_type": "redirect", "when": when, "says": "So."}


def document(*machines):
    return {"persona": {"name": "Made"}, "machines": list(machines)}


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
    states = [{"state_key": f"s{place}"} for place in range(1000)]
    states[0]["is_initial_state"] = True
    transitions = [
        {"from_state_key": f"s{place % 1000}", "to_state_key": "s999", "decision_type": "pass", "score_delta": place}
        for place in range(9_000)]
    with world.measured:
        world.save(document({"machine_key": "m", "states": states, "transitions": transitions}))


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
        raise SystemExit(f"a drip fault: {status} {answer[:300]!r}")
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
        measured = run(options.binary, function)
        print(
            f"{function.__name__:<22}{measured.took:>9.2f}s{measured.stall * 1000:>9.0f} ms"
            f"{measured.processor * 1000:>9.0f} ms{measured.memory:>8.0f} MiB"
            f"  {function.__doc__}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
