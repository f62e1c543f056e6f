"""The table of messages in each of the APIs, to one server."""

import re
import tempfile

from client import Client
from conversation import KEY, LINE, PLAYERS, Conversation, bounds
from servers import TOKEN, Foilmock, Unmeasurable
from table import median, ratio_cells
from wrk import Run, each, in_turn, ratios

CONNECTIONS = 64
OTHER_LINE = "And the coffee here is good, is it not?"
# A player who says the same again and again is not answered, so each line comes after another one.
LINES = (LINE, OTHER_LINE)


def measure(plan):
    with tempfile.TemporaryDirectory(prefix="foilmock-bench-") as folder:
        server = Foilmock(plan.binary, folder)
        try:
            server.wait_until_ready()
            talks = {
                "FoilEngine": Talk(server, Conversation(server).path, "X-API-Key", KEY, "application/json", [
                    f'{{"user_session_id":"bench-%d","message":"{line}"}}' for line in LINES]),
                "FluidTalk 1.x": Talk(
                    server, "/api/v1/bot/chat", "X-API-Key", "ft_sk_test_bench", "multipart/form-data; boundary=x",
                    [form(target="@bench-%d", own_username="@me", message=line) for line in LINES]),
                "FluidTalk 2.x": Talk(
                    server, "/api/v1/characters/chat", "X-Connector-Token", "ftc_test_bench", "application/json", [
                        f'{{"platform":"instagram","handle":"bench-%d","message":"{line}"}}' for line in LINES])}
            runs = in_turn(plan.times, plan.seconds, *(talk.run for talk in talks.values()))
            return ["messages, 64 connections", "messages/s", "µs a message", "× FoilEngine's µs", "of each run"], [
                [name, f"{median(each(own, 'rate')):,.0f}", f"{median(each(own, 'cost')):.1f}",
                 *ratio_cells(ratios(own, runs[0], "cost"))]
                for name, own in zip(talks, runs)]
        finally:
            server.stop()


def form(**parts):
    """A multipart/form-data body."""
    return "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()
    ) + "--x--\r\n"


class Talk:
    """Messages of players in one of the APIs."""

    def __init__(self, server, path, field, key, kind, bodies):
        self.server, self.path = server, path
        self.arguments = [field, key, kind, *bounds(PLAYERS), *bodies]

    def run(self, seconds):
        """A run in which the server has made a turn of each message."""
        before = self.turns()
        run = Run(self.server, self.path, CONNECTIONS, seconds, self.arguments)
        made = self.turns() - before
        # A first message makes the greeting's turn, too.
        if not run.requests <= made <= run.requests + CONNECTIONS + len(PLAYERS):
            raise Unmeasurable(f"{self.path}: wrk counted {run.requests} messages, and the server {made} turns")
        return run

    def turns(self):
        text = Client(self.server.port, KEY).text(
            "GET", "/_foilmock/metrics", fields={"Authorization": f"Bearer {TOKEN}"})
        return sum(int(count) for count in re.findall(r"^foilmock_turns_total\{.*\} (\d+)$", text, re.MULTILINE))
