#!/usr/bin/env python3
"""foilmock's command line, with three servers of one PostgreSQL database behind nginx (config/nginx.conf) in place of one server.

Tests take it for the program. `serve` starts foilmock-postgres (REPLICAS_SERVE) three times, on a schema of the PostgreSQL server at
the port REPLICAS_POSTGRES. The file of --db holds the name of the schema, so a later start finds what an earlier one kept. All other
commands are those of REPLICAS_OTHERS. Nothing that it starts outlives it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers.balancers import Configuration, end  # noqa: E402

COUNT = 3
TOKEN = "FOILMOCK_CONTROL_TOKEN"
# What one server alone can do.
FIRST_ALONE = ("snapshot", "journal", "log-file", "metrics-listen")


def main(arguments: list[str]) -> NoReturn:
    values, others = options(arguments[1:], "port", "db", "ready-file", *FIRST_ALONE)
    database = values.pop("db", ":memory:")
    if arguments[:1] != ["serve"] or "--help" in others or database.startswith("postgresql:"):
        program = os.environ["REPLICAS_OTHERS"]
        os.execv(program, [program, *arguments])
    with tempfile.TemporaryDirectory(prefix="foilmock-replicas-") as folder:
        sys.exit(Replicas(Path(folder), database, values, others).run())


def options(arguments: list[str], *names: str) -> tuple[dict[str, str], list[str]]:
    """The values of these options, and all other arguments."""
    values, others = {}, list(arguments)
    for name in names:
        while f"--{name}" in others[:-1]:
            place = others.index(f"--{name}")
            values[name] = others[place + 1]
            del others[place : place + 2]
        for argument in [argument for argument in others if argument.startswith(f"--{name}=")]:
            values[name] = argument.split("=", 1)[1]
            others.remove(argument)
    return values, others


class Replicas:
    def __init__(self, folder: Path, database: str, values: dict[str, str], others: list[str]) -> None:
        self.folder = folder
        self.address = self.schema(database)
        self.port = int(values.pop("port", "8000"))
        self.ready_file = values.pop("ready-file", "")
        self.own = [word for name, value in values.items() for word in (f"--{name}", value)]
        self.others = others
        self.servers: list[subprocess.Popen[str]] = []
        #: The process ids of those that have not ended, or whose end was not read yet.
        self.running: set[int] = set()
        self.is_stopping = False
        #: Gets a byte for each signal.
        self.woken, self.waking = os.pipe()
        os.set_blocking(self.waking, False)
        self.nginx: subprocess.Popen[str] | None = None

    @staticmethod
    def schema(database: str) -> str:
        """The address of a database's schema, made if it is not there."""
        name = f"s{uuid.uuid4().hex}"
        if database != ":memory:":
            with open(database, "a+", encoding="ascii") as file:
                file.seek(0)
                name = file.read() or name
                file.truncate(0)
                file.write(name)
        address = f"postgresql://foilmock@127.0.0.1:{os.environ['REPLICAS_POSTGRES']}/postgres"
        command = ["psql", "--quiet", "--no-psqlrc", address, "--command", f"CREATE SCHEMA IF NOT EXISTS {name}"]
        subprocess.run(command, check=True, env=os.environ | {"PGOPTIONS": "-c client_min_messages=warning"})
        return f"{address}?options=-csearch_path%3D{name}"

    def run(self) -> int:
        """The exit code."""
        signal.set_wakeup_fd(self.waking)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.passed_on)
        if not any(word.startswith("--control-token") for word in self.others):
            os.environ.setdefault(TOKEN, secrets.token_urlsafe(24))
        # Alone, so that it makes the tables, and a start that is refused is refused once.
        self.start(self.own)
        block = self.block(self.servers[0])
        if block:
            for _ in range(COUNT - 1):
                self.start([])
            blocks = [block, *(self.block(server) for server in self.servers[1:])]
            if all(blocks):
                self.ready(blocks)
        code = self.wait()
        if self.nginx:
            end(self.nginx)
        return code

    def start(self, own: list[str]) -> None:
        words = ["serve", "--port", "0", "--db", self.address, *own, *self.others]
        self.servers.append(self.begin("KILL", [os.environ["REPLICAS_SERVE"], *words], stdout=subprocess.PIPE))
        self.running.add(self.servers[-1].pid)

    @staticmethod
    def begin(when_this_dies: str, command: list[str], **more: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(["setpriv", "--pdeathsig", when_this_dies, *command], stdin=subprocess.DEVNULL, text=True, **more)

    @staticmethod
    def block(server: subprocess.Popen[str]) -> str:
        """What the server prints when it is ready; empty when it ends instead."""
        assert server.stdout
        text = ""
        for line in server.stdout:
            text += line
            if line.startswith("  try "):
                return text
        return ""

    def ready(self, blocks: list[str]) -> None:
        """Starts nginx, and tells the caller as one server does."""
        urls = [re.search(r"^  base URL  (\S+)$", block, re.MULTILINE)[1] for block in blocks]
        addresses = [(host, int(port)) for host, port in (url.removeprefix("http://").split(":") for url in urls)]
        configuration = Configuration("nginx", self.folder, addresses)
        # nginx takes over a socket that takes connections already.
        with socket.create_server(("127.0.0.1", self.port)) as listening:
            address = listening.getsockname()
            os.environ |= configuration.listen(listening.fileno(), address)
            with (self.folder / "said").open("wb") as said:
                # Killed, its master would leave its worker behind.
                self.nginx = self.begin(
                    "TERM", configuration.command(check=False), stdout=said, stderr=said, pass_fds=[listening.fileno()]
                )
        url = "http://{}:{}".format(*address)
        if self.ready_file:
            key = re.search(r"^  API key   (\S+)", blocks[0], re.MULTILINE)[1]
            ready = {
                "url": url,
                "api_key": key,
                "control_url": f"{url}/_foilmock",
                "control_token": os.environ.get(TOKEN),
                "process_id": os.getpid(),
            }
            written = self.folder / "ready"
            written.write_text(f"{json.dumps(ready)}\n")
            written.replace(self.ready_file)
        print(blocks[0].replace(urls[0], url), end="", flush=True)

    def passed_on(self, number: int, _: object) -> None:
        if number != signal.SIGHUP:
            self.is_stopping = True
            if self.ready_file:
                Path(self.ready_file).unlink(missing_ok=True)
        self.send(number)

    def send(self, number: int) -> None:
        # Popen.send_signal would take the exit code of one that has ended, for which `wait` waits.
        for process in self.running:
            os.kill(process, number)

    def wait(self) -> int:
        """Waits until all servers have ended; when one ends, the others are ended. Returns the first code that is not 0."""
        codes = []
        while self.running:
            # A signal that comes just before os.wait() would wait for the end of a process.
            os.read(self.woken, 1)
            for process in list(self.running):
                ended, status = os.waitpid(process, os.WNOHANG)
                if not ended:
                    continue
                self.running.remove(process)
                codes.append(os.waitstatus_to_exitcode(status))
                # A second signal would end a server at once.
                if not self.is_stopping:
                    self.is_stopping = True
                    self.send(signal.SIGTERM)
        return next((code for code in codes if code), 0)


if __name__ == "__main__":
    main(sys.argv[1:])
