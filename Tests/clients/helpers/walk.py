"""Calls to each operation of the OpenAPI document that are to be answered with each status that it describes."""

from __future__ import annotations

from dataclasses import replace

import httpx

from helpers import town
from helpers.control import TOKEN
from helpers.openapi import MULTIPART, Call, Document, Operation

# Personas of the narrow account: one that is not published, and one that is.
HIDDEN = "00000000-0000-4000-8000-0000000000b1"
FOREIGN = "00000000-0000-4000-8000-0000000000b2"
# A name that neither a sandbox nor a thing in one can have.
NO_NAME = "no.name"
NARROW = {"messages_per_minute": 1, "other_per_minute": 1}
ACCOUNTS = {
    "default": "pk_live_wide",
    "accounts": [
        {
            # The same as its key: the control API names a sandbox by its account, and links take that name.
            "name": f"pk_live_{name}",
            "keys": [f"pk_live_{name}"],
            "handshake_keys": [{"key": f"ft_sk_{name}", "persona": "maya", "machine": "dm"}],
            "connector_tokens": [{"token": f"ftc_live_{name}", "persona": "maya", "machine": "dm"}],
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
            "connector_tokens": [{"token": "ftc_live_poor", "persona": "maya", "machine": "dm", "credits": 0}],
        },
        {
            "name": "hermit",
            "keys": [],
            "compat": {"characters_after_end": "conflict"},
            "connector_tokens": [
                {"token": "ftc_live_hermit", "persona": "hermit", "machine": "cave"},
                {"token": "ftc_live_ended", "persona": "mayfly", "machine": "day"},
            ],
        },
    ],
}

# The statuses of refusals that each operation is tried for; it may have others.
REFUSALS = {"400", "401", "402", "403", "404", "413", "422", "429", "502", "503"}
# The journal of this sandbox has lost requests, which a count might include.
FORGETFUL = "forgetful"
# By operation: values for the path that make the operation a 409.
CONFLICTS = {
    "deleteSandbox": {"sandbox": "poor"},
    # The player of the example has a session since the call that succeeded.
    "forkSession": {},
    # The API keys of the example open another sandbox.
    "restoreSnapshot": {"sandbox": "pk_test_second"},
    "verifyRequests": {"sandbox": FORGETFUL},
}
# Statuses that directives ask for, since no other reply has them.
DIRECTIVES = {"4XX": 418, "5XX": 507}


def secrets(account: str) -> dict[str, str]:
    """An account's credentials, by the security schemes of the document."""
    return {
        "FoilEngineKey": f"pk_live_{account}",
        "FoilEngineToken": f"token-{account}",
        # The open account in whose folder the document's example of an upload is.
        "FluidTalkKey": "ft_sk_test_demo" if account == "wide" else f"ft_sk_{account}",
        "CharactersToken": "ftc_test_demo" if account == "wide" else f"ftc_live_{account}",
        "ControlToken": "wrong" if account == "nobody" else TOKEN,
    }


class Walk:
    """The calls to one operation, each checked against the document."""

    def __init__(self, document: Document, operation: Operation, http: httpx.Client, crowded: httpx.Client) -> None:
        self.document, self.operation, self.http, self.crowded = document, operation, http, crowded

    def examples(self, account: str | None = "wide", operation: Operation | None = None) -> list[Call]:
        """The examples' calls, with the credentials of an account or without any."""
        operation = operation or self.operation
        fields = self.document.credentials(operation, secrets(account)) if account else {}
        return [replace(call, headers=call.headers | fields) for call in self.document.examples(operation)]

    def succeed(self) -> None:
        """Makes the examples' calls with all accounts that may make them, before each the calls that link to it."""
        for account in ["wide", None] if {} in self.operation.content["security"] else ["wide"]:
            for example in self.examples(account):
                call = self.prepared(example, self.operation, account)
                self.document.check_call(self.operation, call)
                response = call.send(self.http)
                assert str(response.status_code) == self.operation.success, f"{self.operation.id}: {response.text}"
                self.document.check(self.operation, response)

    def prepared(self, call: Call, operation: Operation, account: str | None) -> Call:
        """The call, after what must have been done before it."""
        if not (found := self.document.link_to(operation)):
            return call
        earlier, link = found
        first = self.prepared(self.examples(account, earlier)[0], earlier, account)
        response = first.send(self.http)
        assert response.status_code == 200, f"{earlier.id}: {response.text}"
        return self.document.follow(link, first, response, call)

    def provoke(self, status: str) -> None:
        """Tries to have the operation answer with a status. It must do so if the document describes that status, and
        every answer must be described."""
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
        # The page checks the host as the control API does.
        is_control = self.operation.is_control or "Page" in self.operation.content["tags"]
        is_characters = {"CharactersToken": []} in self.operation.content["security"]
        calls_from = self.characters_calls_from if is_characters else self.calls_from
        calls_from = self.control_calls_from if is_control else calls_from
        return [one for call in self.examples() for one in calls_from(call, status)]

    def control_calls_from(self, call: Call, status: str) -> list[Call]:
        """The calls made from an example's call of the control API."""
        match status:
            case "400":
                optional = [name for name in self.document.parameters(self.operation) if name not in call.parameters]
                bodies = [[], {"unknown": 1}, b"", b"{"] if self.operation.bodies else []
                if isinstance(call.body, dict):
                    bodies.append(call.body | {"unknown": 1})
                queries = [call.query | {name: "none"} for name in optional]
                if self.operation.method.lower() != "get":
                    queries.append(call.query | {"unknown": "1"})
                return [replace(call, body=body) for body in bodies] + [replace(call, query=query) for query in queries]
            case "403":
                foreign = ({"Origin": "http://game.example"}, {"Origin": "null"}, {"Host": "game.example"})
                return [replace(call, headers=call.headers | fields) for fields in foreign]
            case "404":
                # Each thing that the path names may be the one that does not exist.
                return [replace(call, parameters=call.parameters | {name: NO_NAME}) for name in call.parameters]
            case "409":
                return [replace(call, parameters=call.parameters | CONFLICTS[self.operation.id])]
            case "413":
                return [replace(call, body="x" * (1 << 20))] if self.operation.bodies else []
            case "401" | "503":
                return self.calls_from(call, status)
        return []

    def characters_calls_from(self, call: Call, status: str) -> list[Call]:
        """The calls made from an example's call with a token of the Characters API."""
        match status:
            case "400":
                return [replace(call, headers=call.headers | {"X-FluidTalk-Mode": "none"})]
            case "404":
                headers = call.headers | self.credentials("hermit")
                return [replace(call, headers={name: value for name, value in headers.items() if name != "X-FluidTalk-Mode"})]
            case "409":
                call = replace(call, headers=call.headers | self.credentials("ended"))
                numbers = ("1", "2")
                return [replace(call, body=call.body | {"event_id": "dusk", "external_event_id": one}) for one in numbers]
            case "422":
                return [replace(call, body={}) if self.operation.bodies else replace(call, query={})]
            case "4XX" | "5XX":
                text = f"[[error {DIRECTIVES[status]}]] really?"
                # Under a post of its own: under the example's the character may have said all that it says.
                asking = {"message": text, "reply_text": text, "post": {"caption": text}, "post_ref": f"p{status}"}
                asking["thread"] = [{"comment_ref": "c1", "author_handle": "dan", "text": text}]
                return [replace(call, body=call.body | asking)]
        return self.calls_from(call, status)

    def calls_from(self, call: Call, status: str) -> list[Call]:
        """The calls made from an example's call of the other APIs."""
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
