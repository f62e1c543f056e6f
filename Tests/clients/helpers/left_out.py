"""The tests that do not hold where three servers behind nginx are the server (replicas.py), each with the reason."""

from __future__ import annotations

import os

import pytest

# Beginnings of the ids of tests. First what cannot hold: a test of one process, or of what nginx changes.
COMMANDS = "starts no server, or one by another command than serve"
PROCESS = "is about one process: its memory, descriptors, threads, signals, output or end"
FILES = "is about the files of SQLite"
RECORD = "is about the journal file or the log file of one server"
NGINX = "is about bytes, fields or connections that nginx changes"
RELOAD = "loads fixtures again, which only a server that is alone does"
DIFFERENT = "compares what a server with PostgreSQL does otherwise (docs/scaling.md)"
ONE_PROCESS: dict[str, str] = {}

# What each server still has of its own; this is to become empty.
EACH_ITS_OWN: dict[str, str] = {}


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "REPLICAS_SERVE" not in os.environ:
        return
    table = ONE_PROCESS | EACH_ITS_OWN
    files = {item.nodeid.split("::")[0] for item in items}
    out = [item for item in items if any(item.nodeid.startswith(name) for name in table)]
    for name in table:
        if name.split("::")[0] in files and not any(item.nodeid.startswith(name) for item in out):
            raise pytest.UsageError(f"helpers/left_out.py names a test that is not there: {name}")
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]
