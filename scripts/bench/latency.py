"""The table of how long a message takes with a database file and with one in memory."""

import contextlib
import os
import tempfile

from conversation import Conversation
from servers import Foilmock
from table import aim, median, ratio_cells, spread
from wrk import each, in_turn, ratios

CONNECTIONS = (16, 64)
MOST = 2


def measure(plan):
    rows = []
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="foilmock-bench-"))
        sides = []
        for database in (os.path.join(folder, "foilmock.db"), ":memory:"):
            server = Foilmock(plan.binary, folder, database=database)
            stack.callback(server.stop)
            server.wait_until_ready()
            sides.append(Conversation(server))
        for connections in CONNECTIONS:
            file, memory = in_turn(plan.times, plan.seconds, *(
                lambda seconds, side=side: side.run(connections, seconds) for side in sides))
            for name, words in (("p50", "p50"), ("p99", "p99"), ("p999", "p99.9")):
                found = ratios(file, memory, name)
                rows.append([
                    f"{words}, {connections} connections",
                    *(spread(each(runs, name), ".2f", " ms") for runs in (file, memory)), *ratio_cells(found),
                    aim(f"≤ {MOST} × memory", median(found) <= MOST) if name == "p99" else ""])
    return ["a message", "database file", "`:memory:`", "ratio", "of each run", "aim"], rows
