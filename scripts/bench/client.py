"""Calls to a server, beside those that wrk makes."""

import http.client
import json

from servers import PATIENCE, Unmeasurable


class Client:
    """One connection. Unless it is `kept`, each call opens it anew: a measurement between two calls may last longer than
    the server keeps a connection that is not used."""

    def __init__(self, port, key, kept=False):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {"X-API-Key": key}
        self.kept = kept

    def send(self, method, path, body=None, fields=None):
        """`body` is a text, or a value that goes as JSON."""
        kind = {"Content-Type": "application/json"} if body is not None else {}
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        self.connection.request(method, path, text, self.headers | kind | (fields or {}))

    def receive(self):
        reply = self.connection.getresponse()
        text = reply.read().decode()
        if not self.kept:
            self.connection.close()
        if reply.status != 200:
            raise Unmeasurable(f"a request was answered with {reply.status}: {text}")
        return text

    def text(self, method, path, body=None, fields=None):
        self.send(method, path, body, fields)
        return self.receive()

    def json(self, method, path, body=None, fields=None):
        return json.loads(self.text(method, path, body, fields))

    def bytes(self, method, path, body):
        """The call as it goes on the wire, for a connection of its own."""
        text = json.dumps(body)
        fields = self.headers | {
            "Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": len(text)}
        return "".join(
            [f"{method} {path} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in fields.items()), "\r\n", text]
        ).encode()
