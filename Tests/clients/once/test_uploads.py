"""Large pictures: what they cost, and where they end."""

from collections.abc import Callable
from pathlib import Path

import httpx

from helpers.pictures import JPEG
from helpers.server import Server

MEBIBYTE = 1 << 20


def peak(server: Server) -> int:
    """The most memory that the server has had, in bytes."""
    status = Path(f"/proc/{server.process_id}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def upload(server: Server, size: int, key: str = "ft_sk_test_uploads") -> httpx.Response:
    data = JPEG + bytes(size - len(JPEG))
    return httpx.post(f"{server.url}/api/v1/bot/upload", headers={"X-API-Key": key}, files={"file": ("a.jpg", data)})


def test_ten_mebibytes_leave_the_memory_flat(launch: Callable[..., Server]) -> None:
    server = launch("flat")
    assert upload(server, 1000).status_code == 200
    before = peak(server)
    for _ in range(3):
        assert upload(server, 10 * MEBIBYTE).status_code == 200
    assert peak(server) - before < MEBIBYTE


def test_one_byte_more_is_too_large(launch: Callable[..., Server], tmp_path: Path) -> None:
    server = launch("large")
    answer = upload(server, 10 * MEBIBYTE + 1)
    assert (answer.status_code, list(answer.json())) == (413, ["detail"])
    assert upload(server, 20 * MEBIBYTE).status_code == 413
    assert not list(tmp_path.rglob("*.jpg"))


def test_files_that_nobody_knows_are_swept_at_the_start(launch: Callable[..., Server], tmp_path: Path) -> None:
    server = launch("swept")
    url = upload(server, 1000).json()["url"]
    kept = list(tmp_path.rglob("*.jpg"))
    orphan = kept[0].with_name("0" * 64 + ".jpg")
    orphan.write_bytes(JPEG)
    half = kept[0].with_name("1-1.part")
    half.write_bytes(JPEG)
    server.stop()
    server.start()
    assert list(tmp_path.rglob("*.jpg")) == kept
    assert not half.exists()
    assert httpx.get(f"{server.url}/api/" + url.split("/api/", 1)[1]).status_code == 200
