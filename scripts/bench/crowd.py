"""Very many streams at once: one reader that opens them all and tells whether each came whole."""

import collections
import json
import resource
import selectors
import socket
import time

from servers import PATIENCE, Unmeasurable

# For files and the selector itself.
SPARE = 100

# How many were under way when the most were; how long each took, from its request to its end.
Measured = collections.namedtuple("Measured", "at_once seconds")


class Stream:
    """One request and what has come in answer."""

    def __init__(self, port, request):
        self.request = request
        self.received = bytearray()
        self.sent = self.opened = self.ended = None
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setblocking(False)

    def send(self):
        self.sent = time.monotonic()
        if self.socket.send(self.request) != len(self.request):
            raise Unmeasurable("a request did not fit into its socket")

    def receive(self):
        """Takes what is there."""
        piece = self.socket.recv(65536)
        now = time.monotonic()
        self.opened = self.opened or now
        self.received += piece
        if not piece or self.received.endswith(b"\r\n0\r\n\r\n"):
            self.ended = now

    def check(self):
        """That it is metadata, the text and the whole reply, and that they agree."""
        head, _, body = bytes(self.received).partition(b"\r\n\r\n")
        events = [(name, json.loads(data)) for name, data in events_of(body)]
        names = [name for name, _ in events]
        if not head.startswith(b"HTTP/1.1 200 ") or names != ["metadata", *["text_delta"] * (len(names) - 2), "done"]:
            raise Unmeasurable(f"a stream did not come whole: {bytes(self.received)!r}")
        if "".join(data["text"] for name, data in events[1:-1]) != events[-1][1]["message"]:
            raise Unmeasurable(f"the text of a stream is not its message: {bytes(self.received)!r}")


def events_of(body):
    """Each event is a chunk of its own: size, event, data, an empty line."""
    lines = body.decode().replace("\r\n", "\n").split("\n")
    return [(line[7:], data[6:]) for line, data in zip(lines, lines[1:]) if line.startswith("event: ")]


def measure(port, requests):
    """Sends all requests, on as many connections, and reads until each stream has come whole."""
    allow_files(len(requests) + SPARE)
    with selectors.DefaultSelector() as selector:
        streams = []
        try:
            for request in requests:
                streams.append(Stream(port, request))
                selector.register(streams[-1].socket, selectors.EVENT_READ, streams[-1])
            for stream in streams:
                stream.send()
                # Meanwhile, so that each end is noticed when it comes.
                read(selector, 0)
            deadline = time.monotonic() + PATIENCE
            while selector.get_map():
                read(selector, 1)
                if time.monotonic() > deadline:
                    raise Unmeasurable(f"{len(selector.get_map())} streams had not ended after {PATIENCE} s")
        finally:
            for stream in streams:
                stream.socket.close()
    for stream in streams:
        stream.check()
    return Measured(most_at_once(streams), [stream.ended - stream.sent for stream in streams])


def read(selector, timeout):
    for key, _ in selector.select(timeout):
        key.data.receive()
        if key.data.ended:
            selector.unregister(key.fileobj)


def most_at_once(streams):
    most = now = 0
    for _, change in sorted([(stream.opened, 1) for stream in streams] + [(stream.ended, -1) for stream in streams]):
        now += change
        most = max(most, now)
    return most


def allow_files(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise Unmeasurable(f"{count} open files are needed, and {hard} allowed; 'ulimit -Hn' tells and raises it")
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
