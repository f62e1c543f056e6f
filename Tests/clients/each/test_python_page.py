"""The examples of the documents' Python page, unchanged but for key, base URL and persona."""

import asyncio
import re

import pytest
from foilengine import (
    AsyncFoilEngineClient,
    AuthenticationError,
    FoilEngineClient,
    NotFoundError,
    RateLimitError,
)

from helpers.server import Server


def quick_start(url: str, key: str) -> None:
    client = FoilEngineClient(api_key=key, base_url=url)

    # Discover your personas
    personas = client.personas.list()
    print(personas[0].name)  # "Grumpy Barista"

    # Initialize a session
    session = client.chat.init_session(
        persona_id=personas[0].id,
        user_session_id="player-001",
        player_name="Alex",
        player_gender="non-binary",
    )
    print(session.message)  # NPC's greeting

    # Send a message
    response = client.chat.send_message(
        persona_id=personas[0].id,
        message="What do you recommend?",
        user_session_id="player-001",
    )
    print(response.message)  # NPC's reply
    print(response.current_state)  # State machine state
    print(response.score)  # Session score
    client.close()


def test_quick_start(server: Server, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    quick_start(server.url, key)
    name, greeting, reply, state, score = capsys.readouterr().out.splitlines()
    assert name == "Grumpy Barista"
    assert "Alex" in greeting
    assert reply
    assert state
    assert score == "0"


def test_async_support(server: Server, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        async with AsyncFoilEngineClient(api_key=key, base_url=server.url) as client:
            personas = await client.personas.list_async()
            response = await client.chat.send_message_async(
                persona_id=personas[0].id,
                message="Hello!",
                user_session_id="player-001",
            )
            print(response.message)

    # The session that the example goes on with.
    quick_start(server.url, key)
    capsys.readouterr()
    asyncio.run(main())
    assert capsys.readouterr().out.strip()


def error_handling(url: str, key: str, persona_id: str) -> str:
    client = FoilEngineClient(api_key=key, base_url=url, max_retries=0)
    try:
        session = client.chat.get_session(persona_id, "player-001")
    except NotFoundError:
        # No existing session — initialize one
        session = client.chat.init_session(persona_id, "player-001", "Alex", "non-binary")
    except AuthenticationError:
        print("Invalid API key")
        return ""
    except RateLimitError as e:
        print(f"Rate limited. Retry after {e.retry_after}s")
        return ""
    finally:
        client.close()
    return session.session_id


def test_error_handling_begins_a_session_and_then_resumes_it(server: Server, key: str, barista: str) -> None:
    begun = error_handling(server.url, key, barista)
    assert begun
    assert error_handling(server.url, key, barista) == begun


def test_error_handling_tells_of_a_wrong_key(server: Server, barista: str, capsys: pytest.CaptureFixture[str]) -> None:
    error_handling(server.url, "pk_live_nobodys", barista)
    assert capsys.readouterr().out == "Invalid API key\n"


def test_error_handling_tells_when_to_retry(strict: Server, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    with FoilEngineClient(api_key=key, base_url=strict.url) as client:
        persona = client.personas.list()[0].id
    error_handling(strict.url, key, persona)
    error_handling(strict.url, key, persona)
    said = re.fullmatch(r"Rate limited\. Retry after (\S+)s\n", capsys.readouterr().out)
    assert said
    assert 1 <= float(said[1]) <= 60


def test_multi_machine_example(server: Server, key: str, barista: str, capsys: pytest.CaptureFixture[str]) -> None:
    client = FoilEngineClient(api_key=key, base_url=server.url)
    persona_id = barista

    # Discover available machines for a player
    machines = client.machines.list(persona_id, "player-001")
    for m in machines:
        status = "active" if m.has_session else "available"
        linked = " (linked)" if m.is_linked else ""
        print(f"  {m.name}: {status}{linked}")

    # Start a specific machine
    session = client.chat.init_session(
        persona_id=persona_id,
        user_session_id="player-001",
        player_name="Alex",
        player_gender="non-binary",
        machine_id=machines[1].machine_id,  # target a specific scenario
    )
    client.close()

    listed = capsys.readouterr().out.splitlines()
    assert listed[:2] == ["  Opening Scene: available (linked)", "  Side Quest: available"]
    assert machines[1].machine_key == "side_quest"
    assert session.machine_id == machines[1].machine_id
    assert session.message
