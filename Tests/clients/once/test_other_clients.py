"""The requests of clients that cannot be run here: the dialogues of Tests/vectors/clients."""

import pytest

from helpers import town, vectors
from helpers.bare import KeptConnection
from helpers.server import Server


@pytest.mark.parametrize("scene", [pytest.param(scene, id=scene.name) for scene in vectors.scenes()])
def test_dialogue(scene: vectors.Scene, request: pytest.FixtureRequest, key: str, barista: str) -> None:
    server: Server = request.getfixturevalue(scene.server)
    values = {
        "host": server.url.removeprefix("http://"), "key": key, "barista": barista, "clerk": town.CLERK,
        "nowhere": town.NOWHERE, "alices": town.ALICES, "bob": town.BOB, "unpublished": town.UNPUBLISHED,
    }  # fmt: skip
    connection = KeptConnection(server.address)
    try:
        for step in scene.steps:
            head, body = step.wire(values)
            connection.send(head)
            if b"expect: 100-continue" in head.lower():
                assert connection.answer().status == 100
            connection.send(body)
            try:
                vectors.judge(connection.answer(), step.expected, values)
            except AssertionError as error:
                raise AssertionError(f"{step.title}: {error}") from error
        connection.end()
    finally:
        connection.close()
