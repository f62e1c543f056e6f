"""Real balancers with the files of config/, in which nothing but addresses is another."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

CONFIG = Path(__file__).parents[3] / "config"
TIMEOUT = 20.0

# What config/nginx.conf is included in; Debian's runs as a service and writes below /var.
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/foilmock.conf;
}}
"""


class Configuration:
    """A file of config/ for these servers, which are host and port, and the program that reads it."""

    def __init__(self, name: str, folder: Path, servers: Iterable[tuple[str, int]]) -> None:
        self.name, self.folder = name, folder
        self.text = (CONFIG / {"nginx": "nginx.conf", "haproxy": "haproxy.cfg"}[name]).read_text()
        for number, (host, port) in enumerate(servers, 1):
            self._replace(rf"foilmock-{number}:8000\b", f"{host}:{port}")
        if name == "haproxy" and os.geteuid() != 0:
            # Only root can become another user.
            self._replace(r"user haproxy\n +group haproxy\n", "")

    def listen(self, descriptor: int, address: tuple[str, int]) -> dict[str, str]:
        """Has the balancer take over this listening socket. Returns the variables that it needs."""
        if self.name == "haproxy":
            self._replace(r"\bbind :8000\n", f"bind fd@{descriptor}\n")
            return {}
        self._replace(r"\blisten 8000;", "listen {}:{};".format(*address))
        return {"NGINX": f"{descriptor};"}

    def command(self, *, check: bool) -> list[str]:
        """What serves with the configuration, or only checks it."""
        program = shutil.which(self.name) or shutil.which(self.name, path="/usr/sbin:/usr/local/sbin")
        assert program, f"{self.name} is not installed; 'make clients' installs it"
        if self.name == "haproxy":
            file = self.folder / "haproxy.cfg"
            file.write_text(self.text)
            return [program, "-c" if check else "-db", "-f", str(file)]
        (self.folder / "foilmock.conf").write_text(self.text)
        file = self.folder / "nginx.conf"
        file.write_text(NGINX.format(folder=self.folder))
        return [program, "-e", "stderr", "-c", str(file), *(["-t"] if check else [])]

    def _replace(self, pattern: str, text: str) -> None:
        self.text, count = re.subn(pattern, text, self.text)
        assert count == 1, pattern


def end(balancer: subprocess.Popen) -> None:
    """Not by a kill, after which nginx's worker would go on. nginx loses a signal that comes while it starts."""
    for _ in range(int(TIMEOUT)):
        balancer.terminate()
        with suppress(subprocess.TimeoutExpired):
            balancer.wait(1)
            return
    raise TimeoutError("the balancer does not end")


class Balancer:
    """A balancer that runs. It takes connections from the start on."""

    def __init__(self, configuration: Configuration) -> None:
        # The system chooses the port. The balancer takes over this socket, so no other program can take the port.
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.address: tuple[str, int] = listening.getsockname()
            self.url = "http://{}:{}".format(*self.address)
            variables = configuration.listen(listening.fileno(), self.address)
            with (configuration.folder / "said").open("wb") as said:
                self._process = subprocess.Popen(
                    configuration.command(check=False),
                    env=os.environ | variables,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    pass_fds=[listening.fileno()],
                )

    def close(self) -> None:
        end(self._process)
