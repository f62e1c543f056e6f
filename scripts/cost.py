#!/usr/bin/env python3
"""Counts what requests cost, in instructions and allocations, and compares it with the recorded figures.

usage: scripts/cost.py [--record] BINARY

callgrind counts the instructions of the server in user space, so other work on the machine changes nothing. A figure that
is 3 % above the one in scripts/bench/cost.json fails; --record writes the file anew. The figures depend on the processor,
the toolchain and Debian's libraries too: compare figures of one machine, and record with the change that they belong to.
"""

import argparse
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench"))
from counted import figures  # noqa: E402
from servers import HERE, Unmeasurable  # noqa: E402
from table import table  # noqa: E402

RECORDED = os.path.join(HERE, "cost.json")
# A figure may be so many times the recorded one.
TOLERANCE = 1.03


def rows(found, recorded):
    """Rows of a table, and the names of what costs too much."""
    lines, too_much = [], []
    for name, figure in found.items():
        old = recorded.get(name, figure)
        ratio = figure["instructions"] / old["instructions"]
        if ratio > TOLERANCE:
            too_much.append(name)
        lines.append([
            name, f"{figure['instructions']:,}", f"{old['instructions']:,}", f"{100 * (ratio - 1):+.1f} %",
            f"{figure['allocations']}", f"{old['allocations']}"])
    return lines, too_much


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
        found = figures(os.path.abspath(arguments.binary))
    except Unmeasurable as reason:
        sys.exit(f"Error: {reason}")
    lines, too_much = rows(found, recorded)
    print(table(["request", "instructions", "recorded", "", "allocations", "recorded"], lines))
    if arguments.record:
        with open(RECORDED, "w", encoding="utf-8") as file:
            file.write(json.dumps(found, indent=2) + "\n")
    elif too_much:
        sys.exit(f"Error: more than {100 * (TOLERANCE - 1):.0f} % above {os.path.relpath(RECORDED)}: {', '.join(too_much)}. "
                 "Take the cost away, or record it with its reason: scripts/cost.py --record")


if __name__ == "__main__":
    main()
