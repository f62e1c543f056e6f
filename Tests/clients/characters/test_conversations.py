"""What the clients of version 2 meet: the cases of direct messages."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import fluidtalk
import httpx
import pytest
from fluidtalk import FluidTalk

from helpers.server import Server

Named = Callable[..., tuple[Server, str]]


def texts(result: object) -> list[str]:
    return [bubble.text for bubble in result.bubbles]


def chat(ft: FluidTalk, message: str, handle: str = "sam", platform: str = "instagram", **more: object) -> object:
    return ft.chat(platform=platform, handle=handle, message=message, **more)


def trigger(ft: FluidTalk, event: str, number: str, handle: str = "sam", **more: object) -> object:
    return ft.trigger(platform="instagram", handle=handle, event_id=event, external_event_id=number, **more)


def pay(ft: FluidTalk, number: str, handle: str = "sam", **more: object) -> object:
    return ft.event(platform="instagram", handle=handle, external_event_id=number, **more)


def refused(kind: type[Exception], call: Callable[[], object]) -> fluidtalk.ApiError:
    with pytest.raises(kind) as raised:
        call()
    error = raised.value
    assert type(error) is kind, error
    assert error.code and error.message and error.request_id and error.type
    return error


def test_a_session_is_found_by_platform_and_handle(ft: FluidTalk) -> None:
    first = chat(ft, "hi")
    assert texts(first) == ["hey!", "saw my post?"]
    assert first.session_id == chat(ft, "nice").session_id
    assert first.session_id != chat(ft, "hi", platform="threads").session_id


def test_a_base_url_can_name_a_sandbox(connect: Callable[..., FluidTalk], server: Server, token: str) -> None:
    for base in (f"{server.url}///", f"{server.url}/@{token}_cart", f"{server.url}/@{token}_cart/"):
        assert texts(chat(connect(server, base_url=base), "hi", base)) == ["hey!", "saw my post?"]
    sessions = server.control.sandbox(f"{token}_cart").get("/sessions")["sessions"]
    assert {session["channel"] for session in sessions} == {"characters:instagram"}
    assert len(sessions) == 2


@pytest.mark.parametrize("wrong", ["x", "ftc_live_...", "ft_sk_test_demo"])
def test_an_unknown_token_is_an_auth_error(connect: Callable[..., FluidTalk], server: Server, wrong: str) -> None:
    error = refused(fluidtalk.AuthError, lambda: chat(connect(server, wrong), "hi"))
    assert error.status == 401
    assert "ftc_test_<name>" in error.message


def test_a_bearer_token_alone_is_a_401(server: Server) -> None:
    headers = {"Authorization": "Bearer ftc_test_a"}
    answer = httpx.get(f"{server.url}/api/v1/characters/self-test", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["request_id"] == answer.headers["X-Request-Id"]


def test_credits_are_spent(connect: Callable[..., FluidTalk], named: Named) -> None:
    server, token = named(credits=1)
    ft = connect(server, token)
    assert texts(chat(ft, "hi"))
    error = refused(fluidtalk.PaymentRequiredError, lambda: chat(ft, "again"))
    assert error.code == "payment_required"
    assert server.control.sandbox("studio").get("/sessions")["sessions"][0]["turn_count"] == 1


def test_a_message_needs_a_text_or_an_image(ft: FluidTalk) -> None:
    assert texts(chat(ft, "", image_url="https://cdn.example/a.jpg"))
    refused(fluidtalk.ValidationError, lambda: chat(ft, ""))


def test_the_same_text_is_answered_twice_in_a_row(ft: FluidTalk) -> None:
    results = [chat(ft, text) for text in ("hi", "hi", "hi", "other", "hi")]
    assert [bool(result.bubbles) for result in results] == [True, True, False, True, True]
    assert results[2].silent == "duplicate_message"
    assert results[2].explain


def test_a_photo_is_a_bubble_without_text(ft: FluidTalk) -> None:
    chat(ft, "hi")
    photo = chat(ft, "send me a pic").bubbles[-1]
    assert photo.text == ""
    answer = httpx.get(photo.image_url)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_after_the_end_nothing_is_said(ft: FluidTalk, connect: Callable[..., FluidTalk], named: Named) -> None:
    for text in ("hi", "pic", "deal"):
        chat(ft, text)
    ended = chat(ft, "hello?")
    assert (ended.bubbles, ended.silent) == ([], "conversation_ended")
    server, token = named(compat={"characters_after_end": "conflict"})
    other = connect(server, token)
    for text in ("hi", "pic", "deal"):
        chat(other, text)
    refused(fluidtalk.ConflictError, lambda: chat(other, "hello?"))


def test_a_session_id_must_be_the_lead_s_own(ft: FluidTalk) -> None:
    own = chat(ft, "hi").session_id
    assert chat(ft, "a", session_id=own).bubbles
    refused(fluidtalk.NotFoundError, lambda: chat(ft, "a", "other", session_id=own))


def test_two_accounts_share_a_lead_unless_the_token_says_otherwise(
    ft: FluidTalk, connect: Callable[..., FluidTalk], named: Named
) -> None:
    assert chat(ft, "hi", own_username="a").session_id == chat(ft, "yes", own_username="b").session_id
    server, token = named(ignore_duplicate_leads=True)
    claimed = connect(server, token)
    chat(claimed, "hi", own_username="a")
    ignored = chat(claimed, "hi", own_username="b")
    assert (ignored.bubbles, ignored.ignored) == ([], True)
    assert ignored.ignore_reason == "lead_claimed_by_other_account"
    assert server.control.sandbox("studio").get("/sessions")["sessions"][0]["turn_count"] == 1


def test_separate_accounts_have_sessions_of_their_own(connect: Callable[..., FluidTalk], named: Named) -> None:
    server, token = named(separate_sessions_per_account=True)
    ft = connect(server, token)
    assert chat(ft, "hi", own_username="a").session_id != chat(ft, "hi", own_username="b").session_id


def test_outreach_opens_once(ft: FluidTalk) -> None:
    opened = trigger(ft, "outreach", "1")
    assert texts(opened) == ["hey sam, loved your last post"]
    ignored = trigger(ft, "outreach", "2")
    assert (ignored.bubbles, ignored.ignored) == ([], True)
    again = trigger(ft, "outreach", "1")
    assert (again.bubbles, again.deduped) == ([], True)


@pytest.mark.parametrize("context", [{"reaction": "👀"}, "wow", ["a"], False], ids=str)
def test_an_event_opens_and_goes_on(ft: FluidTalk, context: object) -> None:
    assert len(texts(trigger(ft, "story_reaction", "1", context={"reaction": "👀"}))) == 1
    assert len(texts(trigger(ft, "story_reaction", "2", context=context, raw={"a": None}))) == 1


def test_an_unknown_event_consumes_nothing(ft: FluidTalk) -> None:
    unknown = trigger(ft, "wedding", "1")
    assert unknown.bubbles == []
    assert unknown.fireable_event_ids == ["outreach", "story_reaction", "new_follower"]
    assert texts(trigger(ft, "new_follower", "1")) == ["thanks for the follow!"]


@pytest.mark.since("2.2.0")
def test_a_trigger_looks_at_an_image(ft: FluidTalk) -> None:
    seen = trigger(ft, "outreach", "1", "a", image_url="https://cdn.example/a.jpg")
    assert (seen.vision.seen, texts(seen)) == (True, ["that photo is unreal"])
    unseen = trigger(ft, "outreach", "2", "b", image_url="https://x.invalid/a.jpg")
    assert (unseen.vision.seen, unseen.vision.reason) == (False, "vision_failed")
    assert len(texts(unseen)) == 1


def test_a_payment_is_applied_once(ft: FluidTalk) -> None:
    refused(fluidtalk.NotFoundError, lambda: pay(ft, "0"))
    chat(ft, "hi")
    assert [pay(ft, "1", amount=0).applied, pay(ft, "1", amount=0).applied] == [True, False]
    assert pay(ft, "2", event_type="refund", amount=9.5, currency="USD").applied
    refused(fluidtalk.ValidationError, lambda: pay(ft, "3", event_type="gift"))


def test_a_number_that_is_none_is_refused(ft: FluidTalk, server: Server) -> None:
    chat(ft, "hi")
    if httpx.__version__ >= "0.28":
        with pytest.raises(ValueError):
            pay(ft, "1", amount=float("nan"))
    else:
        assert refused(fluidtalk.ApiError, lambda: pay(ft, "1", amount=float("nan"))).status == 400
    assert texts(chat(ft, "still there?"))


def advance(server: Server, token: str, hours: int) -> None:
    sandbox = server.control.sandbox(token)
    sandbox.put("/clock", {"mode": "offset"})
    sandbox.post("/clock/advance", {"seconds": hours * 3600})


def test_a_quiet_lead_is_followed_up(ft: FluidTalk, server: Server, token: str) -> None:
    chat(ft, "hi")
    assert ft.followups.list(platform="instagram") == []
    advance(server, token, 25)
    (item,) = ft.followups.list(platform="instagram")
    assert (item.handle, item.message) == ("sam", "still there?")
    assert [again.id for again in ft.followups.list(platform="instagram", own_username="x", limit=1)] == [item.id]
    assert [ft.followups.ack(item.id).status, ft.followups.ack(item.id).status] == ["DELIVERED", "DELIVERED"]
    assert ft.followups.list(platform="instagram") == []


@pytest.mark.parametrize("wrong", ["fu_1", "../x", 5, "a b", "a/b"], ids=str)
def test_an_unknown_follow_up_is_not_found(ft: FluidTalk, wrong: object) -> None:
    refused(fluidtalk.NotFoundError, lambda: ft.followups.ack(wrong))


def test_a_lead_who_writes_is_not_followed_up(ft: FluidTalk, server: Server, token: str) -> None:
    chat(ft, "hi")
    advance(server, token, 25)
    (item,) = ft.followups.list(platform="instagram")
    chat(ft, "here I am")
    assert ft.followups.list(platform="instagram") == []
    assert ft.followups.ack(item.id).status == "DELIVERED"


def test_a_sweep_queues_at_once(ft: FluidTalk, server: Server, token: str) -> None:
    chat(ft, "hi")
    body = {"platform": "instagram", "idle_hours": 0}
    headers = {"X-Connector-Token": token}
    answer = httpx.post(f"{server.url}/api/v1/characters/followups/sweep", json=body, headers=headers)
    assert answer.json()["data"] == {"ok": True, "queued": 1}
    assert len(ft.followups.list(platform="instagram")) == 1


@pytest.mark.since("2.2.0")
def test_mock_has_a_follow_up_of_bubbles(connect: Callable[..., FluidTalk], server: Server) -> None:
    (item,) = connect(server, mode="mock").followups.list(platform="instagram")
    assert (item.id, item.message, bool(item.bubbles)) == ("fu_test", None, True)


@pytest.mark.since("2.2.0")
def test_the_self_test_holds(ft: FluidTalk, connect: Callable[..., FluidTalk], named: Named) -> None:
    result = ft.self_test()
    assert result.ok, [check.to_dict() for check in result.checks if not check.ok]
    assert ft.self_test(platform="reddit").ok


@pytest.mark.since("2.2.0")
def test_mock_answers_by_the_handle(connect: Callable[..., FluidTalk], server: Server, token: str) -> None:
    ft = connect(server, mode="mock")
    for handle, photos in (("test_photo", 1), ("test_photos", 2)):
        bubbles = chat(ft, "hi", handle).bubbles
        assert len(bubbles) == photos
        assert all(httpx.get(bubble.image_url).status_code == 200 for bubble in bubbles)
    assert texts(chat(ft, "yo", "test_x")) == ["hey!", "mock reply to: yo"]
    assert refused(fluidtalk.ApiError, lambda: chat(ft, "yo", "mark")).status == 400
    assert server.control.sandbox(token).get("/sessions")["sessions"] == []


@pytest.mark.since("2.2.0")
def test_sandbox_has_leads_of_its_own(connect: Callable[..., FluidTalk], server: Server) -> None:
    sandbox, live = connect(server, mode="sandbox"), connect(server)
    assert refused(fluidtalk.ApiError, lambda: chat(sandbox, "hi", "mark")).status == 400
    first = chat(sandbox, "hi", "test_a")
    assert first.session_id == chat(sandbox, "hi", "test_a").session_id
    assert first.session_id != chat(live, "hi", "test_a").session_id


@pytest.mark.since("2.2.0")
def test_a_mode_is_written_in_small_letters(connect: Callable[..., FluidTalk], server: Server) -> None:
    assert refused(fluidtalk.ApiError, lambda: chat(connect(server, mode="MOCK"), "hi", "test_a")).status == 400
    assert texts(chat(connect(server, mode=""), "hi"))


def test_other_paths_are_errors_of_the_api(ft: FluidTalk, connect: Callable[..., FluidTalk], server: Server) -> None:
    with pytest.raises(fluidtalk.NotFoundError):
        chat(connect(server, api_version="v2"), "hi")
    headers = {"X-Connector-Token": "ftc_test_a"}
    for method, path, status in (
        ("GET", "chat", 405),
        ("POST", "chat/", 404),
        ("POST", "", 404),
        ("DELETE", "self-test", 405),
        ("GET", "followups/a/b/c", 404),
    ):
        answer = httpx.request(method, f"{server.url}/api/v1/characters/{path}", headers=headers)
        assert (answer.status_code, set(answer.json())) == (status, {"error"})
        assert answer.json()["error"]["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("text", ["é", "a\u2028b", "👩‍🚀", "x" * 10_000], ids=["accent", "line", "emoji", "long"])
def test_a_text_is_kept_as_it_is(ft: FluidTalk, server: Server, token: str, text: str) -> None:
    chat(ft, text, f"lead {text[:10]}")
    sandbox = server.control.sandbox(token)
    session = sandbox.get("/sessions")["sessions"][0]["session_id"]
    assert sandbox.get(f"/sessions/{session}/turns")["turns"][0]["line"] == text


def test_turns_of_one_lead_come_one_after_the_other(ft: FluidTalk, server: Server, token: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: chat(ft, f"hm {number}"), range(8)))
    assert server.control.sandbox(token).get("/sessions")["sessions"][0]["turn_count"] == 8


def test_a_kill_between_two_calls_loses_nothing(connect: Callable[..., FluidTalk], launch: Callable[..., Server]) -> None:
    server = launch("killed")

    def killed() -> FluidTalk:
        server.kill()
        server.start()
        return connect(server)

    session = trigger(connect(server), "outreach", "1").session_id
    ft = killed()
    assert trigger(ft, "outreach", "1", "other").deduped
    assert chat(ft, "same").session_id == session
    assert chat(killed(), "same").session_id == session
    assert chat(killed(), "same").silent == "duplicate_message"
    assert [pay(killed(), "p1").applied, pay(killed(), "p1").applied] == [True, False]


def test_a_kill_after_an_ack_brings_no_follow_up_back(
    connect: Callable[..., FluidTalk], launch: Callable[..., Server], token: str
) -> None:
    server = launch("acked")
    ft = connect(server)
    chat(ft, "hi")
    advance(server, token, 25)
    item = ft.followups.list(platform="instagram")[0]
    server.kill()
    server.start()
    ft = connect(server)
    assert [found.id for found in ft.followups.list(platform="instagram")] == [item.id]
    assert ft.followups.ack(item.id).status == "DELIVERED"
    server.kill()
    server.start()
    ft = connect(server)
    assert list(ft.followups.list(platform="instagram")) == []
    assert ft.followups.ack(item.id).status == "DELIVERED"


def test_a_script_decides_what_comes_next(ft: FluidTalk, server: Server, token: str) -> None:
    chat(ft, "hi")
    sandbox = server.control.sandbox(token)
    sandbox.post("/scripts", {"player": "sam", "steps": [{"reply": "You again."}, {"error": 503, "message": "Back soon"}, {}]})
    assert texts(chat(ft, "one")) == ["You again."]
    error = refused(fluidtalk.ApiError, lambda: chat(ft, "two"))
    assert (error.status, error.code, error.message) == (503, "service_unavailable", "Back soon")
    assert texts(chat(ft, "three"))
    assert sandbox.get("/scripts/s1")["left"] == 0
