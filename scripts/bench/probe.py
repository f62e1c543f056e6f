"""Asks a server for its health again and again, from another process, so that what its caller computes does not delay it."""

import multiprocessing
import socket
import time
from typing import NamedTuple

from servers import PATIENCE


class Sample(NamedTuple):
    """Seconds from a question to its answer, infinite if there was none. Of them: how long the server's loop was at work;
    and how long it or the asking process was ready and had no processor, because others had it."""

    seconds: float
    worked: float = 0.0
    waited: float = 0.0

    @property
    def stall(self):
        """Seconds that the loop took: at work, or waiting for a disk."""
        return max(0.0, self.seconds - self.waited)


class Probe:
    """Asks every `interval` seconds, until it is stopped."""

    def __init__(self, server, interval):
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=Probe.run, args=(other, server.port, server.pid, interval), daemon=True)
        self.process.start()
        self.samples()

    @staticmethod
    def run(pipe, port, pid, interval):
        ask = b"GET /_foilmock/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        samples = []
        while True:
            begun = time.monotonic()
            try:
                before, begun = used(pid), time.monotonic()
                connection.sendall(ask)
                answer = connection.recv(4096)
                took = time.monotonic() - begun
                samples.append(Sample(took, *(late - early for early, late in zip(before, used(pid)))))
            except OSError:
                answer = b""
            if not answer:
                # The server has ended.
                samples.append(Sample(float("inf")))
            if pipe.poll():
                pipe.recv()
                pipe.send(samples)
                samples = []
            if answer:
                time.sleep(max(0.0, interval - (time.monotonic() - begun)))
            else:
                pipe.poll(PATIENCE)

    def samples(self):
        """Those since the last call."""
        self.pipe.send(True)
        return self.pipe.recv()

    def stop(self):
        self.process.terminate()
        self.process.join()


def used(pid):
    """Seconds that the first thread of a process, which is the loop's, has been at work, and that it or the calling process
    has been ready without a processor (https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat)."""
    (worked, waited), (_, also) = schedstat(f"{pid}/task/{pid}"), schedstat("self")
    return worked, waited + also


def schedstat(place):
    with open(f"/proc/{place}/schedstat", encoding="ascii") as file:
        worked, waited, _ = file.read().split()
    return int(worked) / 1e9, int(waited) / 1e9
