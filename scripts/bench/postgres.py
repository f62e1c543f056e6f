"""The tables of what PostgreSQL costs in place of a file, and of what several servers of one database cost."""

import contextlib

from conversation import KEY, Conversation
from differences import JOURNALS, begun
from relay import Relay
from shared import KEYS, Database, Shared
from table import aim, median, ratio_cells
from wrk import each, in_turn, ratios

CONNECTIONS = 64
# Seconds that the relay holds each piece, each way.
DELAY = 0.001
LEAST, LEAST_AFAR, TRIPS = 0.35, 0.5, 2
COUNT = 3


def one(plan):
    """A file, a PostgreSQL server on this machine, one whose commits do not wait for the disk, and one behind a relay."""
    with contextlib.ExitStack() as stack:
        database = Database(plan, stack)
        relay = Relay(database.port, DELAY)
        stack.callback(relay.stop)
        sides = [
            Conversation(begun(plan, stack)), Shared(plan, stack, database, "near"),
            Shared(plan, stack, database, "quick", query="?options=-c%20synchronous_commit%3Doff"),
            Shared(plan, stack, database, "afar", relay=relay)]
        file, near, quick, afar = in_turn(plan.times, plan.seconds, *(
            lambda seconds, side=side: side.run(CONNECTIONS, seconds) for side in sides))
    trips = median(each(afar, "trips"))
    rows = [["a file", f"{median(each(file, 'rate')):,.0f}", f"{median(each(file, 'cost')):.1f}", *[""] * 5]]
    for what, runs, beside, words, least in (
            ("PostgreSQL", near, file, "a file", LEAST),
            ("PostgreSQL, synchronous_commit = off", quick, file, "a file", LEAST),
            (f"PostgreSQL, {DELAY * 1000:.0f} ms away each way", afar, near, "without the way", LEAST_AFAR)):
        found = ratios(runs, beside, "rate")
        rows.append([
            what, f"{median(each(runs, 'rate')):,.0f}", *costs(runs), "", *ratio_cells(found),
            aim(f"≥ {least} × {words}", median(found) >= least)])
    rows[-1][4] = f"{trips:.1f} ({aim(f'≤ {TRIPS}', trips < TRIPS + 0.05)})"
    return [f"{CONNECTIONS} connections", "messages/s", "µs a message, foilmock", "µs a message, PostgreSQL", "round trips a batch",
            "ratio of rates", "of each run", "aim"], rows


def several(plan):
    """One server and three of one database, in one sandbox and in many."""
    rows = []
    with contextlib.ExitStack() as stack:
        database = Database(plan, stack)
        for words, key in (("one key", KEY), ("a key for each player", KEYS)):
            for entries in JOURNALS:
                with contextlib.ExitStack() as inner:
                    sides = [
                        Shared(plan, inner, database, f"d{len(rows)}_{count}", count, key, options=["--journal-entries", str(entries)])
                        for count in (1, COUNT)]
                    alone, together = in_turn(plan.times, plan.seconds, *(
                        lambda seconds, side=side: side.run(CONNECTIONS, seconds) for side in sides))
                rows.append([
                    f"{words}, {f'{entries} journal entries' if entries else 'no journal'}",
                    *costs(alone), *costs(together), *ratio_cells(ratios(together, alone, "total"))])
    return [f"µs a message, {CONNECTIONS} connections", "1 server: foilmock", "PostgreSQL",
            f"{COUNT} servers: foilmock", "PostgreSQL", "ratio of the sums", "of each run"], rows


def costs(runs):
    return [f"{median(each(runs, name)):.1f}" for name in ("cost", "database")]
