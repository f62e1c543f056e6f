"""The two servers that are measured: started on free ports of the loopback, stopped by their own process ids."""

import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 30


class Unmeasurable(Exception):
    """Something is missing or wrong, so that there is no figure."""


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def program(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Unmeasurable(f"{name} is not installed; 'make bench' installs it")
    return found


def processor_nanoseconds(pid):
    """What all threads of a process have used so far, in user mode and in the kernel."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total


class Foilmock:
    """The program with a fresh database in `folder`, its limits and log off, and more options; `under` is a command that
    runs it."""

    def __init__(self, binary, folder, *options, under=()):
        self.port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FOILMOCK_")}
        database = os.path.join(folder, "foilmock.db")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [*under, binary, "serve", "--port", str(self.port), "--db", database, "--durability", "normal",
             "--rate-limits", "off", "--log", "off", *options],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.pid = self.process.pid
        self.ready_after = self.block_after = None
        self.block = ""

    def wait_until_ready(self):
        """Asks without pause until it answers; sets `ready_after` and `block_after`, in seconds from the start."""
        while self.ready_after is None or self.block_after is None:
            if self.process.poll() is not None or time.monotonic() - self.started > PATIENCE:
                self.stop()
                raise Unmeasurable(f"foilmock did not become ready: {self.block}")
            if self.ready_after is None and self.is_healthy():
                self.ready_after = time.monotonic() - self.started
            if self.block_after is None and select.select([self.process.stdout], [], [], 0)[0]:
                self.block += os.read(self.process.stdout.fileno(), 4096).decode()
                if "\n  try " in self.block:
                    self.block_after = time.monotonic() - self.started
            # On a machine with few cores the asking must not take the time of the one that is asked.
            time.sleep(0.0001)

    def is_healthy(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
                connection.sendall(b"GET /_foilmock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False

    def memory(self, which="VmRSS"):
        """In MiB; `VmHWM` is the most that it has had."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"^{which}:\s+(\d+) kB", file.read(), re.MULTILINE).group(1)) / 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        return self.process.returncode


class Nginx:
    """One worker that answers each path of `bodies` with a fixed body."""

    def __init__(self, folder, bodies):
        self.port = free_port()
        locations = "\n".join(
            f"        location = {path} {{ return 200 '{Nginx.quoted(body)}'; }}" for path, body in bodies.items())
        with open(os.path.join(HERE, "nginx.conf"), encoding="utf-8") as file:
            text = file.read().replace("@FOLDER@", folder).replace("@PORT@", str(self.port))
        configuration = os.path.join(folder, "nginx.conf")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(text.replace("@LOCATIONS@", locations))
        self.process = subprocess.Popen(
            [program("nginx"), "-p", folder, "-e", os.path.join(folder, "nginx.log"), "-c", configuration],
            stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while not self.answers(next(iter(bodies))):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Unmeasurable("nginx did not start; its words are above")
            time.sleep(0.02)
        # The worker is the only child.
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            self.pid = int(file.read().split()[0])

    @staticmethod
    def quoted(body):
        if "$" in body:
            raise Unmeasurable("nginx would take a $ in the body for a variable")
        return body.replace("\\", "\\\\").replace("'", "\\'")

    def answers(self, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except OSError:
            return False

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()


class Client:
    """Calls between the measurements, which last longer than the server keeps a connection that is not used."""

    def __init__(self, port, key):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {"X-API-Key": key, "Content-Type": "application/json"}

    def text(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body) if body else None, self.headers)
        reply = self.connection.getresponse()
        text = reply.read().decode()
        # The next call opens it anew.
        self.connection.close()
        if reply.status != 200:
            raise Unmeasurable(f"{method} {path} was answered with {reply.status}: {text}")
        return text

    def bytes(self, method, path, body):
        """The call as it goes on the wire, for a connection of its own."""
        text = json.dumps(body)
        fields = self.headers | {"Host": "127.0.0.1", "Content-Length": len(text)}
        return "".join(
            [f"{method} {path} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in fields.items()), "\r\n", text]
        ).encode()

    def json(self, method, path, body=None):
        return json.loads(self.text(method, path, body))
