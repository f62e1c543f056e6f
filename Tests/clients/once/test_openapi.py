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
from helpers.openapi import PATH, Document
from helpers.server import Server
from helpers.walk import ACCOUNTS, FOREIGN, FORGETFUL, HIDDEN, REFUSALS, Walk, secrets

ROOT = Path(__file__).parents[3]
# Entries of a journal.
KEPT = 100


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The built-in fixtures with accounts: one without limits, one with small limits, one without credits."""
    folder = tmp_path_factory.mktemp("described")
    fixtures = folder / "fixtures"
    shutil.copytree(ROOT / "fixtures", fixtures)
    town.write(fixtures / "accounts.json", ACCOUNTS)
    only = {"room": {"states": [{"state_key": "s0", "is_initial_state": True}]}}
    town.add_persona(fixtures, "hidden", {"id": HIDDEN, "name": "H", "owner": "pk_live_narrow", "is_published": False}, only)
    town.add_persona(fixtures, "hermit", {"name": "No platform", "platforms": {}}, {"cave": only["room"]})
    entries = {"events": {"dusk": {"to_state_key": "s1", "says": "Night."}}}
    states = [{"state_key": "s0", "is_initial_state": True}, {"state_key": "s1", "is_terminal_state": True}]
    leave = {"from_state_key": "s0", "to_state_key": "s1", "decision_type": "pass", "when": {"otherwise": True}}
    mayfly = {"day": {"states": states, "transitions": [leave], "entries": entries}}
    town.add_persona(fixtures, "mayfly", {"name": "Ends at once"}, mayfly)
    town.add_persona(fixtures, "foreign", {"id": FOREIGN, "name": "F", "owner": "pk_live_narrow"}, only)
    server = Server(folder / "foilmock.db", "--fixtures", str(fixtures), "--journal-entries", str(KEPT))
    try:
        server.start()
        with httpx.Client(base_url=server.url) as http:
            for _ in range(KEPT + 10):
                http.get(f"/@{FORGETFUL}/api/v1/nothing")
        yield server
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
    """A server with as many connections as it may have."""
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
    """The Python clients fail on a missing key and on an additional one."""
    objects = 0
    for operation in document.operations.values():
        for response in map(document.resolve, operation.content["responses"].values()):
            for media_type in response["content"].values():
                for part in parts(document, media_type.get("schema", {})):
                    # A persona's document is in the language of the fixtures, and its schema is open.
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


def test_every_operation_answers_as_the_document_says(
    document: Document, http: httpx.Client, crowded: httpx.Client
) -> None:
    for operation in document.operations.values():
        walk = Walk(document, operation, http, crowded)
        walk.succeed()
        for status in sorted(REFUSALS | operation.statuses - {operation.success}):
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
            # A lead of its own for each encoding, and no file: Maya would answer the example's file with a photo.
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
