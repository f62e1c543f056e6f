"""The table of starts, of idle memory, and of many streams at once."""

import tempfile

import crowd
from conversation import Conversation
from servers import Foilmock, Unmeasurable
from table import aim, median, spread

STARTS = 10
# Streams under way at a time, paced so that all are open before the first ends.
CROWD = 5000
PACING = ["--first-token-ms", "1000", "--tokens-per-second", "2"]


def measure(plan):
    return ["", "foilmock", "aim"], [*starts(plan), paced(plan)]


def starts(plan):
    """From exec to ready, and the memory then, from fresh databases."""
    ready, block, memory = [], [], []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
            server = Foilmock(plan.binary, folder)
            try:
                ready.append(server.wait_until_ready() * 1000)
                block.append(server.wait_until_printed() * 1000)
                memory.append(server.memory())
            finally:
                code = server.stop()
            if code != 0:
                raise Unmeasurable(f"foilmock ended with {code}")
    return [
        ["ready: first 200 of /_foilmock/health", spread(ready, ".1f", " ms"), aim("≤ 15 ms", median(ready) <= 15)],
        ["ready block printed", spread(block, ".1f", " ms"), ""],
        ["idle memory (VmRSS)", spread(memory, ".1f", " MiB"), aim("≤ 14 MiB", median(memory) <= 14)],
    ]


def paced(plan):
    """Many paced streams at once, each of which has to come whole."""
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        server = Foilmock(plan.binary, folder, *PACING)
        try:
            server.wait_until_ready()
            conversation = Conversation(server, players=range(1, CROWD + 1))
            measured = crowd.measure(server.port, [
                conversation.client.bytes("POST", conversation.stream, Conversation.line(player))
                for player in conversation.players])
            memory = server.memory("VmHWM")
        finally:
            server.stop()
    if measured.at_once != CROWD:
        raise Unmeasurable(f"of {CROWD} streams only {measured.at_once} were open at once")
    return [f"{CROWD:,} paced streams at once: most memory (VmHWM)",
            f"{memory:.1f} MiB, ends after {spread(measured.seconds, '.1f', ' s')}", aim("< 150 MiB", memory < 150)]
