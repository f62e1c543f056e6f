"""A server of the run: started here, or found in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .control import Control
from .sandbox import Sandbox

URL = "FOILMOCK_CONTROL_URL"
TOKEN = "FOILMOCK_CONTROL_TOKEN"
FIXTURES = "FOILMOCK_EXEC_FIXTURES"


class ServerError(Exception):
    """There is no server for the tests; the text says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A server that takes requests."""

    #: What clients take.
    base_url: str
    #: Of the built-in account, which all tests share; a sandbox has a key of its own.
    api_key: str
    control_url: str
    control_token: str
    #: None when it runs elsewhere.
    process_id: int | None = None
    #: The folder of its fixtures; empty if they are built in or it is not known.
    fixtures: str = ""

    @property
    def control(self) -> Control:
        return Control(self.control_url, self.control_token)

    def sandbox(self, name: str) -> Sandbox:
        """A sandbox of any name; a key `pk_test_…` is the name of what it opens."""
        return Sandbox(self.control, name, self.base_url)


def in_environment(variables: Mapping[str, str]) -> Server | None:
    """The server that `foilmock exec` runs for us, or that somebody else tells of."""
    url = variables.get(URL, "").rstrip("/")
    token = variables.get(TOKEN, "")
    if not url and not token:
        return None
    if not url or not token:
        there, missing = (URL, TOKEN) if url else (TOKEN, URL)
        raise ServerError(f"{there} is set and {missing} is not: set both, or neither to have a server started")
    base_url = variables.get("FOILENGINE_BASE_URL", "").rstrip("/") or url.removesuffix("/_foilmock")
    key = variables.get("FOILENGINE_API_KEY", "")
    return Server(base_url, key, url, token, fixtures=variables.get(FIXTURES, ""))
