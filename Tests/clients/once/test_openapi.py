"""The OpenAPI document is sound, and every operation that it describes answers as it says: each status that it names is
provoked. The calls are made of the document's own examples, so those work too."""

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from helpers import town
from helpers.openapi import MULTIPART, PATH, Call, Document, Operation
from helpers.server import Server

ROOT = Path(__file__).parents[3]
# Personas of the narrow account: one that is not published, and one that is.
HIDDEN = "00000000-0000-4000-8000-0000000000b1"
FOREIGN = "00000000-0000-4000-8000-0000000000b2"
NARROW = {"messages_per_minute": 1, "other_per_minute": 1}
ACCOUNTS = {
    "default": "wide",
    "accounts": [
        {
            "name": name,
            "keys": [f"pk_live_{name}"],
            "handshake_keys": [{"key": f"ft_sk_{name}", "persona": "maya", "machine": "dm"}],
            "directives": True,
            "limits": limits,
            "users": [{"id": user, "email": f"{name}@example.com", "display_name": name, "token": f"token-{name}"}],
        }
        for name, limits, user in (
            ("wide", None, "00000000-0000-4000-8000-0000000000f1"),
            ("narrow", NARROW, "00000000-0000-4000-8000-0000000000f2"),
        )
    ]
    + [
        {
            "name": "poor",
            "keys": [],
            "handshake_keys": [{"key": "ft_sk_poor", "persona": "maya", "machine": "dm", "credits": 0}],
        }
    ],
}

REFUSALS = {"400", "401", "402", "403", "404", "413", "422", "429", "502", "503"}
# Statuses that messages ask for, of those that no reply has otherwise.
DIRECTIVES = {"4XX": 418, "5XX": 507}


