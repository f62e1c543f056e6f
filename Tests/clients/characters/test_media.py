"""Files that clients of version 2 send (cases 29 to 31)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import fluidtalk
import httpx
import pytest
from fluidtalk import FluidTalk

from helpers.server import Server

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(9)
MP4 = b"\x00\x00\x00\x18ftypisom"


def inbound(ft: FluidTalk, data: bytes, **more: Any) -> str:
    return ft.inbound_media(platform="instagram", data=data, **more).url


@pytest.mark.since("2.1.0")
def test_a_photo_that_a_lead_sent_is_kept_and_seen(ft: FluidTalk) -> None:
    url = inbound(ft, JPEG, filename="photo.jpg", content_type="image/jpeg")
    found = httpx.get(url)
    assert (found.content, found.headers["content-type"]) == (JPEG, "image/jpeg")
    assert found.headers["x-content-type-options"] == "nosniff"
    reply = ft.chat(platform="instagram", handle="sam", message="", image_url=url)
    assert reply.vision.seen and reply.vision.kind == "image"


@pytest.mark.since("2.2.0")
def test_a_picture_of_a_post_is_kept_by_its_bytes(ft: FluidTalk) -> None:
    url = ft.comment_media(platform="instagram", post_ref="p1", data=PNG, content_type="image/jpeg").url
    assert httpx.get(url).headers["content-type"] == "image/png"


@pytest.mark.since("2.1.0")
def test_a_video_is_a_video_and_bytes_that_are_no_picture_are_not_seen(ft: FluidTalk) -> None:
    for number, (data, kind, seen) in enumerate([(MP4, "video", True), (b"ab", "image", False)]):
        url = inbound(ft, data, content_type="image/png")
        vision = ft.chat(platform="instagram", handle=f"sam-{number}", message="look", image_url=url).vision
        assert (vision.kind, vision.seen) == (kind, seen)


@pytest.mark.since("2.1.0")
def test_an_empty_file_is_refused(ft: FluidTalk) -> None:
    with pytest.raises(fluidtalk.ApiError) as raised:
        inbound(ft, b"")
    assert (raised.value.status, raised.value.code) == (400, "bad_request")


@pytest.mark.since("2.1.0")
@pytest.mark.parametrize(("size", "status"), [(10 << 20, None), ((10 << 20) + 1, 413), (12 << 20, 413)])
def test_ten_mebibytes_are_taken_and_more_is_a_413_with_memory_flat(
    server: Server, ft: FluidTalk, size: int, status: int | None
) -> None:
    data = JPEG + bytes(size - len(JPEG))
    before = peak(server)
    if status is None:
        url = inbound(ft, data)
        assert peak(server) - before < 4 << 10
        assert httpx.get(url).content == data
        return
    with pytest.raises(fluidtalk.ApiError) as raised:
        inbound(ft, data)
    assert (raised.value.status, raised.value.code) == (status, "payload_too_large")
    assert peak(server) - before < 4 << 10


def peak(server: Server) -> int:
    """The most memory that the server had, in KiB."""
    status = Path(f"/proc/{server.process_id}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])
