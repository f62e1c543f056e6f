#!/usr/bin/env python3
"""A relay that holds each piece for a time, as a network does: pieces keep their order, and any number are under way.

usage: scripts/bench/relay.py PORT [MILLISECONDS]

It relays to PORT of 127.0.0.1, prints the port that it listens at, and ends when its standard input does.
"""

import multiprocessing
import queue
import socket
import sys
import threading
import time


class Relay:
    """Relays to a port of this machine from `port`, in a process of its own."""

    def __init__(self, target, seconds):
        """`seconds`: how long it holds each piece, each way."""
        self.target, self.seconds = target, seconds
        self.turned = multiprocessing.Value("l", 0)
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        self.process = multiprocessing.Process(target=self.run, args=(listening,), daemon=True)
        self.process.start()
        listening.close()

    def round_trips(self):
        """How often a caller has sent something after it had been answered, or for the first time."""
        return self.turned.value

    def stop(self):
        self.process.terminate()
        self.process.join()

    def run(self, listening):
        while True:
            caller, _ = listening.accept()
            try:
                called = socket.create_connection(("127.0.0.1", self.target))
            except ConnectionRefusedError:
                caller.close()
                continue
            for side in (caller, called):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # Set while nothing was sent since the last answer.
            answered = threading.Event()
            answered.set()
            self.relay(caller, called, lambda: self.count(answered))
            self.relay(called, caller, answered.set)

    def count(self, answered):
        if answered.is_set():
            answered.clear()
            with self.turned.get_lock():
                self.turned.value += 1

    def relay(self, source, target, came):
        """Two threads: asyncio's timers are late by up to a millisecond."""
        pieces = queue.SimpleQueue()
        threading.Thread(target=self.read, args=(source, pieces, came), daemon=True).start()
        threading.Thread(target=self.write, args=(target, pieces), daemon=True).start()

    def read(self, source, pieces, came):
        while True:
            try:
                piece = source.recv(1 << 16)
            except ConnectionResetError:
                piece = b""
            if piece:
                came()
            pieces.put((time.monotonic() + self.seconds, piece))
            if not piece:
                return

    @staticmethod
    def write(target, pieces):
        try:
            while True:
                due, piece = pieces.get()
                time.sleep(max(0, due - time.monotonic()))
                if not piece:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(piece)
        except OSError:
            # Its other direction notices it, too.
            pass


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: scripts/bench/relay.py PORT [MILLISECONDS]")
    relay = Relay(int(sys.argv[1]), float(sys.argv[2] if len(sys.argv) > 2 else 1) / 1000)
    print(relay.port, flush=True)
    sys.stdin.read()
    relay.stop()