def secrets(account: str) -> dict[str, str]:
    """What an account shows, by the scheme of the document."""
    return {
        "FoilEngineKey": f"pk_live_{account}",
        "FoilEngineToken": f"token-{account}",
        # The open account in whose folder the document's example of an upload is.
        "FluidTalkKey": "ft_sk_test_demo" if account == "wide" else f"ft_sk_{account}",
    }


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The built-in fixtures with accounts: one without limits, one with hardly any room, one without credit."""
    folder = tmp_path_factory.mktemp("described")
    fixtures = folder / "fixtures"
    shutil.copytree(ROOT / "fixtures", fixtures)
    town.write(fixtures / "accounts.json", ACCOUNTS)
    only = {"room": {"states": [{"state_key": "s0", "is_initial_state": True}]}}
    town.add_persona(fixtures, "hidden", {"id": HIDDEN, "name": "H", "owner": "narrow", "is_published": False}, only)
    town.add_persona(fixtures, "foreign", {"id": FOREIGN, "name": "F", "owner": "narrow"}, only)
    server = Server(folder / "foilmock.db", "--fixtures", str(fixtures))
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="module")
def http(described: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=described.url) as client:
        yield client


@pytest.fixture(scope="module")
def document(http: httpx.Client) -> Document:
    response = http.get(PATH)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    return Document(response.text)


@pytest.fixture
def crowded(launch: Callable[..., Server]) -> Iterator[httpx.Client]:
    """A server that has as many connections as it may."""
    server = launch("crowded", "--connections", "1")
    with socket.create_connection(server.address), httpx.Client(base_url=server.url) as client:
        yield client


# MARK: The document


def test_the_document_is_valid(document: Document) -> None:
    OpenAPIV31SpecValidator(document.root).validate()


def test_each_operation_is_told_of(document: Document) -> None:
    tags = {tag["name"] for tag in document.root["tags"]}
    for operation in document.operations.values():
        assert operation.content.get("summary"), operation
        assert set(operation.content["tags"]) <= tags, operation
        assert "security" in operation.content, operation


def test_each_object_of_a_reply_is_closed_and_needs_all_its_members(document: Document) -> None:
    """The Python clients break on one key less and on one more."""
    objects = 0
    for operation in document.operations.values():
        for response in map(document.resolve, operation.content["responses"].values()):
            for media_type in response["content"].values():
                for part in parts(document, media_type.get("schema", {})):
                    # A persona's document holds the language of the fixtures, which is open, and says so.
                    if "properties" in part and part.get("additionalProperties") is not True:
                        objects += 1
                        assert part.get("additionalProperties") is False, part
                        assert part.get("required") == list(part["properties"]), part
    assert objects > 0


def test_the_examples_of_replies_are_replies(document: Document) -> None:
    examples = 0
    for operation in document.operations.values():
        for response in map(document.resolve, operation.content["responses"].values()):
            for media_type, content in response["content"].items():
                named = [example["value"] for example in content.get("examples", {}).values()]
                for example in named + ([content["example"]] if "example" in content else []):
                    document.check_content(media_type, example, content["schema"])
                    examples += 1
    assert examples > 0


def parts(document: Document, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    schema = document.resolve(schema)
    yield schema
    below = [*schema.get("properties", {}).values(), *schema.get("oneOf", [])]
    below += [schema[name] for name in ("items", "contentSchema") if name in schema]
    for part in below:
        yield from parts(document, part)


# MARK: Replies


class Walk:
    """The calls to one operation, each held against the document."""

    def __init__(self, document: Document, operation: Operation, http: httpx.Client, crowded: httpx.Client) -> None:
        self.document, self.operation, self.http, self.crowded = document, operation, http, crowded

    def examples(self, account: str | None = "wide", operation: Operation | None = None) -> list[Call]:
        """The examples' calls, with the credentials of an account or without any."""
        operation = operation or self.operation
        fields = self.document.credentials(operation, secrets(account)) if account else {}
        return [replace(call, headers=call.headers | fields) for call in self.document.examples(operation)]

    def succeed(self) -> None:
        """Makes the examples' calls, by everybody who may, and before each the one that the document links it to."""
        for account in ["wide", None] if {} in self.operation.content["security"] else ["wide"]:
            for call in self.examples(account):
                if found := self.document.link_to(self.operation):
                    earlier, link = found
                    first = self.examples(account, earlier)[0]
                    response = first.send(self.http)
                    assert response.status_code == 200, f"{earlier.id}: {response.text}"
                    call = self.document.follow(link, first, response, call)
                self.document.check_call(self.operation, call)
                response = call.send(self.http)
                assert response.status_code == 200, f"{self.operation.id}: {response.text}"
                self.document.check(self.operation, response)

    def provoke(self, status: str) -> None:
        """Tries to have the operation answer with a status. It must if it describes that status, and whatever it
        answers must be described."""
        if status in DIRECTIVES:
            self.succeed()
        http = self.crowded if status == "503" else self.http
        codes = set()
        for call in self.calls(status):
            response = call.send(http)
            asked = response.status_code == DIRECTIVES.get(status)
            self.document.check(self.operation, response, status if asked else None)
            codes.add(status if asked else str(response.status_code))
        assert status in codes or status not in self.operation.statuses, f"{self.operation.id}: no {status}"

    def calls(self, status: str) -> list[Call]:
        """Calls that are to be answered with a status."""
        return [one for call in self.examples() for one in self.calls_from(call, status)]

    def calls_from(self, call: Call, status: str) -> list[Call]:
        """Those that come of an example's call."""
        parameters = self.document.parameters(self.operation)
        queries = [name for name, parameter in parameters.items() if parameter["in"] == "query"]
        takes_form = self.operation.takes_form
        match status:
            case "400":
                calls = [replace(call, query=query) for query in ({}, dict.fromkeys(queries, "none")) if queries]
                calls += [self.naming(call, "none")]
                if takes_form:
                    return calls + [replace(call, body=b"nonsense", media_type=f"{MULTIPART}; boundary=x")]
                return calls + ([replace(call, body=[])] if self.operation.bodies else [])
            case "401":
                return [replace(call, headers=call.headers | self.credentials("nobody"))]
            case "402":
                return [replace(call, headers=call.headers | self.credentials("poor"))]
            case "403":
                return [self.naming(call, HIDDEN), self.naming(call, FOREIGN)]
            case "404":
                call = self.naming(call, town.NOWHERE)
                stranger = {"target": f"@{self.operation.id}", "action": "FOLLOW_UP"}
                return [replace(call, body=call.body | stranger) if takes_form else call]
            case "413":
                large = "x" * (1 << 20)
                body = {"message": large} if takes_form else large
                return [replace(call, body=body)] if self.operation.bodies else []
            case "422":
                return [replace(call, body={})] if takes_form else []
            case "429":
                return [replace(call, headers=call.headers | self.credentials("narrow"))] * 2
            case "502":
                return [replace(call, headers=call.headers | {"X-LLM-API-Key": "overloaded"})]
            case "503":
                return [call]
            case "4XX" | "5XX":
                return [replace(call, body=call.body | {"message": f"[[error {DIRECTIVES[status]}]]"})]
        raise AssertionError(f"nothing here provokes the {status} of {self.operation.id}")

    def credentials(self, account: str) -> dict[str, str]:
        return self.document.credentials(self.operation, secrets(account))

    def naming(self, call: Call, value: str) -> Call:
        """The call with a value for all that its path names, and for the persona that its query may name."""
        persona = self.document.parameters(self.operation).get("persona_id", {})
        query = {"persona_id": value} if persona.get("in") == "query" else {}
        return replace(call, parameters=dict.fromkeys(call.parameters, value), query=call.query | query)


