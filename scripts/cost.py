#!/usr/bin/env python3
"""Counts what requests cost, in instructions and allocations, and compares it with the recorded figures.

usage: scripts/cost.py [--record] BINARY

callgrind counts the instructions of the server in user space, so other work on the machine changes nothing. Each figure
is the difference of two runs, so starting and stopping do not count. A figure that is 3 % above the one in
scripts/bench/cost.json fails; --record writes the file anew. The figures depend on the processor, the toolchain and
Debian's libraries too: compare figures of one machine, and record with the change that they belong to.
"""

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench"))
from servers import HERE, PATIENCE, Foilmock, Unmeasurable, program  # noqa: E402

RECORDED = os.path.join(HERE, "cost.json")
# A figure may be so many times the recorded one.
TOLERANCE = 1.03
WARM, COUNTED = 300, 400
KEY, HANDSHAKE_KEY = "pk_test_cost", "ft_sk_test_cost"
PLAYER = {"user_session_id": "cost", "player_name": "Alex", "player_gender": "non-binary"}
LINE = {"user_session_id": "cost", "message": "Nice weather we are having today, is it not?"}
ALLOCATORS = re.compile(r"^_*(libc_)?(malloc|calloc|realloc|memalign|posix_memalign|aligned_alloc)$")


class Caller:
    """One kept connection to the server."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        persona = json.loads(self.get("/api/v1/sdk/personas"))[0]["id"]
        self.chat = f"/api/v1/sdk/chat/{persona}"

    def request(self, method, path, body=None, fields=None):
        self.connection.request(method, path, body, {"X-API-Key": KEY, **(fields or {})})
        reply = self.connection.getresponse()
        text = reply.read().decode()
        if reply.status != 200:
            raise Unmeasurable(f"{method} {path} was answered with {reply.status}: {text}")
        return text

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, body):
        return self.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})

    def begin(self):
        return self.post(f"{self.chat}/init-session", PLAYER)

    def say(self):
        return self.post(f"{self.chat}/message", LINE)

    def stream(self):
        return self.post(f"{self.chat}/message/stream", LINE)

    def handshake(self):
        parts = {"target": "@lead", "own_username": "@me", "message": "hello"}
        form = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items())
        fields = {"X-API-Key": HANDSHAKE_KEY, "Content-Type": "multipart/form-data; boundary=x"}
        return self.request("POST", "/api/v1/bot/chat", f"{form}--x--\r\n", fields)

    def history(self):
        return self.get(f"{self.chat}/history?user_session_id={PLAYER['user_session_id']}")


def nothing(caller):
    pass


def hundred_turns(caller):
    caller.begin()
    for _ in range(99):
        caller.say()


# By name: what comes first, and the request that is counted.
REQUESTS = {
    "message": (Caller.begin, Caller.say),
    "stream": (Caller.begin, Caller.stream),
    "init": (nothing, Caller.begin),
    "history of 100 turns": (hundred_turns, Caller.history),
    "list of personas": (nothing, lambda caller: caller.get("/api/v1/sdk/personas")),
    "FluidTalk chat": (nothing, Caller.handshake),
}


class Callgrind:
    """Runs the program under callgrind."""

    def __init__(self, binary, folder):
        self.folder = folder
        # valgrind cannot read the DWARF of Swift; the symbols stay.
        self.binary = os.path.join(folder, "foilmock")
        subprocess.run(["objcopy", "--strip-debug", binary, self.binary], check=True)
        os.environ["SWIFT_DETERMINISTIC_HASHING"] = "1"

    def run(self, name, count):
        """The instructions and allocations of a server that answers so many of the requests."""
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            file = os.path.join(place, "callgrind.out")
            callgrind = [program("valgrind"), "--quiet", "--tool=callgrind", f"--callgrind-out-file={file}"]
            server = Foilmock(self.binary, place, under=callgrind)
            try:
                server.wait_until_ready()
                caller = Caller(server.port)
                prepare, request = REQUESTS[name]
                prepare(caller)
                for _ in range(count):
                    request(caller)
                caller.connection.close()
            finally:
                server.stop()
            return totals(file)


def totals(file):
    """The instructions, and the calls of functions that allocate, of a file of callgrind
    (https://valgrind.org/docs/manual/cl-format.html)."""
    names, allocations, instructions, called = {}, 0, 0, ""
    with open(file, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if match := re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line):
                number, name = match.groups()
                # A name is written where it comes first.
                if name:
                    names[number] = name
                if line.startswith("c"):
                    called = names[number]
            elif line.startswith("calls=") and ALLOCATORS.match(called):
                allocations += int(line[6:].split()[0])
            elif line.startswith(("summary:", "totals:")):
                instructions = int(line.split()[1])
    return instructions, allocations


def measured(binary):
    figures = {}
    with tempfile.TemporaryDirectory(prefix="foilmock-cost-") as folder:
        callgrind = Callgrind(binary, folder)
        for name in REQUESTS:
            before, after = callgrind.run(name, WARM), callgrind.run(name, WARM + COUNTED)
            instructions, allocations = ((b - a) / COUNTED for a, b in zip(before, after))
            figures[name] = {"instructions": round(instructions), "allocations": round(allocations, 1)}
    return figures


def report(figures, recorded):
    """Prints a table. Returns the names of what costs too much."""
    too_much = []
    print("| request | instructions | recorded | | allocations | recorded |\n|---|---|---|---|---|---|")
    for name, figure in figures.items():
        old = recorded.get(name, figure)
        ratio = figure["instructions"] / old["instructions"]
        if ratio > TOLERANCE:
            too_much.append(name)
        print(f"| {name} | {figure['instructions']:,} | {old['instructions']:,} | {100 * (ratio - 1):+.1f} % "
              f"| {figure['allocations']} | {old['allocations']} |")
    return too_much


def main():
    options = argparse.ArgumentParser(description="Counts the instructions and allocations of requests.")
    options.add_argument("--record", action="store_true", help="write the figures to scripts/bench/cost.json")
    options.add_argument("binary")
    arguments = options.parse_args()
    recorded = {}
    if os.path.exists(RECORDED):
        with open(RECORDED, encoding="utf-8") as file:
            recorded = json.load(file)
    try:
        figures = measured(os.path.abspath(arguments.binary))
    except Unmeasurable as reason:
        sys.exit(f"Error: {reason}")
    too_much = report(figures, recorded)
    if arguments.record:
        with open(RECORDED, "w", encoding="utf-8") as file:
            file.write(json.dumps(figures, indent=2) + "\n")
    elif too_much:
        sys.exit(f"Error: more than {100 * (TOLERANCE - 1):.0f} % above {os.path.relpath(RECORDED)}: {', '.join(too_much)}. "
                 "Take the cost away, or record it with its reason: scripts/cost.py --record")


if __name__ == "__main__":
    main()
