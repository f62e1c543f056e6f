"""The table of what it costs that journals are followed live, and whether the readers see all."""

import contextlib
import multiprocessing
import re
import socket
import time

from client import Client
from conversation import KEY, Conversation
from differences import begun
from servers import PATIENCE, TOKEN, Unmeasurable
from table import median, ratio_cells
from wrk import each, in_turn, ratios

READERS = (1, 3, 64)
CONNECTIONS = 16
# Messages a second, and entries of a journal that may wait for a reader.
PACE, ENTRIES = 1_000, (250, 10_000)
EVENT = re.compile(rb'event: (entry)\n|event: lost\n[^\n]*\ndata: \{"entries":(\d+)\}\n')


class Reader:
    """A process that follows all journals from now on."""

    def __init__(self, port):
        self.seen, self.lost = (multiprocessing.Value("l", 0) for _ in range(2))
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        connection.sendall(
            f"GET /_foilmock/v1/journal/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
        if not connection.recv(12).endswith(b" 200"):
            raise Unmeasurable("a feed was refused")
        self.process = multiprocessing.Process(target=self.run, args=(connection,), daemon=True)
        self.process.start()
        connection.close()

    def run(self, connection):
        text = b""
        while piece := connection.recv(1 << 20):
            text += piece
            # An event may go on in the next piece.
            whole = text.rfind(b"\n\n") + 2
            for entry, lost in EVENT.findall(text[:max(0, whole)]):
                if entry:
                    self.seen.value += 1
                else:
                    self.lost.value += int(lost)
            text = text[whole:] if whole > 1 else text

    def told(self):
        return self.seen.value, self.lost.value

    def stop(self):
        self.process.terminate()
        self.process.join()


def measure(plan):
    rows = [followed(plan, readers) for readers in READERS]
    rows += [paced(plan, entries) for entries in ENTRIES]
    return ["", "messages/s", "µs a message", "ratio of µs to no reader", "of each run", "seen", "lost"], rows


def followed(plan, count):
    """Messages as fast as they go, beside a server whose journals nobody follows."""
    with contextlib.ExitStack() as stack:
        alone, server = (begun(plan, stack) for _ in range(2))
        conversation, other = Conversation(server), Conversation(alone)
        readers = follow(server, count, stack)
        ours, theirs = in_turn(
            plan.times, plan.seconds,
            lambda seconds: conversation.run(CONNECTIONS, seconds), lambda seconds: other.run(CONNECTIONS, seconds))
        return [f"{count} reader{'s' * (count > 1)}, {CONNECTIONS} connections", f"{median(each(ours, 'rate')):,.0f}",
                f"{median(each(ours, 'cost')):.1f}", *ratio_cells(ratios(ours, theirs, "cost")), *shares(readers)]


def paced(plan, entries):
    """So many messages a second, one after the other, and three readers."""
    with contextlib.ExitStack() as stack:
        server = begun(plan, stack, "--journal-entries", str(entries))
        conversation = Conversation(server, players=range(1, 11))
        readers = follow(server, 3, stack)
        client = Client(server.port, KEY, kept=True)
        before, start = server.processor(), time.monotonic()
        total = PACE * plan.times * plan.seconds
        for number in range(total):
            time.sleep(max(0, start + number / PACE - time.monotonic()))
            client.text("POST", conversation.path, Conversation.line(number % 10 + 1))
        took, used = time.monotonic() - start, server.processor() - before
        return [f"3 readers, {PACE:,} messages a second, {entries:,} entries", f"{total / took:,.0f}",
                f"{used * 1e6 / total:.1f}", "", "", *shares(readers)]


def follow(server, count, stack):
    readers = []
    for _ in range(count):
        readers.append(Reader(server.port))
        stack.callback(readers[-1].stop)
    return readers


def shares(readers):
    """What the readers have seen and lost, when nothing has come for a second: the least and the most."""
    told = None
    while told != (told := [reader.told() for reader in readers]):
        time.sleep(1)
    return [f"{min(numbers):,}–{max(numbers):,}" for numbers in zip(*told)]
