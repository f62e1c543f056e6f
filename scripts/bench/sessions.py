"""The table of what a message costs with few and with many sessions in the database."""

import contextlib
import os
import shutil
import tempfile

from callgrind import count, stripped
from client import Client
from conversation import KEY, PERSONAS, Conversation
from filled import fill
from servers import Foilmock
from table import aim, median, ratio_cells
from wrk import each, in_turn, ratios

SIZES = {"10³": 1_000, "10⁵": 100_000, "10⁶": 1_000_000}
# So many talk.
TALKING = 1_000
CONNECTIONS = 16
# Players whose first message warms a server under callgrind, and players whose messages are counted.
WARM, COUNTED = 100, 200
MOST = 1.1


def measure(plan):
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        files = [os.path.join(folder, f"{size}.db") for size in SIZES.values()]
        for file, size in zip(files, SIZES.values()):
            fill(plan.binary, file, size)
        sizes = [f"{os.path.getsize(file) / 2**20:,.0f} MiB" for file in files]
        rows = [["database", *sizes, "", "", "", ""], ["ready", *(ready(plan, file) for file in files), "", "", "", ""]]
        copy = stripped(plan.binary, folder)
        first, later = zip(*(instructions(copy, file, size) for file, size in zip(files, SIZES.values())))
        rows += [
            counted("instructions, a player's first message since the start", first),
            counted("instructions, each later one", later),
            timed(plan, "µs a message, players next to each other", files, near),
            timed(plan, "µs a message, players spread over the table", files, spread),
            timed(plan, "µs a message, spread, nobody remembered", files, spread, "--cached-players", "0")]
    most, least = list(SIZES)[-1], list(SIZES)[0]
    return ["sessions in the database", *SIZES, f"{list(SIZES)[1]} : {least}", f"{most} : {least}", "of each run", "aim"], rows


def ready(plan, file):
    server = Foilmock(plan.binary, os.path.dirname(file), database=file)
    try:
        return f"{server.wait_until_ready() * 1000:.0f} ms"
    finally:
        server.stop()


def near(size):
    """Players whose rows share pages."""
    return range(1, min(size, TALKING) + 1)


def spread(size):
    return range(1, size + 1, size // TALKING)


def instructions(binary, file, size):
    """Of a message that is the first of its player since the start of the server, and of one that is not."""
    def start(folder, under):
        # A copy, since what a start costs depends on what is in the database.
        return Foilmock(binary, folder, database=shutil.copy(file, folder), under=under)

    def saying(count, times=1):
        def use(server):
            client = Client(server.port, KEY, kept=True)
            path = f"/api/v1/sdk/chat/{client.json('GET', PERSONAS)[0]['id']}/message"
            for _ in range(times):
                for player in spread(size)[:count]:
                    client.text("POST", path, Conversation.line(player))
        return use

    every = WARM + COUNTED
    few, more, twice = (count(start, use)[0] for use in (saying(WARM), saying(every), saying(every, 2)))
    return (more - few) / COUNTED, (twice - more) / every


def counted(what, figures):
    least, middle, most = figures
    return [what, *(f"{figure:,.0f}" for figure in figures), f"{middle / least:.2f}", f"{most / least:.2f}", "",
            aim(f"≤ {MOST}", most / least <= MOST)]


def timed(plan, what, files, players, *options):
    with contextlib.ExitStack() as stack:
        conversations = []
        for file, size in zip(files, SIZES.values()):
            server = Foilmock(plan.binary, os.path.dirname(file), *options, database=file)
            stack.callback(server.stop)
            server.wait_until_ready()
            conversations.append(Conversation(server, players=players(size), begun=True))
        least, middle, most = in_turn(plan.times, 1, *(
            lambda seconds, side=side: side.run(CONNECTIONS, seconds) for side in conversations))
    found = ratios(most, least, "cost")
    return [what, *(f"{median(each(runs, 'cost')):.1f}" for runs in (least, middle, most)),
            f"{median(ratios(middle, least, 'cost')):.2f}", *ratio_cells(found), aim(f"≤ {MOST}", median(found) <= MOST)]
