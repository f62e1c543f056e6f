"""Tables of what a message costs two servers that differ in one thing."""

import contextlib
import os
import tempfile

import town
from conversation import Conversation
from servers import Foilmock
from table import aim, median, ratio_cells
from wrk import each, in_turn, ratios

CONNECTIONS = 16
# How many machines the two servers have.
SIZES = (5, 5000)
# How many entries the journals of the two servers keep; the second is the default.
JOURNALS = (0, 250)
# A clock that stands still.
NOON = ["--clock", "2026-03-10T12:00:00Z"]


def machines(plan):
    """Few fixtures beside many."""
    with contextlib.ExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory(prefix="foilmock-bench-")) for _ in SIZES]
        servers, ready = [], []
        for folder, size in zip(folders, SIZES):
            fixtures = os.path.join(folder, "fixtures")
            town.build(fixtures, size)
            server = Foilmock(plan.binary, folder, "--fixtures", fixtures)
            stack.callback(server.stop)
            ready.append(f"{server.wait_until_ready() * 1000:,.0f} ms")
            servers.append(server)
        rows = [["ready", *ready, "", "", ""], memory("memory then (VmRSS)", servers)]
        # The last of the list is the same in both.
        rows += compared(plan, [Conversation(server, place=-1) for server in servers], 1.05)
    return [f"{CONNECTIONS} connections", *(f"{size:,} machines" for size in SIZES), "ratio", "of each run", "aim"], rows


def journal(plan):
    """No journal beside the usual."""
    with contextlib.ExitStack() as stack:
        servers = [begun(plan, stack, "--journal-entries", str(entries)) for entries in JOURNALS]
        rows = compared(plan, [Conversation(server) for server in servers], 1.05)
        rows.append(memory("memory after the load (VmRSS)", servers))
    return [f"{CONNECTIONS} connections", "no journal", f"{JOURNALS[1]} entries", "ratio", "of each run", "aim"], rows


def sandbox(plan):
    """The sandbox of the key beside one that the path names, in which the time stands still."""
    with contextlib.ExitStack() as stack:
        rows = compared(plan, [
            Conversation(begun(plan, stack)), Conversation(begun(plan, stack, *NOON), sandbox="/@bench")])
    return [f"{CONNECTIONS} connections", "the key's sandbox", "`/@bench/`, time stands still", "ratio", "of each run", "aim"], rows


def begun(plan, stack, *options):
    server = Foilmock(plan.binary, stack.enter_context(tempfile.TemporaryDirectory(prefix="foilmock-bench-")), *options)
    stack.callback(server.stop)
    server.wait_until_ready()
    return server


def compared(plan, conversations, most=None):
    """Rows of the two sides, second to first. Many short runs, since what is compared is nearly equal: a neighbour is then
    in both of a pair more often."""
    runs = in_turn(2 * plan.times, 1, *(
        lambda seconds, side=side: side.run(CONNECTIONS, seconds) for side in conversations))
    rows = []
    for what, name, form in (("messages a second", "rate", ",.0f"), ("µs a message", "cost", ".1f")):
        found = ratios(runs[1], runs[0], name)
        rows.append([
            what, *(f"{median(each(side, name)):{form}}" for side in runs), *ratio_cells(found),
            aim(f"≤ {most}", median(found) <= most) if most and name == "cost" else ""])
    return rows


def memory(what, servers):
    return [what, *(f"{server.memory():.1f} MiB" for server in servers), "", "", ""]
