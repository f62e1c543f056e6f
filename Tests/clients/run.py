#!/usr/bin/env python3
"""Drives the unmodified Python clients of the API against a foilmock server.

    python3 Tests/clients/run.py --server .build/release/foilmock [--versions 0.1.0 0.4.0]
    python3 Tests/clients/run.py --server .build/release/foilmock --matrix
    python3 Tests/clients/run.py --server .build/release/foilmock --replicas --postgres .build/postgres/release/foilmock-postgres

The tests in `each/` run with every version of foilengine, those in `handshake/` with every version 1 of fluidtalk, those in
`characters/` with the oldest and the newest version 2 of it, each in a virtual environment of its own; those in `once/` in one that
has no client, and those in `plugin/` in one with the pytest plugin. With --matrix the tests in `characters/` alone run, with each
version 2 of fluidtalk and both the oldest and the newest httpx that it can have. With --replicas three servers of one PostgreSQL database
behind nginx take the place of each server (helpers/replicas.py); helpers/left_out.py has the tests that cannot hold there.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

from environments import Environment, InstallError
from helpers.postgres import Postgres
from report import Report
from running import HERE, run_tests, stopping

OLDEST_HTTPX = "0.24.0"
# The folder of tests, the package, and its versions, each with a version of httpx; empty: the newest.
Clients = list[tuple[str, str, list[tuple[str, str]]]]
CLIENTS: Clients = [
    ("each", "foilengine", [(version, "") for version in ("0.1.0", "0.2.0", "0.2.1", "0.3.0", "0.4.0")]),
    ("handshake", "fluidtalk", [(version, "") for version in ("1.0.0", "1.0.1", "1.0.2", "1.0.3")]),
    ("characters", "fluidtalk", [("2.0.0", OLDEST_HTTPX), ("2.8.2", "")]),
]
VERSIONS = [version for _, _, runs in CLIENTS for version, _ in runs]
CHARACTERS = ("2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", "2.6.0", "2.6.1", "2.7.0", "2.8.0", "2.8.1", "2.8.2")
MATRIX: Clients = [
    ("characters", "fluidtalk", [(version, httpx) for version in CHARACTERS for httpx in (OLDEST_HTTPX, "")])
]
OLDEST_PYTHON = (3, 10)
AT_ONCE = 3


def main() -> int:
    options = parse_options()
    server = options.server.resolve()
    if not (server.is_file() and os.access(server, os.X_OK)):
        return complain(f"there is no program at {options.server}; build it with 'make build'")

    reports: list[Report] = []
    runs: list[tuple[Report, str, str, Environment, str]] = []
    try:
        for folder, package, versions in MATRIX if options.matrix else CLIENTS:
            wanted = [one for one in versions if options.matrix or one[0] in options.versions]
            columns = [f"{version}/{httpx}" if httpx else version for version, httpx in wanted]
            reports.append(Report(columns))
            for (version, httpx), column in zip(wanted, columns, strict=True):
                environment = Environment.of_client(package, version, httpx).prepared()
                runs.append((reports[-1], column, f"{package} {column}", environment, folder))
        others = [
            ("server", "without a client", Environment.without_client(), "once"),
            ("plugin", "the pytest plugin", Environment.of_plugin(), "plugin"),
        ]
        # The plugin starts a server by exec, with a database in memory.
        for column, title, environment, folder in [] if options.matrix else others[: 1 if options.replicas else 2]:
            reports.append(Report([column]))
            runs.append((reports[-1], column, title, environment.prepared(), folder))
    except InstallError as error:
        return complain(str(error))

    # Side by side: clients that retry spend most of their time waiting.
    with replicas(options) if options.replicas else nullcontext(server) as server, ThreadPoolExecutor(AT_ONCE) as pool, stopping():
        results = [pool.submit(run_tests, environment, folder, server, options.postgres.resolve()) for *_, environment, folder in runs]
        for (report, column, title, *_), result in zip(runs, results, strict=True):
            outcomes, said = result.result()
            print(f"== {title}\n{said}", end="", flush=True)
            report.add(column, outcomes)

    passed, failed = sum(report.passed for report in reports), sum(report.failed for report in reports)
    print("\n" + "\n\n".join(report.table() for report in reports) + f"\n\n{passed} passed, {failed} failed")
    return 0 if passed > 0 and failed == 0 else 1


@contextmanager
def replicas(options: argparse.Namespace) -> Iterator[Path]:
    """The program that is three servers, and a PostgreSQL server for all of them."""
    postgres = Postgres()
    os.environ |= {
        "REPLICAS_POSTGRES": str(postgres.port),
        "REPLICAS_SERVE": str(options.postgres.resolve()),
        "REPLICAS_OTHERS": str(options.server.resolve()),
    }
    try:
        yield HERE / "helpers" / "replicas.py"
    finally:
        postgres.close()


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Drive the Python clients against a foilmock server.")
    parser.add_argument("--server", type=Path, required=True, metavar="PATH", help="the foilmock program")
    parser.add_argument(
        "--postgres",
        type=Path,
        default=Path(".build/debug/foilmock-postgres"),
        metavar="PATH",
        help="the program for PostgreSQL (default: %(default)s)",
    )
    parser.add_argument(
        "--versions",
        nargs="+",
        default=VERSIONS,
        choices=VERSIONS,
        metavar="V",
        help=f"versions of the clients (default: all of {' '.join(VERSIONS)})",
    )
    parser.add_argument("--matrix", action="store_true", help="each version 2 of fluidtalk, and nothing else")
    parser.add_argument("--replicas", action="store_true", help="three servers with PostgreSQL behind nginx as each server")
    return parser.parse_args()


def complain(message: str) -> int:
    print(f"Error: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(complain("the clients need Python 3.10 or newer"))
    sys.exit(main())
