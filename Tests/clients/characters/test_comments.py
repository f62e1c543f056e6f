"""Comments that clients of version 2 ask for (cases 24 to 28, and the comments of 36)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fluidtalk
import pytest
from fluidtalk import FluidTalk

from helpers.server import Server

Named = Callable[..., tuple[Server, str]]

THREAD = [
    {"comment_ref": "c1", "author_handle": "dan", "text": "silicone will fill a half-inch gap fine"},
    {"comment_ref": "c2", "author_handle": "mark", "text": "will it though?", "parent_ref": "c1"},
]
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))


def comment(ft: FluidTalk, post: str = "p1", **more: Any) -> Any:
    return ft.comment(platform="instagram", post_ref=post, **more)


def reply(ft: FluidTalk, text: str = "so true", post: str = "p1", **more: Any) -> Any:
    return ft.comment_reply(platform="instagram", post_ref=post, replier_handle="kim", reply_text=text, **more)


def engage(ft: FluidTalk, thread: list[dict[str, Any]] = THREAD, post: str = "p1", **more: Any) -> Any:
    return ft.comment_engage(platform="instagram", post_ref=post, thread=thread, **more)


def refused(kind: type[Exception], call: Callable[[], object]) -> fluidtalk.ApiError:
    with pytest.raises(kind) as raised:
        call()
    assert type(raised.value) is kind, raised.value
    return raised.value


def test_a_machine_without_comments_has_them_off(connect: Callable[..., FluidTalk], named: Named) -> None:
    silent = {"states": [{"state_key": "s", "is_initial_state": True}]}
    server, token = named(machines={"silent": silent}, machine="silent")
    ft = connect(server, token)
    result = comment(ft, caption="new deck")
    assert (result.comment, result.ignore_reason) == (None, "comments_disabled")
    assert result.explain
    stopped = reply(ft)
    assert (stopped.decision, stopped.reply, stopped.reason) == ("skip", None, "comments_disabled")


def test_a_post_is_commented(ft: FluidTalk) -> None:
    result = comment(ft, caption="my new deck", image_urls=["https://cdn.example/a.jpg"], author_handle="mark")
    assert (result.comment, result.ignore_reason) == ("that deck 😍", None)
    assert (result.vision.seen, result.vision.kind) == (True, "image")
    plain = comment(ft, post="p2")
    assert (plain.comment, plain.vision) == ("love this", None)


@pytest.mark.since("2.2.0")
def test_a_picture_of_the_post_is_uploaded_and_seen(ft: FluidTalk) -> None:
    for number, (data, seen) in enumerate([(JPEG, True), (b"ab", False)]):
        up = ft.comment_media(platform="instagram", post_ref="p1", data=data, filename="post.jpg")
        result = comment(ft, post=f"p{number}", caption="sunset", image_urls=[up.url])
        assert result.comment
        assert result.vision.seen is seen


@pytest.mark.since("2.8.0")
def test_a_call_can_cap_its_comment(ft: FluidTalk) -> None:
    assert comment(ft, post="p0", caption="deck").max_chars == 150
    assert comment(ft, caption="deck", max_chars=20).max_chars == 20
    for cap in (19, 2201):
        assert refused(fluidtalk.ApiError, lambda cap=cap: comment(ft, max_chars=cap)).status == 400
    refused(fluidtalk.ValidationError, lambda: comment(ft, max_chars="50"))


@pytest.mark.since("2.8.0")
def test_what_is_longer_than_the_cap_is_cut_at_white_space(server: Server, ft: FluidTalk, token: str) -> None:
    server.control.sandbox(token).post("/scripts", {"steps": [{"reply": "a sentence that is longer than twenty"}]})
    cut = reply(ft, max_chars=20)
    assert (cut.reply, cut.max_chars, cut.truncated) == ("a sentence that is", 20, True)


def test_an_author_is_replied_to_twice_in_a_thread(ft: FluidTalk) -> None:
    results = [reply(ft, parent_comment_ref="c9") for _ in range(3)]
    assert [result.decision for result in results] == ["comment_reply", "drive_to_dm_nudge", "skip"]
    assert [bool(result.reply) for result in results] == [True, True, False]
    assert results[2].reason == "max_replies_per_author"
    assert results[2].reply is None
    assert "max_chars" not in results[2].to_dict()
    assert "max_chars" in results[0].to_dict()
    assert reply(ft, parent_comment_ref="c10").decision == "comment_reply"


def test_a_hostile_reply_is_left_alone(ft: FluidTalk) -> None:
    result = reply(ft, "this is a scam")
    assert (result.decision, result.reply, result.reason) == ("bow_out", None, "hostile")
    assert reply(ft, "").reason == "target_too_short"


def test_comments_are_paid_when_they_are_written(connect: Callable[..., FluidTalk], named: Named) -> None:
    server, token = named(credits=2)
    ft = connect(server, token)
    assert reply(ft, "a scam").decision == "bow_out"
    assert comment(ft).comment
    assert reply(ft).reply
    assert refused(fluidtalk.PaymentRequiredError, lambda: comment(ft)).code == "payment_required"


@pytest.mark.since("2.2.0")
def test_a_thread_is_joined_once(ft: FluidTalk) -> None:
    posted: list[tuple[str, str]] = []
    first = engage(ft)
    if first.reply:  # None on every skip
        posted.append((first.target_comment_ref, first.reply))
    assert posted == [("c2", "it will, trust me")]
    assert engage(ft).reason == "max_engagements_per_post"
    assert engage(ft, target_comment_ref="c2").reason == "already_engaged_this_comment"
    refused(fluidtalk.ValidationError, lambda: engage(ft, thread=[]))
    refused(fluidtalk.ValidationError, lambda: engage(ft, target_comment_ref="c3"))


@pytest.mark.since("2.2.0")
def test_a_thread_is_left_for_a_reason(ft: FluidTalk) -> None:
    short = engage(ft, [{"comment_ref": "s", "author_handle": "dan", "text": "ok?"}], target_comment_ref="s")
    assert (short.decision, short.reply, short.reason) == ("skip", None, "target_too_short")
    deep = engage(ft, [{"comment_ref": "d", "author_handle": "dan", "text": "is it so?", "depth": 9}], target_comment_ref="d")
    assert deep.reason == "thread_too_deep"
    none = engage(ft, THREAD[:1])
    assert (none.reason, none.target_comment_ref) == ("no_target_selected", None)
    assert "max_chars" not in none.to_dict()


@pytest.mark.since("2.2.0")
def test_mock_answers_follow_from_the_post(connect: Callable[..., FluidTalk], server: Server, token: str) -> None:
    ft = connect(server, token, mode="mock")
    decisions = {
        post: (result.decision, result.reason)
        for post in ("test_dm", "test_hostile", "test_once", "test_maxed", "test_stranger", "test_x")
        for result in [reply(ft, post=post)]
    }
    assert decisions == {
        "test_dm": ("drive_to_dm_nudge", None),
        "test_hostile": ("bow_out", "hostile"),
        "test_once": ("skip", "comment_once"),
        "test_maxed": ("skip", "max_replies_per_author"),
        "test_stranger": ("skip", "stranger"),
        "test_x": ("comment_reply", None),
    }
    assert comment(ft, post="test_x").comment
    assert engage(ft, post="test_x").target_comment_ref == "c2"
    assert refused(fluidtalk.ApiError, lambda: comment(ft, post="mark")).status == 400
    assert server.control.sandbox(token).get("/snapshot")["counters"] == []


@pytest.mark.since("2.2.0")
def test_the_self_test_knows_of_comments(ft: FluidTalk) -> None:
    settings = ft.self_test().settings
    assert (settings.comments, settings.max_chars) == (True, 150)
