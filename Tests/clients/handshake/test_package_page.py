"""The examples of the package's own page, as written but for the key and the host."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fluidtalk import FluidTalk, FluidTalkError

from helpers.pictures import JPEG
from helpers.server import Server


class Chat:
    """Takes the place of the caller's own chat."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, target: str, text: str) -> None:
        self.sent.append((target, text))

    def send_image(self, target: str, url: str) -> None:
        self.sent.append((target, url))


@pytest.fixture
def my_chat() -> Chat:
    return Chat()


def test_a_lead_messaged(connect: Callable[..., FluidTalk], server: Server, key: str, my_chat: Chat) -> None:
    ft = FluidTalk(
        api_key=key,
        own_username="@my_account",
        base_url=server.url,
    )
    res = ft.inbound_chat(target="@john_doe", message="hey, saw your post!")
    for bubble in res.replies:
        my_chat.send("@john_doe", bubble)
    if res.should_send_photo and res.photo_url:
        my_chat.send_image("@john_doe", res.photo_url)
    assert my_chat.sent == [("@john_doe", "hey!"), ("@john_doe", "saw my post?")]


def test_the_other_ways(ft: FluidTalk, my_chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("profile.jpg").write_bytes(JPEG)
    Path("incoming.jpg").write_bytes(JPEG)
    image_bytes = JPEG

    # AI opener (optionally with a profile screenshot for better targeting)
    opener = ft.ai_opener(target="@lead", image_path="./profile.jpg")
    my_chat.send("@lead", opener.message)

    # Platform event (event_type must match an Event Trigger configured in your engine)
    ev = ft.event_trigger(target="@lead", event_type="story_reaction", context={"reaction": "🔥"})

    # Re-engage a ghost (needs an existing conversation)
    fu = ft.follow_up(target="@lead")

    # Attach an image the lead sent — from a local file path...
    url = ft.upload_image(path="./incoming.jpg").url
    r = ft.inbound_chat(target="@lead", message="what do you think?", image_url=url)
    assert (r.replies, r.should_send_photo) == (["here you go"], True)

    # ...or from bytes (e.g. a browser upload relayed to your backend, or serverless)
    url = ft.upload_image(data=image_bytes, filename="lead.jpg").url

    assert my_chat.sent == [("@lead", "that photo is unreal")]
    assert (ev.message, fu.message) == ("🔥 back at you", "still there?")
    assert url.startswith(ft.base_url)


def test_behaviour_to_handle(ft: FluidTalk, my_chat: Chat) -> None:
    ft.ai_opener(target="@lead")
    ft.inbound_chat(target="@lead", message="send a pic")
    seen: list[int] = []
    for message in ["deal", "hi"]:
        try:
            res = ft.inbound_chat(target="@lead", message=message)
            if res.ignored:
                return  # duplicate lead, already owned by another account — send nothing
            for bubble in res.replies:
                my_chat.send("@lead", bubble)
        except FluidTalkError as e:
            if e.status == 400:  # conversation already DONE / sealed -> stop messaging
                seen.append(e.status)
                assert e.detail == {"detail": "This session is DONE"}
    assert seen == [400]
    assert my_chat.sent == [("@lead", "deal. talk soon!")]