def test_every_operation_answers_as_the_document_says(
    document: Document, http: httpx.Client, crowded: httpx.Client
) -> None:
    for operation in document.operations.values():
        walk = Walk(document, operation, http, crowded)
        walk.succeed()
        for status in sorted(REFUSALS | operation.statuses - {"200"}):
            walk.provoke(status)


@pytest.mark.parametrize(
    "lines",
    [
        ["rare", "gold"],
        ["rare", "for free"],
        ["idiot"],
        ["recommend", "weather"],
        ["[[follow_up]] well", "[[stream_error]] well"],
    ],
    ids=" ".join,
)
def test_whole_conversations_are_as_the_document_says(
    document: Document, http: httpx.Client, key: str, lines: list[str]
) -> None:
    """Every decision and outcome, unlocked machines and broken streams."""

    def call(name: str, **members: str) -> None:
        operation = document.operations[name]
        (example,) = document.examples(operation)
        body = example.body and example.body | members
        response = replace(example, headers={"X-API-Key": key}, body=body).send(http)
        assert response.status_code == 200, response.text
        document.check(operation, response)

    for say in ("sendMessage", "streamMessage"):
        call("initSession")
        for line in lines:
            call("streamMessage" if "stream" in line else say, message=line)
        for look in ("getSession", "getHistory", "listMachines"):
            call(look)


def test_all_of_each_persona_is_as_the_document_says(document: Document, http: httpx.Client) -> None:
    operation = document.operations["getPersonaDocument"]
    token = document.credentials(operation, secrets("wide"))
    listed = http.get("/api/v1/sdk/personas", headers={"X-API-Key": "pk_live_wide"}).json()
    shipped = [persona["id"] for persona in listed if persona["id"] != FOREIGN]
    assert shipped
    for persona in shipped:
        (example,) = document.examples(operation)
        response = replace(example, parameters={"persona_id": persona}, headers=token).send(http)
        assert response.status_code == 200, response.text
        document.check(operation, response)


def test_what_becomes_of_leads_is_as_the_document_says(document: Document, http: httpx.Client, key: str) -> None:
    """Photos, events, a lead that another account holds, follow-ups in vain, and the end."""

    def call(name: str, status: int, **members: str) -> dict[str, Any]:
        operation = document.operations[name]
        replies = []
        for example in document.examples(operation):
            # A lead of its own in each encoding. Without the example's file, which Maya would answer with a photo.
            body = {"target": example.media_type, "own_username": "@one"} | members
            headers = {"X-API-Key": key.replace("pk_", "ft_sk_")}
            response = replace(example, body=body, headers=headers).send(http)
            assert response.status_code == status, response.text
            document.check(operation, response)
            replies.append(response.json())
        return replies[-1]

    assert call("actOnLead", 200, action="OUTREACH")["message"]
    assert call("actOnLead", 200, action="OUTREACH")["continued"]
    assert call("actOnLead", 200, action="OUTREACH", own_username="@two")["ignored"]
    assert call("chatWithLead", 200, message="hi", own_username="@two")["ignored"]
    event = {"action": "ENTRY_POINT", "entry_type": "story_reaction", "entry_context": '{"reaction": "🔥"}'}
    assert call("actOnLead", 200, **event)["continued"]
    assert call("actOnLead", 400, action="ENTRY_POINT", entry_type="wedding")["detail"]
    assert call("actOnLead", 422, action="ENTRY_POINT")["detail"]
    assert call("actOnLead", 422, action="DANCE")["detail"]
    assert call("chatWithLead", 422, message="x" * 10_001)["detail"]
    assert call("actOnLead", 200, action="FOLLOW_UP")["message"]
    assert call("actOnLead", 200, action="FOLLOW_UP")["ignored"]
    assert call("chatWithLead", 200, message="a pic?")["photo_url"]
    assert call("chatWithLead", 200, message="deal")["reply"]
    for name, more in (("chatWithLead", {"message": "hi"}), ("actOnLead", {"action": "FOLLOW_UP"})):
        assert call(name, 400, **more)["detail"] == "This session is DONE"
