#!/usr/bin/env python3
"""foilmock's command line, with three servers of one PostgreSQL database behind nginx in place of one server.

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
from typing import NoReturn

COUNT = 3
TOKEN = "FOILMOCK_CONTROL_TOKEN"
# What one server alone can do.
FIRST_ALONE = ("snapshot", "journal", "log-file", "metrics-listen")
NGINX = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/other;
    uwsgi_temp_path {folder}/other;
    scgi_temp_path {folder}/other;
    client_max_body_size 0;
    # foilmock has limits of its own.
    large_client_header_buffers 4 64k;
    underscores_in_headers on;
    upstream foilmock {{
{servers}
        keepalive 64;
        keepalive_timeout 30s;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://foilmock;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_buffering off;
            proxy_request_buffering off;
            proxy_read_timeout 1h;
        }}
    }}
}}
"""


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
            self.nginx.terminate()
            self.nginx.wait()
        return code

    def start(self, own: list[str]) -> None:
        words = ["serve", "--port", "0", "--db", self.address, *own, *self.others]
        self.servers.append(self.begin([os.environ["REPLICAS_SERVE"], *words], subprocess.PIPE))
        self.running.add(self.servers[-1].pid)

    @staticmethod
    def begin(command: list[str], output: int | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=output, text=True)

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
        port = self.port or self.free_port()
        servers = "\n".join(f"        server {url.removeprefix('http://')} max_fails=0;" for url in urls)
        configuration = self.folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=self.folder, port=port, servers=servers))
        program = "nginx" if not os.path.exists("/usr/sbin/nginx") else "/usr/sbin/nginx"
        self.nginx = self.begin([program, "-p", str(self.folder), "-e", str(self.folder / "errors"), "-c", str(configuration)])
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                if self.nginx.poll() is not None:
                    sys.exit((self.folder / "errors").read_text())
        url = f"http://127.0.0.1:{port}"
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

    @staticmethod
    def free_port() -> int:
        with socket.create_server(("127.0.0.1", 0)) as place:
            return place.getsockname()[1]

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
            process, status = os.wait()
            if process in self.running:
                self.running.remove(process)
                codes.append(os.waitstatus_to_exitcode(status))
                # A second signal would end a server at once.
                if not self.is_stopping:
                    self.is_stopping = True
                    self.send(signal.SIGTERM)
        return next((code for code in codes if code), 0)


if __name__ == "__main__":
    main(sys.argv[1:])
