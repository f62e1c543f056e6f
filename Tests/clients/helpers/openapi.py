"""The server's OpenAPI document: the calls that it describes, and checks of replies against it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

PATH = "/_foilmock/openapi.json"
JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True)
class Call:
    """A request to an operation, before it is sent."""

    method: str
    # With the names of its parameters in braces.
    path: str
    parameters: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    media_type: str = JSON
    # Which members of a form are files.
    files: frozenset[str] = frozenset()

    def send(self, http: httpx.Client) -> httpx.Response:
        path = self.path.format(**self.parameters)
        # A body of bytes is sent as it is, whatever its type.
        headers = self.headers | ({"Content-Type": self.media_type} if isinstance(self.body, bytes) else {})
        return http.request(self.method, path, params=self.query, headers=headers, **self._content())

    def _content(self) -> dict[str, Any]:
        if self.body is None:
            return {}
        if isinstance(self.body, bytes):
            return {"content": self.body}
        if self.media_type == JSON:
            return {"json": self.body}
        if self.media_type == FORM:
            return {"data": self.body}
        parts = [(name, (name if name in self.files else None, value)) for name, value in self.body.items()]
        return {"files": parts}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    content: dict[str, Any]

    @property
    def id(self) -> str:
        return self.content["operationId"]

    @property
    def statuses(self) -> set[str]:
        """The statuses that the document describes; `4XX` covers all that it does not name."""
        return set(self.content["responses"])

    @property
    def success(self) -> str:
        """The status of a call that goes well: 200, or that of a redirect."""
        return min(self.statuses)

    @property
    def bodies(self) -> dict[str, Any]:
        """The description of the body in each encoding that it may have."""
        return self.content.get("requestBody", {}).get("content", {})

    @property
    def takes_form(self) -> bool:
        return FORM in self.bodies or MULTIPART in self.bodies

    @property
    def is_control(self) -> bool:
        """Whether the operation is one of the control API."""
        return {"ControlToken": []} in self.content["security"]


class Document:
    def __init__(self, text: str) -> None:
        self.root: dict[str, Any] = json.loads(text, object_pairs_hook=_members)
        self.operations = {
            operation.id: operation
            for path, methods in self.root["paths"].items()
            for operation in (Operation(method.upper(), path, content) for method, content in methods.items())
        }

    def resolve(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            found: Any = self.root
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part

    def parameters(self, operation: Operation) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in map(self.resolve, operation.content.get("parameters", []))}

    def examples(self, operation: Operation) -> list[Call]:
        """The calls that the document's own examples make, one in each encoding of the body, without credentials and
        without what may be left out, unless it has an example: without that a feed would not end."""
        call = Call(operation.method, operation.path)
        for name, parameter in self.parameters(operation).items():
            if parameter.get("required") or "example" in parameter:
                place = {"path": call.parameters, "query": call.query, "header": call.headers}[parameter["in"]]
                place[name] = parameter["example"]
        return [self._with_body(call, media_type, said) for media_type, said in operation.bodies.items()] or [call]

    def _with_body(self, call: Call, media_type: str, said: dict[str, Any]) -> Call:
        members = self.resolve(said["schema"]).get("properties", {})
        files = frozenset(name for name, member in members.items() if "contentMediaType" in member)
        return replace(call, body=said["example"], media_type=media_type, files=files)

    def credentials(self, operation: Operation, secrets: dict[str, str]) -> dict[str, str]:
        """The head fields of the first way to show who calls; secrets are by the names of the schemes."""
        fields = {}
        for name in next(iter(operation.content["security"]), {}):
            scheme = self.root["components"]["securitySchemes"][name]
            if scheme["type"] == "apiKey":
                fields[scheme["name"]] = secrets[name]
            else:
                fields["Authorization"] = f"Bearer {secrets[name]}"
        return fields

    def link_to(self, operation: Operation) -> tuple[Operation, dict[str, Any]] | None:
        """The operation after which this one can be called, and the link that says so."""
        for earlier in self.operations.values():
            for link in self.resolve(earlier.content["responses"][earlier.success]).get("links", {}).values():
                if link["operationId"] == operation.id:
                    return earlier, link
        return None

    def follow(self, link: dict[str, Any], first: Call, response: httpx.Response, call: Call) -> Call:
        """The call with what the link takes from the one before it and from its reply."""

        def value(expression: Any) -> Any:
            source, _, pointer = str(expression).partition("#/")
            if source == "$response.body":
                found = response.json()
                for step in pointer.split("/"):
                    found = found[step]
                return found
            if source.startswith("$request.path."):
                return first.parameters[source.removeprefix("$request.path.")]
            if source.startswith("$request.header."):
                return first.headers[source.removeprefix("$request.header.")]
            return expression

        taken = {name: value(expression) for name, expression in link.get("parameters", {}).items()}
        parameters = {name: taken.get(name, own) for name, own in call.parameters.items()}
        query = {name: taken.get(name, own) for name, own in call.query.items()}
        body = link.get("requestBody")
        return replace(
            call,
            parameters=parameters,
            query=query,
            body={name: value(member) for name, member in body.items()} if body else call.body,
        )

    def check(self, operation: Operation, response: httpx.Response, status: str | None = None) -> None:
        """Checks a reply against the description of its status, or of a range of statuses when that is given."""
        status = status or str(response.status_code)
        assert status in operation.statuses, f"{operation.id} does not describe {status}: {response.text}"
        try:
            self._check(operation, response, status)
        except ValidationError as error:
            raise AssertionError(f"{operation.id}, {status}: {error.message} at {error.json_path}") from error

    def _check(self, operation: Operation, response: httpx.Response, status: str) -> None:
        said = self.resolve(operation.content["responses"][status])
        for name, header in said.get("headers", {}).items():
            assert name in response.headers, name
            value: Any = response.headers[name]
            read = {"integer": int, "number": float}.get(header["schema"].get("type"), str)
            self._validate(read(value), header["schema"])
        media_type = response.headers["content-type"].split(";")[0]
        if f"{media_type.split('/')[0]}/*" in said["content"]:
            assert response.content
            return
        content = response.json() if media_type == JSON else response.text
        self.check_content(media_type, content, said["content"][media_type]["schema"])

    def check_content(self, media_type: str, content: Any, schema: dict[str, Any]) -> None:
        """Checks a whole stream as text, or a JSON value, against a schema; a stream's schema is that of each event."""
        if media_type != "text/event-stream":
            self._validate(content, schema)
            return
        for event in events(content):
            self._validate(event, schema)
            (branch,) = (one for one in self.resolve(schema)["oneOf"] if self._fits(event, one))
            self._validate(json.loads(event["data"]), branch["properties"]["data"]["contentSchema"])

    def check_call(self, operation: Operation, call: Call) -> None:
        """Checks a call that was answered against the description of its request."""
        parameters = self.parameters(operation)
        for name, value in (call.parameters | call.query).items():
            self._validate(value, parameters[name]["schema"])
        if call.body is not None:
            self._validate(call.body, operation.bodies[call.media_type]["schema"])

    def _fits(self, value: Any, schema: dict[str, Any]) -> bool:
        try:
            self._validate(value, schema)
        except ValidationError:
            return False
        return True

    def _validate(self, value: Any, schema: dict[str, Any]) -> None:
        # The components are beside the schema, where its references look for them.
        whole = schema | {"components": self.root["components"]}
        Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def events(text: str) -> list[dict[str, str]]:
    """The events of a stream, each with the fields that it has. Without data it is none."""
    blocks = text.removesuffix("\n\n").split("\n\n")
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks if "data: " in block]


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without duplicate names; a duplicate would come from two parts of the document."""
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    return dict(pairs)
