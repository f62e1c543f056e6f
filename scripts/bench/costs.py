"""The table of instructions and allocations, beside nginx's."""

import tempfile

from counted import KINDS, PERSONAS, Caller, figure, figures
from peers import Nginx
from servers import Foilmock
from table import aim

# In instructions.
AIMS = {"message": 90_000, "message in a batch of 16": 65_000, "list of personas": 25_000}
# How many times a message a stream may be.
STREAM = 1.3


def measure(plan):
    found = figures(plan.binary)
    bodies = fixed(plan)
    nginx = figure(lambda folder, under: Nginx(folder, bodies, under), KINDS["message"])
    rows = []
    for name, cost in (found | {"nginx: a message's body, fixed": nginx}).items():
        instructions = cost["instructions"]
        if name == "stream":
            most = STREAM * found["message"]["instructions"]
            met = aim(f"≤ {STREAM} × message", instructions <= most)
        else:
            met = aim(f"≤ {AIMS[name]:,}", instructions <= AIMS[name]) if name in AIMS else ""
        rows.append([
            name, f"{instructions:,}", f"{cost['allocations']}", f"{instructions / nginx['instructions']:.1f}", met])
    return ["request", "instructions", "allocations", "× nginx", "aim"], rows


def fixed(plan):
    """What foilmock answers, by path, for a player who says something."""
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        server = Foilmock(plan.binary, folder)
        try:
            server.wait_until_ready()
            caller = Caller(server)
            caller.begin()
            return {
                PERSONAS: caller.client.text("GET", PERSONAS), f"{caller.chat}/message": caller.say(),
                f"{caller.chat}/init-session": "{}"}
        finally:
            server.stop()
