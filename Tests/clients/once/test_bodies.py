"""Bodies that are refused: 400, with a message that names the field."""

import gzip
import zlib

import pytest

from helpers.wire import PLAYER, SDK, Wire, answer, refusal

NOT_OBJECTS = {
    "empty": b"",
    "text": b"hello",
    "cut off": b'{"user_session_id":"player-001"',
    "two values": b"{} {}",
    "single quotes": b"{'message':'hi'}",
    "trailing comma": b'{"message":"hi",}',
    "not UTF-8": b'{"message":"\xff","user_session_id":"player-001"}',
    "half an escape": b'{"message":"\\ud800","user_session_id":"player-001"}',
    "UTF-16": '{"message":"hi"}'.encode("utf-16"),
    "nested too deep": b"[" * 100 + b"]" * 100,
    "null": b"null",
    "number": b"1",
    "string": b'"hi"',
    "list": b"[]",
}
LONG_MESSAGE = "x" * 10_001
WRONG = [None, 1, 1.5, True, [], {}, ["text"], {"text": "text"}]


@pytest.fixture(autouse=True)
def begun(wire: Wire, barista: str) -> None:
    answer(wire.begin(barista))


@pytest.mark.parametrize("body", NOT_OBJECTS.values(), ids=NOT_OBJECTS)
@pytest.mark.parametrize("verb", ["init-session", "message"])
def test_body_that_is_no_json_object(wire: Wire, barista: str, verb: str, body: bytes) -> None:
    assert "body" in refusal(wire.http.post(f"{SDK}/chat/{barista}/{verb}", content=body), 400)
    assert untouched(wire, barista)


@pytest.mark.parametrize(
    ("body", "remedy"),
    [
        (gzip.compress(b"{}"), "the body is compressed (gzip), which is not read here: send it as it is"),
        (zlib.compress(b"{}"), "the body is compressed (deflate)"),
        (b"%7B%22message%22%3A%22hi%22%7D", "the body is percent-encoded, as a field of a form is: send the JSON itself"),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
            "the body is a form (multipart): send JSON, with Content-Type: application/json",
        ),
        (b"message=hi&user_session_id=player-001", "the body is a form: send JSON, with Content-Type: application/json"),
        ('{"message":"hi"}'.encode("utf-16-le"), "expected UTF-8, found UTF-16: save or send it as UTF-8"),
    ],
)
def test_another_form_of_body_has_its_cause_in_the_error(wire: Wire, barista: str, body: bytes, remedy: str) -> None:
    assert remedy in refusal(wire.http.post(f"{SDK}/chat/{barista}/message", content=body), 400)


def test_a_byte_order_mark_is_skipped(wire: Wire, barista: str) -> None:
    body = b'\xef\xbb\xbf{"message":"hi","user_session_id":"player-001"}'
    assert answer(wire.http.post(f"{SDK}/chat/{barista}/message", content=body))["message"]


@pytest.mark.parametrize("value", WRONG, ids=repr)
@pytest.mark.parametrize("field", PLAYER)
def test_init_field_of_the_wrong_type(wire: Wire, barista: str, field: str, value: object) -> None:
    assert field in refusal(wire.begin(barista, **{field: value}), 400)
    assert untouched(wire, barista)


@pytest.mark.parametrize("value", WRONG, ids=repr)
@pytest.mark.parametrize("field", ["message", "user_session_id"])
def test_message_field_of_the_wrong_type(wire: Wire, barista: str, field: str, value: object) -> None:
    body = {"message": "Hello", "user_session_id": "player-001"} | {field: value}
    assert field in refusal(wire.post(barista, "message", None, body), 400)
    assert untouched(wire, barista)


@pytest.mark.parametrize("field", PLAYER)
def test_missing_init_field(wire: Wire, barista: str, field: str) -> None:
    body = {name: value for name, value in PLAYER.items() if name != field}
    assert field in refusal(wire.post(barista, "init-session", None, body), 400)


@pytest.mark.parametrize("field", ["message", "user_session_id"])
def test_missing_message_field(wire: Wire, barista: str, field: str) -> None:
    body = {"message": "Hello", "user_session_id": "player-001"}
    del body[field]
    assert field in refusal(wire.post(barista, "message", None, body), 400)


@pytest.mark.parametrize("blank", ["", " ", "\t\r\n", "\u00a0\u2003\u3000"], ids=ascii)
def test_blank_message(wire: Wire, barista: str, blank: str) -> None:
    assert "message" in refusal(wire.say(barista, blank), 400)
    assert untouched(wire, barista)


def test_message_beyond_the_limit(wire: Wire, barista: str) -> None:
    assert "message" in refusal(wire.say(barista, LONG_MESSAGE), 400)
    assert untouched(wire, barista)


def test_message_at_the_limit(wire: Wire, barista: str) -> None:
    answer(wire.say(barista, LONG_MESSAGE[1:]))
    assert answer(wire.get(barista, "history"))["messages"][1]["content"] == LONG_MESSAGE[1:]


@pytest.mark.parametrize("verb", ["session", "history", "machines"])
@pytest.mark.parametrize("player", [None, "", " "], ids=repr)
def test_missing_or_blank_player_in_the_query(wire: Wire, barista: str, verb: str, player: str | None) -> None:
    assert "user_session_id" in refusal(wire.get(barista, verb, player), 400)


@pytest.mark.parametrize("player", [None, "", " "], ids=repr)
def test_missing_or_blank_player_of_a_reset(wire: Wire, barista: str, player: str | None) -> None:
    assert "user_session_id" in refusal(wire.reset(barista, player), 400)


def test_unknown_members_are_ignored(wire: Wire, barista: str) -> None:
    assert answer(wire.begin(barista, locale="en", score=100))
    assert answer(wire.get(barista, "session"))["score"] == 0


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json; charset=utf-8"])
def test_the_content_type_does_not_matter(wire: Wire, barista: str, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    body = '{"message":"Hello","user_session_id":"player-001"}'
    assert answer(wire.http.post(f"{SDK}/chat/{barista}/message", headers=headers, content=body))


def untouched(wire: Wire, barista: str) -> bool:
    return len(answer(wire.get(barista, "history"))["messages"]) == 1
