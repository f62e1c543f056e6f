"""The blocking client and the asynchronous one behind the same calls, so that each test drives both."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from foilengine import AsyncFoilEngineClient, FoilEngineClient

KINDS = ("sync", "async")


class Sdk:
    def __init__(self, kind: str, url: str, key: str, **options: Any) -> None:
        # An asynchronous client keeps to one loop, since its connections belong to that loop.
        self._loop = asyncio.new_event_loop() if kind == "async" else None
        make = AsyncFoilEngineClient if self._loop else FoilEngineClient
        self.client = make(api_key=key, base_url=url, **{"timeout": 10.0, **options})

    def personas(self) -> list:
        return self._call(self.client.personas, "list")

    def machines(self, persona_id: str, player: str) -> list:
        return self._call(self.client.machines, "list", persona_id, player)

    def begin(
        self,
        persona_id: str,
        player: str,
        machine_id: str | None = None,
        name: str = "Alex",
        gender: str = "non-binary",
    ) -> Any:
        return self._call(self.client.chat, "init_session", persona_id, player, name, gender, machine_id)

    def say(self, persona_id: str, message: str, player: str, machine_id: str | None = None) -> Any:
        return self._call(self.client.chat, "send_message", persona_id, message, player, machine_id)

    def stream(
        self,
        persona_id: str,
        message: str,
        player: str,
        events: list | None = None,
        moments: list[float] | None = None,
    ) -> list:
        """The events of a reply, collected in `events` as they come, with the time of each in `moments`."""
        events = [] if events is None else events

        def take(event: Any) -> None:
            events.append(event)
            if moments is not None:
                moments.append(time.monotonic())

        async def read() -> None:
            async for event in self.client.chat.send_message_stream_async(persona_id, message, player):
                take(event)

        if self._loop is None:
            for event in self.client.chat.send_message_stream(persona_id, message, player):
                take(event)
        else:
            self._loop.run_until_complete(read())
        return events

    def session(self, persona_id: str, player: str, machine_id: str | None = None) -> Any:
        return self._call(self.client.chat, "get_session", persona_id, player, machine_id)

    def history(self, persona_id: str, player: str, machine_id: str | None = None) -> Any:
        return self._call(self.client.chat, "get_history", persona_id, player, machine_id)

    def reset(self, persona_id: str, player: str, machine_id: str | None = None) -> Any:
        return self._call(self.client.chat, "reset", persona_id, player, machine_id)

    def validate_llm_key(self, model: str | None) -> dict:
        if self._loop is None:
            return self.client.validate_llm_key(model)
        return self._loop.run_until_complete(self.client.validate_llm_key(model))

    def machine(self, persona_id: str, player: str, key: str) -> str:
        """The id of an available machine."""
        return next(machine.machine_id for machine in self.machines(persona_id, player) if machine.machine_key == key)

    def close(self) -> None:
        if self._loop is None:
            self.client.close()
        else:
            self._loop.run_until_complete(self.client.close())
            self._loop.close()

    def _call(self, resource: Any, name: str, *arguments: Any) -> Any:
        if self._loop is None:
            return getattr(resource, name)(*arguments)
        return self._loop.run_until_complete(getattr(resource, f"{name}_async")(*arguments))
