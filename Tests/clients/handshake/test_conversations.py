"""Every method, and every result that it can have."""

import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from fluidtalk import FluidTalk, FluidTalkError

from helpers import town
from helpers.pictures import JPEG, PNG
from helpers.server import Server

DM = {
    "states": [{"state_key": "s0", "is_initial_state": True, "says": ["Hello, {target}."]}],
    "entries": {"nudge": {"says": ["psst"], "cooldown_seconds": 3600}},
}
ACCOUNTS = {
    "accounts": [
        {
            "name": "studio",
            "keys": ["pk_live_studio"],
            "handshake_keys": [{"key": "ft_sk_studio", "persona": "p", "machine": "dm", "credits": 1}],
        }
    ]
}


def fails(status: int, call: Callable[[], object]) -> str:
    with pytest.raises(FluidTalkError) as failure:
        call()
    assert failure.value.status == status
    assert str(failure.value) == f"FluidTalk {status}: {failure.value.detail['detail']}"
    return failure.value.detail["detail"]


def test_a_session_is_of_the_target(ft: FluidTalk) -> None:
    first = ft.inbound_chat("@a", "hi")
    assert ft.inbound_chat("@a", "and?").session_id == first.session_id
    assert ft.inbound_chat("@b", "hi").session_id != first.session_id
    assert (first.reply, first.ignored, first.ignore_reason) == ("hey!\nsaw my post?", False, None)


@pytest.mark.since("1.0.1")
def test_an_action_on_a_running_conversation_continues_it(ft: FluidTalk) -> None:
    opener = ft.ai_opener("@a")
    assert (opener.message, opener.continued, opener.continued_reason) == (
        "hey @a, loved your last post",
        False,
        None,
    )
    again = ft.ai_opener("@a")
    assert (again.message, again.continued, again.continued_reason) == ("", True, "conversation_already_active")
    event = ft.event_trigger("@a", "new_follower")
    assert (event.message, event.continued) == ("thanks for the follow!", True)
    assert ft.follow_up("@a").continued is False


def test_an_event_opens_a_conversation(ft: FluidTalk) -> None:
    assert ft.event_trigger("@a", "story_reaction", {"reaction": "🔥🎮", "n": [1]}).message == "caught that 🔥🎮"
    assert fails(400, lambda: ft.event_trigger("@b", "wedding")) == "Unknown event_type 'wedding'"


def test_a_follow_up_needs_a_conversation_and_waits(ft: FluidTalk) -> None:
    assert "No active conversation" in fails(404, lambda: ft.follow_up("@a"))
    ft.ai_opener("@a")
    assert ft.follow_up("@a").message == "still there?"
    again = ft.follow_up("@a")
    assert (again.message, again.ignored, again.ignore_reason) == ("", True, "followup_cooldown")


def test_another_account_of_the_persona_is_ignored(connect: Callable[..., FluidTalk], server: Server) -> None:
    one, two = connect(server, own_username="@one"), connect(server, own_username="@two")
    one.inbound_chat("@a", "hi")
    chat, opener = two.inbound_chat("@a", "hi"), two.ai_opener("@a")
    assert (chat.ignored, chat.ignore_reason, chat.replies) == (True, "lead_claimed_by_other_account", [])
    assert (opener.ignored, opener.message) == (True, "")
    assert one.inbound_chat("@a", "and?").ignored is False


def test_keys_credits_and_fields_that_are_missing(
    connect: Callable[..., FluidTalk], launch: Callable[..., Server], tmp_path: Path
) -> None:
    folder = tmp_path / "fixtures"
    town.write(folder / "accounts.json", ACCOUNTS)
    town.add_persona(folder, "p", {"name": "P"}, {"dm": DM})
    server = launch("studio", "--fixtures", str(folder))
    fails(401, lambda: connect(server, key="ft_sk_nobody").inbound_chat("@a", "hi"))
    ft = connect(server, key="ft_sk_studio")
    assert ft.ai_opener("@a").message == "Hello, @a."
    assert fails(402, lambda: ft.ai_opener("@b")) == "insufficient_tokens"
    assert ft.inbound_chat("@a", "hi").replies
    faults = fails(422, lambda: ft.inbound_chat("", ""))
    assert [fault["loc"] for fault in faults] == [["body", "target"], ["body", "message"]]


@pytest.mark.parametrize(("picture", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png")])
def test_an_uploaded_picture_is_found_by_its_url(ft: FluidTalk, picture: bytes, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "grüße 🎮.jpg"
    file.write_bytes(picture)
    url = ft.upload_image(path=str(file)).url
    assert ft.upload_image(data=picture).url == url
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == picture
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"MZ"])
def test_what_is_no_picture_is_refused(ft: FluidTalk, data: bytes) -> None:
    assert fails(400, lambda: ft.upload_image(data=data)).startswith("The file is ")


def test_a_picture_may_come_by_path_or_url(ft: FluidTalk, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    assert ft.inbound_chat("@a", "", image_path=str(tmp_path / "a.jpg")).replies == ["hey!", "saw my post?"]
    assert ft.inbound_chat("@a", "", image_url="http://example.com/a.jpg").replies == ["here you go"]
    assert ft.ai_opener("@b", image_url="http://example.com/a.jpg").message == "that photo is unreal"


def test_a_persona_s_photo_can_be_fetched(ft: FluidTalk) -> None:
    ft.ai_opener("@a")
    url = ft.inbound_chat("@a", "send a pic").photo_url
    with urllib.request.urlopen(url) as answer:
        assert answer.read(3) == b"\xff\xd8\xff"


def test_a_conversation_goes_on_after_a_restart(connect: Callable[..., FluidTalk], launch: Callable[..., Server]) -> None:
    server = launch("restarted")
    ft = connect(server, own_username="@one")
    first = ft.ai_opener("@a")
    url = ft.upload_image(data=JPEG).url
    ft.follow_up("@a")
    server.kill()
    server.start()
    ft = connect(server, own_username="@one")
    assert ft.follow_up("@a").ignore_reason == "followup_cooldown"
    assert connect(server, own_username="@two").inbound_chat("@a", "hi").ignored is True
    reply = ft.inbound_chat("@a", "send a pic")
    assert (reply.session_id, reply.replies) == (first.session_id, ["here you go"])
    path = url.split("/api/", 1)[1]
    with urllib.request.urlopen(f"{server.url}/api/{path}") as answer:
        assert answer.read() == JPEG
