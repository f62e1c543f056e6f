"""foilmock, and what is the same for each server that is measured: started on a free port of the loopback, stopped by its
own process id."""

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# In seconds. Under callgrind a start with a large database takes a while.
PATIENCE = 120
# What the control API takes. With one of its own the server would print it.
TOKEN = "control-token-of-bench"


class Unmeasurable(Exception):
    """Something is missing or wrong, so that there is no figure."""


class Missing(Unmeasurable):
    """What one table needs, and other tables do not."""


def program(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Unmeasurable(f"{name} is not installed; 'make bench' installs it")
    return found


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


class Server:
    """A process that answers on `port`. When it is ready, it answers a GET of `health` with 200."""

    def __init__(self, port, health, command, **more):
        self.port, self.health = port, health
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **more)
        self.pid = self.process.pid

    def wait_until_ready(self):
        """Asks without pause until it answers. Returns the seconds from the start."""
        while not self.is_healthy():
            self.check_start()
            # On a machine with few cores the asking must not take the time of the one that is asked.
            time.sleep(0.0001)
        return time.monotonic() - self.started

    def check_start(self):
        if self.process.poll() is not None or time.monotonic() - self.started > PATIENCE:
            self.stop()
            raise Unmeasurable(f"{' '.join(self.process.args)} did not become ready")

    def is_healthy(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
                connection.sendall(f"GET {self.health} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                return connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False

    def processor(self):
        """Seconds that all threads have used so far, in user mode and in the kernel; threads that have ended, too."""
        # The process's clock, as clock_getcpuclockid(3) gives it on Linux.
        return time.clock_gettime((~self.pid << 3) | 2)

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
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.returncode


class Foilmock(Server):
    """The program with its database in `folder`, or at `database`, its limits and log off, and more options; `under` is a
    command that runs it. What it logs goes to `errors`."""

    def __init__(self, binary, folder, *options, database=None, under=(), port=None, errors=None):
        port = port or free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FOILMOCK_")}
        environment["FOILMOCK_CONTROL_TOKEN"] = TOKEN
        super().__init__(
            port, "/_foilmock/health",
            [*under, binary, "serve", "--port", str(port), "--db", database or os.path.join(folder, "foilmock.db"),
             "--durability", "normal", "--rate-limits", "off", "--log", "off", *options],
            env=environment, stdout=subprocess.PIPE, stderr=errors)
        # What it has printed.
        self.block = ""

    def wait_until_printed(self):
        """Waits until the ready block is there. Returns the seconds from the start."""
        while "\n  try " not in self.block:
            self.check_start()
            if select.select([self.process.stdout], [], [], 0.001)[0]:
                self.block += os.read(self.process.stdout.fileno(), 4096).decode()
        return time.monotonic() - self.started
