"""Calls of a server's control API, with nothing but the standard library."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT = 30.0

# What a reader of a failed test wants to see is the call, not what is beneath.
__tracebackhide__ = True


class ControlError(Exception):
    """A call that the server refused or did not answer. The text has the server's own words."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        #: Of the answer; None when there was none.
        self.status = status


class Control:
    """The control API at a URL such as `http://127.0.0.1:8000/_foilmock`, for those who have its token.

    Each call has a connection of its own: so it may be made from any thread, and after a fork."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self._token = token
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ControlError(f"{url!r} is no URL of a control API, such as http://127.0.0.1:8000/_foilmock")
        if "\r" in token or "\n" in token:
            raise ControlError("the token of the control API has a line break")
        self._place = (parts.hostname, parts.port)
        self._path = f"{parts.path}/v1"
        self._connection = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection

    def call(
        self, method: str, path: str, body: object = ..., query: Mapping[str, str | int | float] | None = None
    ) -> Any:
        """The answer as JSON. The path is the one after `/_foilmock/v1`; a body of `...` is none."""
        text, status = self._answer(method, path, body, query)
        try:
            return json.loads(text)
        except ValueError:
            raise self._foreign(method, path, status) from None

    def read(
        self,
        member: str,
        method: str,
        path: str,
        body: object = ...,
        query: Mapping[str, str | int | float] | None = None,
    ) -> Any:
        """The answer as JSON, which must be an object with this member."""
        answer = self.call(method, path, body, query)
        if not isinstance(answer, dict) or member not in answer:
            raise self._foreign(method, path)
        return answer

    def text(
        self, method: str, path: str, body: object = ..., query: Mapping[str, str | int | float] | None = None
    ) -> str:
        """The answer as it stands."""
        return self._answer(method, path, body, query)[0]

    def _answer(
        self, method: str, path: str, body: object, query: Mapping[str, str | int | float] | None
    ) -> tuple[str, int]:
        target = f"{self._path}{path}" + (f"?{urlencode(query)}" if query else "")
        fields = {"Authorization": f"Bearer {self._token}", "Connection": "close"}
        content = None
        if body is not ...:
            content = json.dumps(body).encode()
            fields["Content-Type"] = "application/json"
        connection = self._connection(*self._place, timeout=TIMEOUT)
        try:
            connection.request(method, target, content, fields)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise ControlError(f"{method} {path}: no answer from {self.url}: {error}") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise ControlError(f"{method} {path}: {answer.status}: {_message(text)}", answer.status)
        # The control API sends nobody elsewhere.
        if answer.status >= 300:
            raise self._foreign(method, path, answer.status)
        return text, answer.status

    def _foreign(self, method: str, path: str, status: int = 200) -> ControlError:
        return ControlError(f"{method} {path}: the answer of {self.url} is not that of a control API", status)


def _message(text: str) -> str:
    """What an error's body says."""
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, TypeError, LookupError):
        return text.strip() or "without a word"
