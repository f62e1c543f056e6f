"""The instructions of a Dockerfile."""

from __future__ import annotations

import json
import shlex
from pathlib import Path


class DockerfileError(Exception):
    """The Dockerfile says what this reader does not know."""


class Stage:
    """One stage: its base image, and its instructions as (word, rest)."""

    def __init__(self, source: str) -> None:
        self.base, _, self.name = source.partition(" AS ")
        self.instructions: list[tuple[str, str]] = []

    def one(self, word: str) -> str:
        """The rest of the one instruction of this word."""
        found = [rest for name, rest in self.instructions if name == word]
        if len(found) != 1:
            raise DockerfileError(f"the stage FROM {self.base} must have one {word}, not {len(found)}")
        return found[0]

    def variables(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for word, rest in self.instructions if word == "ENV" for pair in shlex.split(rest))

    def command(self) -> list[str]:
        """What a container runs."""
        return json.loads(self.one("ENTRYPOINT")) + json.loads(self.one("CMD"))

    def health_command(self) -> list[str]:
        return json.loads(self.one("HEALTHCHECK").split("CMD", 1)[1])


def read(path: Path, target: str) -> tuple[Stage, Stage]:
    """The stage of this name, or the last one, after the stage that it copies from. That one begins with the instructions of the stage
    that it is based on."""
    stages = read_stages(path)
    named = {stage.name: stage for stage in stages if stage.name}
    image = named[target] if target else stages[-1]
    sources = {copy_words(rest)[0].get("from") for word, rest in image.instructions if word == "COPY"}
    if len(sources) != 1 or not sources <= named.keys():
        raise DockerfileError(f"the stage FROM {image.base} must copy from one other stage, not from {sources}")
    builder = named[sources.pop()]
    base = named.get(builder.base)
    if base:
        builder.base, builder.instructions = base.base, base.instructions + builder.instructions
    return builder, image


def read_stages(path: Path) -> list[Stage]:
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    stages: list[Stage] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        word, rest = line.split(None, 1)
        if word == "FROM":
            stages.append(Stage(rest.strip()))
        else:
            stages[-1].instructions.append((word, " ".join(rest.split())))
    return stages


def copy_words(rest: str) -> tuple[dict[str, str], str, str]:
    """The options, the source and the destination of a COPY."""
    words = shlex.split(rest)
    options = dict(word.removeprefix("--").split("=", 1) for word in words if word.startswith("--"))
    paths = [word for word in words if not word.startswith("--")]
    if len(paths) != 2 or not options.keys() <= {"from", "chown"}:
        raise DockerfileError(f"COPY {rest}: scripts/image-check knows one source, one destination, --from and --chown")
    return options, *paths
