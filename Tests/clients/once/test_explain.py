"""Explanations of turns, on request and in the log; and the output of a server that starts from a snapshot."""

import json
from collections.abc import Callable
from pathlib import Path

from helpers.server import Server, command
from helpers.wire import Wire, answer


def talk(server: Server, dial: Callable[..., Wire], key: str) -> str:
    """The id of a session with one turn."""
    wire = dial(server, key)
    persona = answer(wire.personas())[0]["id"]
    chat = f"/api/v1/sdk/chat/{persona}"
    who = {"user_session_id": "sam", "player_name": "Sam", "player_gender": "female"}
    session = answer(wire.http.post(f"{chat}/init-session", json=who))["session_id"]
    answer(wire.http.post(f"{chat}/message", json={"message": "Something rare?", "user_session_id": "sam"}))
    return session


def test_a_turn_is_explained_also_after_a_restart(launch: Callable[..., Server], dial: Callable[..., Wire]) -> None:
    server = launch("explained")
    session = talk(server, dial, "pk_test_explained")
    path = f"/sandboxes/pk_test_explained/sessions/{session}/turns/1"
    told = server.control.get(path)
    fired = next(candidate for candidate in told["candidates"] if candidate["result"] == "fires")
    assert fired["origin"].startswith("personas/grumpy-barista/machines/opening_scene.json:")
    assert fired["reasons"][0]["text"] == '"rare" occurs in "Something rare?"'
    assert told["score"]["after"] == told["score"]["before"] + told["score"]["delta"] == 15
    server.kill()
    server.start()
    assert server.control.get(path) == told


def test_the_log_explains_each_turn(launch: Callable[..., Server], dial: Callable[..., Wire]) -> None:
    for style in ("text", "json"):
        server = launch(style, "--explain", "--log", style)
        session = talk(server, dial, "pk_test_explained")
        told = server.control.get(f"/sandboxes/pk_test_explained/sessions/{session}/turns/1")["lines"]
        # The log is whole when the server has ended.
        assert server.stop() == 0
        lines = server.errors.read_text().splitlines()
        said = next(place for place, line in enumerate(lines) if "/message" in line)
        if style == "text":
            assert lines[said + 1 : said + 1 + len(told)] == [f"  {line}" for line in told]
            assert lines[said].endswith(" 200")
        else:
            assert json.loads(lines[said])["explanation"] == told
        assert sum("opening_scene in greeting" in line for line in lines) == 1


def test_a_server_does_not_start_from_what_is_no_snapshot(tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    for text, reason in (
        (None, "cannot be read"),
        ("{", "it must be JSON"),
        ('{"sandbox": {"name": "cart"}}', '$: a snapshot has no "kind"'),
    ):
        if text is not None:
            file.write_text(text)
        done = command("serve", "--port", "0", "--db", ":memory:", "--snapshot", str(file))
        assert done.returncode == 1
        assert done.stderr.startswith(f"Error: the snapshot {file}: {reason}"), done.stderr
