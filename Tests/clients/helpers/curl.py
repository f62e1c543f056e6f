"""The curl commands of a document, as requests: they run where there is no curl, and can be looked at one by one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx


@dataclass
class Command:
    method: str = ""
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None

    def run(self) -> httpx.Response:
        method = self.method or ("GET" if self.body is None else "POST")
        return httpx.request(method, self.url, headers=self.headers, content=self.body, timeout=10.0)


def commands(text: str, **variables: str) -> list[Command]:
    """The commands of a block of shell. A backslash at the end of a line continues it; `NAME=value` sets a variable
    that the caller has not set."""
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(re.sub(r"\$(\w+)", lambda name: variables[name[1]], line), comments=True)
        if not words:
            continue
        if words[0] != "curl":
            (assignment,) = words
            name, value = assignment.split("=", 1)
            variables.setdefault(name, value)
            continue
        found.append(command(iter(words[1:])))
    return found


def command(words: Iterator[str]) -> Command:
    made = Command()
    for word in words:
        match word:
            case "-H":
                name, value = next(words).split(": ", 1)
                made.headers[name] = value
            case "-d":
                made.body = next(words)
            case "-X":
                made.method = next(words)
            case _:
                assert word.startswith("http://") and not made.url, f"what is {word!r}?"
                made.url = word
    return made
