#!/usr/bin/env python3
"""Measures foilmock, beside other servers and with other settings; docs/benchmark.md tells how to read it.

usage: scripts/bench.py [--only TABLE,...] [--seconds S] [--times N] [--postgres PATH] BINARY

It prints tables in Markdown. It asserts nothing: the exit code is 0 unless something could not be measured.
"""

import argparse
import datetime
import os
import platform
import re
import signal
import sys
from typing import NamedTuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench"))
import costs  # noqa: E402
import dialects  # noqa: E402
import differences  # noqa: E402
import latency  # noqa: E402
import live  # noqa: E402
import mixed  # noqa: E402
import postgres  # noqa: E402
import rates  # noqa: E402
import ready  # noqa: E402
import sessions  # noqa: E402
from servers import Missing, Unmeasurable  # noqa: E402
from table import table  # noqa: E402

# By name: the title, and what gives headings and rows.
TABLES = {
    "ready": ("Start and memory", ready.measure),
    "cost": ("Instructions and allocations", costs.measure),
    "peers": ("Beside nginx and FastAPI", rates.measure),
    "dialects": ("The APIs", dialects.measure),
    "latency": ("A file beside memory", latency.measure),
    "machines": ("Few fixtures beside many", differences.machines),
    "journal": ("The journal", differences.journal),
    "live": ("Live journals", live.measure),
    "sandbox": ("A sandbox that the path names", differences.sandbox),
    "sessions": ("Few sessions beside many", sessions.measure),
    "stalls": ("Stalls under a mixed load", mixed.measure),
    "postgres": ("A file beside PostgreSQL", postgres.one),
    "replicas": ("Several servers of one database", postgres.several),
}


class Plan(NamedTuple):
    """What is measured, foilmock-postgres, the length of a run of wrk in seconds, and how many runs a figure is the median of."""

    binary: str
    postgres: str
    seconds: int
    times: int


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.MULTILINE)
    with open("/etc/os-release", encoding="utf-8") as file:
        system = re.search(r'^PRETTY_NAME="?([^"\n]*)', file.read(), re.MULTILINE)
    return (f"{datetime.date.today()}, {model.group(1) if model else platform.machine()}, {len(os.sched_getaffinity(0))} cores, "
            f"Linux {platform.release()}, {system.group(1) if system else 'unknown system'}, "
            f"load {os.getloadavg()[0]:.1f} before the runs")


def main():
    options = argparse.ArgumentParser(description=f"Measures foilmock and prints tables: {', '.join(TABLES)}.")
    options.add_argument("binary", metavar="BINARY", help="the program, such as .build/release/foilmock")
    options.add_argument("--only", default="", metavar="TABLE,...", help="names of tables (all)")
    options.add_argument("--seconds", type=int, default=2, help="length of a run of wrk (2)")
    options.add_argument("--times", type=int, default=5, help="runs that a figure is the median of (5)")
    options.add_argument("--postgres", default=".build/postgres/release/foilmock-postgres", metavar="PATH",
                         help="the program for PostgreSQL (%(default)s)")
    arguments = options.parse_args()
    names = [name for name in arguments.only.split(",") if name] or list(TABLES)
    if unknown := [name for name in names if name not in TABLES]:
        options.error(f"there is no table {unknown[0]}; choose from {', '.join(TABLES)}")
    plan = Plan(os.path.abspath(arguments.binary), os.path.abspath(arguments.postgres), arguments.seconds, arguments.times)
    # So that a stop, too, ends the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"{machine()}; {plan.times} runs of {plan.seconds} s, medians, in brackets the least and the most", flush=True)
    try:
        if not os.access(plan.binary, os.X_OK):
            raise Unmeasurable(f"{plan.binary} is no program; 'make build' makes it")
        for title, measure in (TABLES[name] for name in names):
            try:
                text = table(*measure(plan))
            except Missing as reason:
                if arguments.only:
                    raise
                text = f"Not measured: {reason}."
            print(f"\n### {title}\n\n{text}", flush=True)
    except Unmeasurable as reason:
        sys.exit(f"bench: {reason}")


if __name__ == "__main__":
    main()
