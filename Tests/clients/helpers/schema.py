"""A JSON Schema as `foilmock schema` prints it, and the places of a value that it describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from helpers.server import command

KINDS = ("persona", "machine", "accounts", "story")
# Keys that every object may have.
NOTES = {"$schema", "$comment"}


class Place(NamedTuple):
    """A value within a file, and every part of the schema that describes it."""

    path: tuple[str | int, ...]
    value: Any
    parts: list[dict[str, Any]]

    @property
    def key(self) -> str:
        """The key of the value, or of the list that holds it."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")

    def said(self, keyword: str) -> list[Any]:
        return [part[keyword] for part in self.parts if keyword in part]


class Schema:
    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.root: dict[str, Any] = json.loads(command("schema", kind).stdout)
        Draft202012Validator.check_schema(self.root)
        self._validator = Draft202012Validator(self.root)

    def accepts(self, value: Any) -> bool:
        return self._validator.is_valid(value)

    def accepts_default(self, part: dict[str, Any]) -> bool:
        """Whether a part's default is valid to the part itself."""
        return self._validator.evolve(schema=part).is_valid(part["default"])

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Every part of it that restricts a value, without conditions and the parts that they forbid."""
        return list(self._below(self.root))

    @property
    def closed(self) -> list[dict[str, Any]]:
        """Its kinds of object."""
        return [part for part in self.parts if part.get("additionalProperties") is False]

    def places(self, value: Any) -> Iterator[Place]:
        yield from self._places(value, [self.root], ())

    def _below(self, part: Any) -> Iterator[dict[str, Any]]:
        if not isinstance(part, dict):
            return
        yield part
        for name in ("items", "additionalProperties", "then", "else"):
            yield from self._below(part.get(name))
        for name in ("anyOf", "allOf", "oneOf"):
            for branch in part.get(name, []):
                yield from self._below(branch)
        for name in ("properties", "$defs"):
            for branch in part.get(name, {}).values():
                yield from self._below(branch)

    def _places(self, value: Any, parts: list[Any], path: tuple[str | int, ...]) -> Iterator[Place]:
        parts = [found for part in parts for found in self._about(part, value)]
        yield Place(path, value, parts)
        if isinstance(value, dict):
            for key, member in value.items():
                if key not in NOTES:
                    yield from self._places(member, [self._member(part, key) for part in parts], (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._places(item, [part.get("items") for part in parts], (*path, index))

    @staticmethod
    def _member(part: dict[str, Any], key: str) -> Any:
        return part.get("properties", {}).get(key, part.get("additionalProperties"))

    def _about(self, part: Any, value: Any) -> Iterator[dict[str, Any]]:
        """The part and those that it refers to, if they are for a value of this type."""
        if not isinstance(part, dict):
            return
        yield part
        if "$ref" in part:
            yield from self._about(self._target(part), value)
        for branch in part.get("anyOf", []):
            if self._is_for(branch, value):
                yield from self._about(branch, value)
        for branch in part.get("allOf", []):
            yield from self._about(branch, value)
        if "if" in part:
            holds = self._validator.evolve(schema=part["if"]).is_valid(value)
            yield from self._about(part.get("then" if holds else "else"), value)

    def _target(self, part: dict[str, Any]) -> dict[str, Any]:
        return self.root["$defs"][part["$ref"].removeprefix("#/$defs/")]

    def _is_for(self, branch: dict[str, Any], value: Any) -> bool:
        types = (self._target(branch) if "$ref" in branch else branch)["type"]
        return any(self._validator.is_type(value, name) for name in ([types] if isinstance(types, str) else types))
