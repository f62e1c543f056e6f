"""The computing parts of scripts/bench: what becomes of figures, and how callgrind's files are read."""

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[3] / "scripts" / "bench"
# Seconds for which a relay holds each piece.
HELD = 0.05
# Of callgrind, with a function that is named where it comes first, here as the one that is called.
CALLGRIND = """\
events: Ir
fn=(1) main
12 40
cfn=(2) malloc
calls=3 0
14 90
cfn=(3) free
calls=3 0
15 30
fn=(4) swift_slowAlloc
20 5
cfn=(2)
calls=2 0
21 60
summary: 4321
"""


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(BENCH)
    yield
    # Their names are short, and others' tests may use the same.
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(BENCH)):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("values", "part", "wanted"),
    [([7.0], 0.999, 7.0), ([3.0, 1.0, 2.0, 4.0], 0.5, 2.0), ([3.0, 1.0, 2.0, 4.0], 0.51, 3.0), ([float(n) for n in range(1, 1001)], 0.999, 999.0)],
)
def test_a_quantile_is_the_least_value_that_the_part_does_not_exceed(values: list[float], part: float, wanted: float) -> None:
    import table

    assert table.quantile(values, part) == wanted


def test_a_ratio_shows_median_spread_and_each_run() -> None:
    import table

    assert table.ratio_cells([0.3, 0.1, 0.25]) == ["0.25 (0.10–0.30)", "0.30 0.10 0.25"]


def test_a_table_has_columns_of_one_width() -> None:
    import table

    assert table.table(["", "µs"], [["message", "9"], ["list", "1,000"]]) == (
        "|         | µs    |\n|---------|-------|\n| message | 9     |\n| list    | 1,000 |"
    )


def test_callgrind_counts_instructions_and_the_calls_of_allocators() -> None:
    import callgrind

    assert callgrind.totals(CALLGRIND.splitlines()) == (4321, 5)


def test_a_stall_leaves_out_what_waited_for_a_processor() -> None:
    from probe import Sample

    assert Sample(0.5, worked=0.1, waited=0.2).stall == pytest.approx(0.3)
    assert Sample(0.1, waited=0.2).stall == 0


def test_the_most_streams_at_once_are_counted() -> None:
    import crowd

    class Stream:
        def __init__(self, opened: float, ended: float) -> None:
            self.opened, self.ended = opened, ended

    assert crowd.most_at_once([Stream(1, 4), Stream(2, 3), Stream(5, 6)]) == 2
    # One that ends when the next opens is not beside it.
    assert crowd.most_at_once([Stream(1, 2), Stream(2, 3)]) == 1


def test_a_relay_holds_what_it_relays_in_order_and_counts_round_trips() -> None:
    from relay import Relay

    with socket.create_server(("127.0.0.1", 0)) as called:
        relay = Relay(called.getsockname()[1], HELD)
        try:
            start = time.monotonic()
            with socket.create_connection(("127.0.0.1", relay.port)) as caller:
                callee = called.accept()[0]
                with callee:
                    for question in (b"first", b"second"):
                        # So much that it is relayed in several pieces.
                        text = question * 100_000
                        caller.sendall(text)
                        assert received(callee, len(text)) == text
                        callee.sendall(question)
                        assert received(caller, len(question)) == question
            assert relay.round_trips() == 2
            assert time.monotonic() - start >= 4 * HELD
        finally:
            relay.stop()


def received(connection: socket.socket, count: int) -> bytes:
    text = b""
    while len(text) < count and (piece := connection.recv(count - len(text))):
        text += piece
    return text
