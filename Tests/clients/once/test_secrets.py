"""The keys of callers are stored and logged nowhere."""

from collections.abc import Callable
from pathlib import Path

from helpers.server import Server
from helpers.wire import SDK, Wire, answer, refusal

SECRETS = {
    "X-LLM-API-Key": "sk-secret-one",
    "X-LLM-Eval-API-Key": "sk-secret-two",
    "X-LLM-Response-API-Key": "sk-secret-three",
    "X-LLM-Summarization-API-Key": "sk-secret-four",
}


def test_keys_for_language_models_are_not_kept(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str, tmp_path: Path
) -> None:
    server = launch("kept", "--log", "text", "--require-llm-key")
    wire = dial(server, key)
    wire.http.headers.update(SECRETS)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    answer(wire.say(persona, "something rare"))
    answer(wire.http.post(f"{SDK}/validate-llm-key"))
    wire.http.headers["X-LLM-API-Key"] = "sk-secret-invalid"
    refusal(wire.say(persona, "something rare"), 400)
    wire.http.headers["X-API-Key"] = "pk_live_secret"
    refusal(wire.personas(), 401)
    server.stop()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"something rare" in kept and b"/message" in kept
    assert b"secret" not in kept
