"""Runs of wrk, and pairs of them."""

import json
import os
import subprocess

from servers import HERE, Unmeasurable, program


class Run:
    """One run of wrk: what it counted, and what the server's processor time was. Times are in milliseconds, `cost` is in
    microseconds a request."""

    def __init__(self, server, path, connections, seconds, arguments):
        before = server.processor()
        output = subprocess.run(
            [program("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "-s", os.path.join(HERE, "load.lua"),
             f"http://127.0.0.1:{server.port}{path}", "--", *arguments],
            capture_output=True, text=True, check=False)
        used = server.processor() - before
        result = [line for line in output.stdout.splitlines() if line.startswith("RESULT ")]
        if not result:
            raise Unmeasurable(f"wrk failed: {output.stdout}{output.stderr}")
        counted = json.loads(result[0].split(" ", 1)[1])
        self.requests = counted["requests"]
        if counted["bad"] or not self.requests:
            raise Unmeasurable(f"{path}: {counted['bad']} of {self.requests} requests failed\n{output.stdout}")
        self.rate = self.requests / (counted["microseconds"] / 1e6)
        self.cost = used * 1e6 / self.requests
        self.p50, self.p99, self.p999 = (counted[name] / 1000 for name in ("p50", "p99", "p999"))


def in_turn(times, seconds, *sides):
    """Runs of each side in turn, so many times: a list for each side. A short round before warms all and does not count."""
    rounds = [[run(seconds if number else 1) for run in sides] for number in range(times + 1)][1:]
    return list(zip(*rounds))


def each(runs, name):
    return [getattr(run, name) for run in runs]


def ratios(ours, theirs, name):
    return [one / other for one, other in zip(each(ours, name), each(theirs, name))]
