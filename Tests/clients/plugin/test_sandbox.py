"""The requests that a sandbox's calls send, and the results that they return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_foilmock import Control, ControlError, Expectations, Sandbox

from helpers.stub import Stub

Do = Callable[[Sandbox], object]

# The call; the method, the path below the sandbox's, and the body that it sends.
CALLS: list[tuple[Do, str, str, Any]] = [
    (lambda it: it.reset(), "POST", "/reset", None),
    (lambda it: it.delete(), "DELETE", "", None),
    (lambda it: it.limits(None), "PUT", "/limits", None),
    (lambda it: it.limits({"other_per_minute": 2}), "PUT", "/limits", {"other_per_minute": 2}),
    (lambda it: it.restore({"sessions": []}), "PUT", "/snapshot", {"sessions": []}),
    (lambda it: it.snapshot(), "GET", "/snapshot", None),
    (lambda it: it.remove_fault("f1"), "DELETE", "/faults/f1", None),
    (lambda it: it.remove_faults(), "DELETE", "/faults", None),
    (lambda it: it.script(player="sam", steps=[{"decision": "pass"}]), "POST", "/scripts",
     {"player": "sam", "steps": [{"decision": "pass"}]}),
    (lambda it: it.explain("s-1", 3), "GET", "/sessions/s-1/turns/3", None),
    (lambda it: it.call("GET", "/limits/report", window="fixed"), "GET", "/limits/report?window=fixed", None),
    (lambda it: it.clock.freeze("2030-01-01T00:00:00Z", auto_advance=0.5), "PUT", "/clock",
     {"mode": "frozen", "at": "2030-01-01T00:00:00Z", "auto_advance_seconds": 0.5, "retry_after_scale": 0.01}),
    (lambda it: it.clock.offset("2030-01-01T00:00:00Z", retry_after_scale=None), "PUT", "/clock",
     {"mode": "offset", "at": "2030-01-01T00:00:00Z", "auto_advance_seconds": 0}),
    (lambda it: it.clock.real(retry_after_scale=1), "PUT", "/clock", {"mode": "real", "retry_after_scale": 1}),
    (lambda it: it.journal_text(), "GET", "/journal?format=jsonl", None),
]  # fmt: skip


@pytest.fixture
def sandbox(stub: Stub) -> Sandbox:
    return Sandbox(Control(f"{stub.url}/_foilmock", "token-of-the-stub"), "pk_test_it", stub.url)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[1]} {call[2]}")
def test_each_call_is_one_request(sandbox: Sandbox, stub: Stub, call: tuple[Do, str, str, Any]) -> None:
    do, method, path, body = call
    do(sandbox)
    assert stub.requests == [(method, f"/_foilmock/v1/sandboxes/pk_test_it{path}", body)]


def test_a_fault_is_known_by_its_id(sandbox: Sandbox, stub: Stub) -> None:
    stub.answers = {"faults": (200, {"id": "f1"})}
    assert sandbox.fault("status", match={"player": "sam"}, nth=3, status=503) == "f1"
    assert sandbox.fault("stall") == "f1"
    assert [body for _, _, body in stub.requests] == [
        {"kind": "status", "match": {"player": "sam"}, "nth": 3, "status": 503},
        {"kind": "stall"},
    ]


def test_the_journal_is_asked_by_a_match(sandbox: Sandbox, stub: Stub) -> None:
    stub.answers = {"journal": (200, {"entries": [{"number": 1}], "counters": {}})}
    assert sandbox.journal(player="sam & co", status={"gte": 400, "lte": 499}, duplicate=True) == [{"number": 1}]
    sandbox.journal(status=429)
    paths = [path.partition("?")[2] for _, path, _ in stub.requests]
    assert paths == ["player=sam+%26+co&status=400-499&duplicate=true", "status=429"]


def test_what_was_not_as_asked_is_told_in_the_server_s_words(sandbox: Sandbox, stub: Stub) -> None:
    stub.answers = {"verify": (200, {"ok": True, "count": 2})}
    assert sandbox.verify({"gte": 1}, player="sam") == 2
    assert stub.requests[-1][2] == {"match": {"player": "sam"}, "count": {"gte": 1}}
    stub.answers = {"verify": (200, {"ok": False, "count": 0, "explanation": "0 requests, not 1", "near": []})}
    with pytest.raises(AssertionError, match="^0 requests, not 1$"):
        sandbox.verify()


def test_all_expectations_are_counted(sandbox: Sandbox, stub: Stub) -> None:
    expected = Expectations(sandbox)
    expected(player="sam")
    expected({"gte": 2}, player="kim")
    stub.answers = {"verify": (200, {"ok": False, "count": 0, "explanation": "none", "near": []})}
    assert expected.missed() == [
        "expect_requests(1, player='sam'): none",
        "expect_requests({'gte': 2}, player='kim'): none",
    ]
    stub.answers = {"verify": (200, {"ok": True, "count": 1})}
    assert expected.missed() == []


def test_what_the_server_refuses_is_told_with_its_words(sandbox: Sandbox, stub: Stub) -> None:
    stub.answers = {"reset": (400, {"error": {"message": "$.at: no time"}})}
    with pytest.raises(ControlError, match=r"^POST /sandboxes/pk_test_it/reset: 400: \$\.at: no time$") as caught:
        sandbox.reset()
    assert caught.value.status == 400


def test_a_server_that_is_gone_is_told(sandbox: Sandbox, stub: Stub) -> None:
    gone = Sandbox(Control("http://127.0.0.1:1/_foilmock", "token"), "pk_test_it", "")
    with pytest.raises(ControlError, match="no answer from http://127.0.0.1:1/_foilmock: .*refused"):
        gone.reset()


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, {}), (200, "null"), (200, "[]"), (200, "<html>Welcome</html>"), (200, ""), (302, "")],
)
@pytest.mark.parametrize(
    "do",
    [
        lambda it: it.sessions(),
        lambda it: it.fault("reset"),
        lambda it: it.faults(),
        lambda it: it.journal(),
        lambda it: it.verify(),
        lambda it: it.clock.now,
        lambda it: it.clock.advance(1),
    ],
    ids=["sessions", "fault", "faults", "journal", "verify", "now", "advance"],
)
def test_the_answer_of_another_server_is_told(sandbox: Sandbox, stub: Stub, do: Do, status: int, answer: Any) -> None:
    names = ("sessions", "faults", "journal", "verify", "clock", "advance")
    stub.answers = {name: (status, answer) for name in names}
    wanted = f": the answer of {stub.url}/_foilmock is not that of a control API$"
    with pytest.raises(ControlError, match=wanted) as caught:
        do(sandbox)
    assert caught.value.status == status


def test_a_token_with_a_line_break_is_told_and_not_shown() -> None:
    with pytest.raises(ControlError, match="^the token of the control API has a line break$"):
        Control("http://127.0.0.1:1/_foilmock", "secret\n")


def test_a_sandbox_of_another_name_has_no_key(sandbox: Sandbox) -> None:
    named = Sandbox(Control("http://127.0.0.1:1/_foilmock", "token"), "demo", "http://127.0.0.1:1")
    assert named.own_url == "http://127.0.0.1:1/@demo"
    with pytest.raises(AttributeError, match="own_url"):
        _ = named.key
