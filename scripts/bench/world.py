"""A server that is given much to do, and its callers."""

import http.client
import json
import os

from probe import Probe
from servers import PATIENCE, TOKEN, Foilmock, Unmeasurable

USER = {"Authorization": "Bearer token-of-alice"}
KEY = "pk_test_stalls"


class World:
    """A server with a persona `quiet`, whose machine redirects everything, and a user; and a probe of it."""

    def __init__(self, binary, folder, *options, interval=0.01):
        fixtures = os.path.join(folder, "fixtures")
        World.write(os.path.join(fixtures, "accounts.json"), {"accounts": [
            {"name": "alice", "keys": ["pk_live_alice"],
             "users": [{"id": "00000000-0000-4000-8000-000000000001", "token": "token-of-alice"}]}]})
        World.write(os.path.join(fixtures, "personas/quiet/persona.json"), {"name": "Quiet"})
        World.write(os.path.join(fixtures, "personas/quiet/machines/talk.json"), machine())
        self.server = Foilmock(binary, folder, "--fixtures", fixtures, *options)
        self.server.wait_until_ready()
        self.port = self.server.port
        self.probe = Probe(self.server, interval)

    @staticmethod
    def write(path, value):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(value, file)

    def stop(self):
        self.probe.stop()
        self.server.stop()

    def call(self, method, path, body=None, headers=None):
        """Status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json", **(headers or {})})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def control(self, method, path, body=None, key=KEY):
        """A call below the sandbox of a key, and what it must be answered with."""
        return self.call(
            method, f"/_foilmock/v1/sandboxes/{key}{path}", body, {"Authorization": f"Bearer {TOKEN}"})

    def must(self, method, path, body=None, key=KEY):
        return json.loads(World.answered(f"{method} {path}", self.control(method, path, body, key)))

    def save(self, document):
        return self.call("POST", "/api/v1/creator/save", document, USER)

    def chat(self, method, path, body=None, slug="quiet", key=KEY):
        personas = json.loads(self.call("GET", "/api/v1/sdk/personas", None, {"X-API-Key": key})[1])
        persona = next(item["id"] for item in personas if item["name"].lower() == slug)
        return self.call(method, f"/api/v1/sdk/chat/{persona}{path}", body, {"X-API-Key": key})

    def begin(self, slug="quiet", player="p", key=KEY):
        World.answered("init-session", self.chat("POST", "/init-session", {
            "user_session_id": player, "player_name": "Alex", "player_gender": "non-binary"}, slug, key))

    def say(self, text, slug="quiet", player="p", key=KEY):
        return self.chat("POST", "/message", {"user_session_id": player, "message": text}, slug, key)

    def put(self, document, slug="loud"):
        """Has a persona in the sandbox, and begins a session with it."""
        document["persona"] = {"name": slug.capitalize()}
        self.must("PUT", f"/personas/{slug}", document)
        self.begin(slug)

    def remember(self, turns, line, reply, key=KEY):
        """The snapshot of a sandbox in which the session has so many turns."""
        self.begin(key=key)
        snapshot = self.must("GET", "/snapshot", key=key)
        session = snapshot["players"][0]["sessions"][0]
        first = session["turns"][0]
        session["turns"] = [first] + [
            {**first, "number": number, "line": line, "reply": reply} for number in range(1, turns)]
        session["turn_count"] = turns - 1
        return snapshot

    @staticmethod
    def answered(what, answer):
        status, body = answer
        if status != 200:
            raise Unmeasurable(f"{what} was answered with {status}: {body[:300]!r}")
        return body


def machine(transitions=(), states=None, **more):
    return {
        "machine_key": "talk", "is_entry": True,
        "states": states or [
            {"state_key": "hall", "is_initial_state": True, "says": "Welcome."},
            {"state_key": "end", "is_terminal_state": True, "says": "Farewell."}],
        "transitions": [
            *transitions,
            {"from_state_key": "hall", "to_state_key": "end", "decision_type": "pass", "when": {"equals": "bye"}},
            {"from_state_key": "hall", "decision_type": "redirect", "when": {"otherwise": True}, "says": "Hm."}],
        **more}


def document(*machines):
    return {"persona": {"name": "Made"}, "machines": list(machines)}


def crossed():
    """About the largest document that may be saved: 9,000 transitions between 1,000 states."""
    states = [{"state_key": f"s{place}"} for place in range(1000)]
    states[0]["is_initial_state"] = True
    transitions = [
        {"from_state_key": f"s{place % 1000}", "to_state_key": "s999", "decision_type": "pass", "score_delta": place}
        for place in range(9_000)]
    return document({"machine_key": "m", "states": states, "transitions": transitions})
