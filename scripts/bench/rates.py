"""The table of rates, beside those of nginx and of a mock with FastAPI and SQLite."""

import os
import tempfile

from client import Client
from conversation import KEY, PERSONAS, Conversation
from peers import Mock, Nginx
from servers import Foilmock
from table import aim, median, ratio_cells
from wrk import Run, each, in_turn, ratios

CONNECTIONS = (16, 64)


def measure(plan):
    rows = []
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        os.chmod(folder, 0o755)
        servers = []
        try:
            foilmock = started(servers, Foilmock(plan.binary, folder))
            ours = Conversation(foilmock)
            nginx = started(servers, Nginx(folder, {
                PERSONAS: Client(foilmock.port, KEY).text("GET", PERSONAS), ours.path: ours.say(1)}))
            mock = started(servers, Mock(folder))
            theirs = Conversation(mock)
            for connections in CONNECTIONS:
                sides = [
                    lambda seconds: ours.run(connections, seconds),
                    lambda seconds: Run(nginx, ours.path, connections, seconds, ours.arguments)]
                if connections == CONNECTIONS[-1]:
                    sides.append(lambda seconds: theirs.run(connections, seconds))
                runs = in_turn(plan.times, plan.seconds, *sides)
                rows.append(row(f"messages, {connections} connections", "nginx", *runs[:2], 0.35))
                if len(runs) > 2:
                    rows.append(row(f"messages, {connections} connections", "FastAPI + SQLite", runs[0], runs[2], 15))
            for connections in CONNECTIONS:
                runs = in_turn(
                    plan.times, plan.seconds,
                    lambda seconds: Run(foilmock, PERSONAS, connections, seconds, ["X-API-Key", KEY]),
                    lambda seconds: Run(nginx, PERSONAS, connections, seconds, ["X-API-Key", KEY]))
                rows.append(row(f"personas, {connections} connections", "nginx", *runs, 0.7))
            # Streams and messages of the same server.
            runs = in_turn(
                plan.times, plan.seconds,
                lambda seconds: ours.run(connections, seconds, ours.stream),
                lambda seconds: ours.run(connections, seconds))
            rows.append(row(f"streams, {connections} connections", "messages", *runs))
            rows.append(["memory after the load", f"{foilmock.memory():.1f} MiB", *[""] * 6])
        finally:
            for server in servers:
                server.stop()
    return ["", "foilmock", "beside it", "", "ratio", "of each run", "of µs", "aim"], rows


def started(servers, server):
    servers.append(server)
    server.wait_until_ready()
    return server


def row(what, peer, ours, theirs, least=None):
    found = ratios(ours, theirs, "rate")
    # The other way round, so that more is better in both.
    cost = median(ratios(theirs, ours, "cost"))
    return [what, side(ours), peer, side(theirs), *ratio_cells(found), f"{cost:.2f}",
            aim(f"≥ {least} × {peer}", median(found) >= least) if least else ""]


def side(runs):
    return f"{median(each(runs, 'rate')):,.0f}/s, {median(each(runs, 'cost')):.1f} µs"
