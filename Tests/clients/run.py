#!/usr/bin/env python3
"""Drives the unmodified Python clients of the API against a foilmock server.

    python3 Tests/clients/run.py --server .build/release/foilmock [--versions 0.1.0 0.4.0]

The tests in `each/` run with every version of foilengine, those in `handshake/` with every version of fluidtalk, each in a
virtual environment of its own; those in `once/` in one that has no client, and those in `plugin/` in one with the pytest plugin.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from environments import Environment, InstallError
from report import Report
from running import run_tests, stopping

# By package: the folder of its tests, and its versions.
CLIENTS = {
    "foilengine": ("each", ("0.1.0", "0.2.0", "0.2.1", "0.3.0", "0.4.0")),
    "fluidtalk": ("handshake", ("1.0.0", "1.0.1", "1.0.2", "1.0.3")),
}
VERSIONS = [version for _, versions in CLIENTS.values() for version in versions]
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
        for package, (folder, versions) in CLIENTS.items():
            wanted = [version for version in versions if version in options.versions]
            reports.append(Report(wanted))
            for version in wanted:
                environment = Environment.of_client(package, version).prepared()
                runs.append((reports[-1], version, f"{package} {version}", environment, folder))
        for column, title, environment, folder in (
            ("server", "without a client", Environment.without_client(), "once"),
            ("plugin", "the pytest plugin", Environment.of_plugin(), "plugin"),
        ):
            reports.append(Report([column]))
            runs.append((reports[-1], column, title, environment.prepared(), folder))
    except InstallError as error:
        return complain(str(error))

    # Side by side: clients that retry spend most of their time waiting.
    with ThreadPoolExecutor(AT_ONCE) as pool, stopping():
        results = [pool.submit(run_tests, environment, folder, server) for *_, environment, folder in runs]
        for (report, column, title, *_), result in zip(runs, results, strict=True):
            outcomes, said = result.result()
            print(f"== {title}\n{said}", end="", flush=True)
            report.add(column, outcomes)

    passed, failed = sum(report.passed for report in reports), sum(report.failed for report in reports)
    print("\n" + "\n\n".join(report.table() for report in reports) + f"\n\n{passed} passed, {failed} failed")
    return 0 if passed > 0 and failed == 0 else 1


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Drive the Python clients against a foilmock server.")
    parser.add_argument("--server", type=Path, required=True, metavar="PATH", help="the foilmock program")
    parser.add_argument(
        "--versions",
        nargs="+",
        default=VERSIONS,
        choices=VERSIONS,
        metavar="V",
        help=f"versions of the clients (default: all of {' '.join(VERSIONS)})",
    )
    return parser.parse_args()


def complain(message: str) -> int:
    print(f"Error: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(complain("the clients need Python 3.10 or newer"))
    sys.exit(main())
