"""Features that only some versions of the client have."""

from collections.abc import Callable
from typing import Any

import pytest
from foilengine import NotFoundError

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server

PLAYER = "player-001"


def test_base_url_may_end_in_a_slash(sdk: Sdk, server: Server, kind: str, key: str) -> None:
    client = Sdk(kind, server.url + "/", key)
    assert client.personas() == sdk.personas()
    client.close()


@pytest.mark.since("0.2.1")
def test_language_model_settings_change_nothing(connect: Callable[..., Sdk], server: Server, key: str) -> None:
    names = ["model", "eval_model", "response_model", "summarization_model"]
    names += ["api_key", "eval_api_key", "response_api_key", "summarization_api_key"]
    settings = {f"llm_{name}": f"some {name}" for name in names}
    plain, keyed = connect(server, key), connect(server, key, **settings)
    persona = plain.personas()[0].id
    begun = plain.begin(persona, PLAYER)
    assert keyed.session(persona, PLAYER).session_id == begun.session_id
    assert keyed.say(persona, "Hello", PLAYER).session_id == begun.session_id


@pytest.mark.since("0.4.0")
def test_events_tell_of_the_conversation(connect: Callable[..., Sdk], town: Server, key: str) -> None:
    sdk = connect(town, key)
    heard: list[tuple[str, Any]] = []
    names = ["state_change", "score_change", "machine_completed", "machines_unlocked", "session_ended"]
    for name in names:
        sdk.client.on(name, lambda event, name=name: heard.append((name, event)))

    session = sdk.begin(fixtures.CLERK, PLAYER).session_id
    for line in ["hm", "form", "stamp"]:
        sdk.say(fixtures.CLERK, line, PLAYER)

    ended = {"outcome": "ACCEPT", "final_score": 3, "session_id": session}
    vault = {"machine_key": "vault", "name": "Vault", "is_auto_advance": True}
    assert heard == [
        ("state_change", {"from_state": "open", "to_state": "counter", "decision": "pass"}),
        ("score_change", {"old_score": 0, "new_score": 2, "delta": 2}),
        ("state_change", {"from_state": "counter", "to_state": "done", "decision": "pass"}),
        ("score_change", {"old_score": 2, "new_score": 3, "delta": 1}),
        ("machine_completed", ended),
        ("machines_unlocked", {"machines": [vault]}),
        ("session_ended", ended),
    ]


@pytest.mark.since("0.3.0")
@pytest.mark.parametrize(
    ("llm_key", "model", "verdict"),
    [
        ("sk-1", None, {"valid": True, "model": "gpt-4o-mini", "error": None}),
        ("sk-1", "gpt-4o", {"valid": True, "model": "gpt-4o", "error": None}),
        ("sk-invalid", None, {"valid": False, "model": "gpt-4o-mini",
                              "error": "The LLM provider does not know this API key"}),
    ],
)
def test_keys_for_language_models_can_be_validated(
    connect: Callable[..., Sdk], server: Server, key: str, llm_key: str, model: str | None, verdict: dict
) -> None:
    assert connect(server, key, llm_api_key=llm_key).validate_llm_key(model) == verdict


@pytest.mark.since("0.4.0")
def test_hooks_hear_requests_and_answers(connect: Callable[..., Sdk], town: Server, key: str) -> None:
    heard: list[tuple] = []

    class Hook:
        def before_request(self, method: str, url: str, headers: dict, body: Any) -> None:
            heard.append(("before", method, url))

        def after_response(self, method: str, url: str, status: int, elapsed_ms: float, body: Any) -> None:
            heard.append(("after", status, body["message"]))

        def on_error(self, method: str, url: str, error: Exception) -> None:
            heard.append(("error", type(error).__name__))

    sdk = connect(town, key, hooks=[Hook()])
    sdk.begin(fixtures.CLERK, PLAYER)
    with pytest.raises(NotFoundError):
        sdk.say(fixtures.CLERK, "hm", "nobody")
    chat = f"/api/v1/sdk/chat/{fixtures.CLERK}"
    # Whether hooks are called for an error depends on the client, and differs between its two kinds.
    assert heard[:3] == [
        ("before", "POST", heard[0][2]),
        ("after", 200, "Next, Alex."),
        ("before", "POST", heard[2][2]),
    ]
    assert heard[0][2].endswith(f"{chat}/init-session") and heard[2][2].endswith(f"{chat}/message")
