"""Servers of one PostgreSQL database, and messages to all of them at once."""

import contextlib
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from client import Client
from conversation import KEY, Conversation
from servers import TOKEN, Foilmock, Missing
from wrk import Run

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "Tests", "clients"))
from helpers.postgres import Postgres  # noqa: E402

# A key, and so a sandbox, of each player.
KEYS = f"{KEY}-%d"
TICKS = os.sysconf("SC_CLK_TCK")


class Database(Postgres):
    """PostgreSQL as Debian's packages set it up, in a folder of its own: a commit waits for the disk."""

    def __init__(self, plan, stack):
        if not (os.access(plan.postgres, os.X_OK) and shutil.which("pg_config")):
            raise Missing(f"{plan.postgres} or PostgreSQL is missing; 'make postgres' builds the one and installs the other")
        super().__init__("--durable")
        stack.callback(self.close)
        self.main = self.process_id

    def processor(self):
        """Seconds that its processes have used so far; those that have ended, too."""
        with open(f"/proc/{self.main}/task/{self.main}/children", encoding="ascii") as file:
            children = file.read().split()
        ticks = sum(times(self.main))
        for child in children:
            # One that has just ended counts among the main process's.
            with contextlib.suppress(FileNotFoundError):
                ticks += sum(times(child)[:2])
        return ticks / TICKS


def times(process):
    """In ticks: its own in user mode and in the kernel, and the same of its children that have ended."""
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        return [int(field) for field in file.read().rsplit(")", 1)[1].split()[11:15]]


class Measured(NamedTuple):
    """Messages a second; microseconds a message, of the servers and of PostgreSQL; and round trips a batch."""

    rate: float
    cost: float
    database: float
    trips: float

    @property
    def total(self):
        return self.cost + self.database


class Shared(Conversation):
    """
    Players who talk to so many servers of one database. With a relay, the servers reach the database through it; with a
    query, their connections have these parameters.
    """

    def __init__(self, plan, stack, database, name, count=1, key=KEY, relay=None, query="", options=()):
        self.database, self.relay = database, relay
        address = database.new_database(name) + query
        if relay:
            address = address.replace(f":{database.port}/", f":{relay.port}/")
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="foilmock-bench-"))
        self.servers = []
        for _ in range(count):
            self.servers.append(Foilmock(plan.postgres, folder, *options, database=address))
            stack.callback(self.servers[-1].stop)
            self.servers[-1].wait_until_ready()
        super().__init__(self.servers[0], key=key)

    def run(self, connections, seconds):
        """A run of messages, which the servers share and PostgreSQL has kept."""
        count = len(self.servers)
        database, trips, batches = self.database.processor(), self.trips(), self.batches()
        with ThreadPoolExecutor(count) as pool:
            runs = list(pool.map(
                lambda place: Run(self.servers[place], self.path, connections // count, seconds,
                                  self.arguments_of(self.players[place::count])),
                range(count)))
        requests = sum(run.requests for run in runs)
        measured = Measured(
            sum(run.rate for run in runs), sum(run.cost * run.requests for run in runs) / requests,
            (self.database.processor() - database) * 1e6 / requests,
            (self.trips() - trips) / (self.batches() - batches))
        self.check(requests, connections)
        return measured

    def trips(self):
        return self.relay.round_trips() if self.relay else 0

    def batches(self):
        """How many batches the servers have answered so far."""
        return sum(int(re.search(r"^foilmock_batch_requests_count (\d+)$", text, re.MULTILINE)[1]) for text in (
            Client(server.port, KEY).text("GET", "/_foilmock/metrics", fields={"Authorization": f"Bearer {TOKEN}"})
            for server in self.servers))
