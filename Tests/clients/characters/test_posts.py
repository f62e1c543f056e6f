"""Posts in communities (cases 29, 30 and 32 to 34)."""

from __future__ import annotations

from collections.abc import Callable

import fluidtalk
import httpx
import pytest
from fluidtalk import FluidTalk

from helpers.server import Server

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(9)
MP4 = b"\x00\x00\x00\x18ftypisom"
HEIC = b"\x00\x00\x00\x18ftypheic"

RUNNING = {"ref": "r/running", "rules": ["Be kind"], "flairs": ["Discussion", "Training"]}
COMMENTS = [{"post_title": "First marathon", "comments": [{"text": "How do you pace it?"}]}]


def post(ft: FluidTalk, community: dict[str, object] = RUNNING, **more: object) -> object:
    return ft.post(platform="reddit", community=community, **more)


def refused(call: Callable[[], object]) -> fluidtalk.ApiError:
    with pytest.raises(fluidtalk.ApiError) as raised:
        call()
    return raised.value


@pytest.mark.since("2.3.0")
def test_a_community_gets_a_post_until_the_ideas_run_out(ft: FluidTalk) -> None:
    first = post(ft, top_comments=COMMENTS)
    assert (first.decision, first.post.flair, first.gate) == ("post", "Discussion", None)
    assert first.post.title and first.post.body
    second = post(ft)
    assert second.decision == "post" and second.post.title != first.post.title
    last = post(ft)
    assert (last.decision, last.gate, last.post) == ("no_suitable_post_found", "community", None)
    elsewhere = post(ft, {"ref": "r/knitting"})
    assert (elsewhere.decision, elsewhere.post.flair) == ("post", None)


@pytest.mark.since("2.6.0")
def test_a_refusal_can_bring_drafts(ft: FluidTalk) -> None:
    while post(ft, always_draft=True).decision == "post":
        pass
    refusal = post(ft, always_draft=True)
    assert 1 <= len(refusal.drafts) <= 3
    assert refusal.draft.to_dict() == refusal.drafts[0].to_dict()
    assert refusal.draft.flags == ["min_novelty"]
    assert refusal.draft.scores.novelty < 60
    assert refusal.draft_unavailable is None


@pytest.mark.since("2.7.0")
def test_floors_of_a_call_are_applied_and_told(ft: FluidTalk) -> None:
    refusal = post(ft, thresholds={"min_novelty": 100}, always_draft=True)
    assert refusal.decision == "no_suitable_post_found"
    assert refusal.thresholds.to_dict() == {"min_relevance": 60, "min_novelty": 100, "min_rule_compat": 60}
    assert refusal.blocking.main == "min_novelty"
    # One of the four is for a post with a picture.
    assert (refusal.blocking.ideas, refusal.blocking.floors.min_novelty, len(refusal.drafts)) == (4, 3, 3)
    assert post(ft, thresholds={}).decision == "post"
    for wrong in ({"min_fun": 1}, {"min_novelty": 101}, {"min_novelty": "60"}):
        error = refused(lambda wrong=wrong: post(ft, thresholds=wrong))
        assert (error.status, error.code) == (400, "bad_request")
        assert next(iter(wrong)) in error.message


@pytest.mark.since("2.3.0")
def test_a_picture_is_posted_if_it_is_seen(ft: FluidTalk) -> None:
    failed = post(ft, asset_url="https://pictures.invalid/a.jpg")
    assert (failed.decision, failed.vision.seen, failed.vision.reason) == ("generation_failed", False, "vision_failed")
    seen = post(ft, asset_url="https://pictures.example/a.jpg")
    assert (seen.decision, seen.vision.seen) == ("post", True)


@pytest.mark.since("2.4.0")
def test_the_read_of_a_community_is_reused(server: Server, ft: FluidTalk, token: str) -> None:
    sandbox = server.control.sandbox(token)
    sandbox.freeze()
    analyses = [post(ft, reuse_analysis=True).analysis for _ in range(2)]
    assert [analysis.reused for analysis in analyses] == [False, True]
    sandbox.advance(60)
    assert post(ft, reuse_analysis=True).analysis.age_seconds == 60
    assert post(ft, reuse_analysis=True, brief="something else").analysis is None


@pytest.mark.since("2.3.0")
def test_each_request_costs_once(named: Callable[..., tuple[Server, str]], connect: Callable[..., FluidTalk]) -> None:
    server, token = named(credits=1)
    ft = connect(server, token)
    assert post(ft, asset_url="https://pictures.invalid/a.jpg").decision == "generation_failed"
    assert post(ft).decision == "post"
    with pytest.raises(fluidtalk.PaymentRequiredError):
        post(ft)


@pytest.mark.since("2.3.0")
def test_modes_have_communities_of_their_own(connect: Callable[..., FluidTalk], server: Server) -> None:
    for mode in ("mock", "sandbox"):
        ft = connect(server, mode=mode)
        assert refused(lambda ft=ft: post(ft)).status == 400
        assert post(ft, {"ref": "r/test_running"}).decision == "post"


@pytest.mark.since("2.5.0")
def test_a_picture_to_post_is_kept_and_posted(ft: FluidTalk) -> None:
    url = ft.post_media(platform="reddit", community_ref="r/running", data=JPEG, filename="a.png").url
    found = httpx.get(url)
    assert (found.content, found.headers["content-type"]) == (JPEG, "image/jpeg")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert post(ft, asset_url=url).decision == "post"


@pytest.mark.since("2.5.0")
@pytest.mark.parametrize("data", [MP4, HEIC, b"ab", b""], ids=["mp4", "heic", "unknown", "empty"])
def test_only_stills_can_be_posted(ft: FluidTalk, data: bytes) -> None:
    error = refused(
        lambda: ft.post_media(platform="reddit", community_ref="r/running", data=data, content_type="image/jpeg")
    )
    assert (error.status, error.code) == (400, "bad_request")
    assert "data_b64" in error.message


@pytest.mark.since("2.5.0")
def test_nothing_is_kept_of_a_paused_character(connect: Callable[..., FluidTalk], server: Server, token: str) -> None:
    ft = connect(server, f"{token}+paused")
    kept = ft.post_media(platform="reddit", community_ref="r/running", data=PNG)
    assert (kept.url, kept.pause_reason, kept.ignore_reason) == (None, "plan_limit", None)
    assert post(ft).pause_reason == "plan_limit"
    error = refused(lambda: ft.post_media(platform="reddit", community_ref="r/running", data=PNG + bytes(10 << 20)))
    assert (error.status, error.code) == (413, "payload_too_large")
