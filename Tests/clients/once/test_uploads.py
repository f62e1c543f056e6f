"""Large pictures: the memory that they take, and the folder that they go to."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from helpers.pictures import JPEG
from helpers.server import TIMEOUT, Server, command, environment, program, wait_until_refused

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
    # A draft of a process that has ended.
    with subprocess.Popen(["true"]) as ended:
        half = kept[0].with_name(f"{ended.pid}-1.part")
    half.write_bytes(JPEG)
    server.stop()
    server.start()
    assert list(tmp_path.rglob("*.jpg")) == kept
    assert not half.exists()
    assert httpx.get(f"{server.url}/api/" + url.split("/api/", 1)[1]).status_code == 200


def test_what_others_put_there_stays(launch: Callable[..., Server], tmp_path: Path) -> None:
    """The folder may have existed before the server used it."""
    folder = tmp_path / "kept.db-uploads"
    own = folder / ("0" * 16)
    alive = own / f"{os.getpid()}-1.part"
    files = [folder / "holiday" / "photo.jpg", own / "photo.jpg", own / ("A" * 64 + ".jpg"), alive]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(JPEG)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    files.append(elsewhere / ("0" * 64 + ".jpg"))
    files[-1].write_bytes(JPEG)
    (folder / "linked").symlink_to(elsewhere)
    folder.chmod(0o755)
    server = launch("kept", "--log", "errors")
    url = upload(server, 1000).json()["url"]
    server.stop()
    server.start()
    assert httpx.get(f"{server.url}/api/" + url.split("/api/", 1)[1]).status_code == 200
    assert all(file.exists() for file in files)
    # The folder is closed to other users, with one warning.
    assert folder.stat().st_mode & 0o777 == 0o700
    assert server.errors.read_text().count(f"{folder} was open to other users (mode 755); its mode is now 700") == 1


@pytest.mark.parametrize("level", ["", "0123456789abcdef"], ids=["folder", "sandbox"])
@pytest.mark.parametrize("kind", ["link", "file", "pipe"])
def test_a_folder_of_somebody_else_is_refused_at_the_start(tmp_path: Path, level: str, kind: str) -> None:
    place = tmp_path / "game.db-uploads" / level
    place.parent.mkdir(mode=0o700, exist_ok=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    orphan = elsewhere / ("0" * 64 + ".jpg") if level else elsewhere / ("1" * 16) / ("0" * 64 + ".jpg")
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(JPEG)
    match kind:
        case "link":
            place.symlink_to(elsewhere)
            told = "is a link: put the folder itself in its place"
        case "file":
            place.write_bytes(JPEG)
            told = "is not a folder: move it away"
        case _:
            os.mkfifo(place)
            told = "is not a folder: move it away"
    done = command("serve", "--port", "0", "--db", str(tmp_path / "game.db"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {place} {told}".replace("uploads/ ", "uploads "))
    assert done.stderr.endswith(", or name another database with --db FILE\n")
    assert done.stderr.count("\n") == 1
    assert orphan.exists()


def test_a_server_in_memory_has_a_folder_that_nobody_can_prepare(tmp_path: Path) -> None:
    """Its process id is known before its start: the shell becomes the server."""
    names = [tmp_path / f"foilmock-{kind}-uploads" for kind in ("$$", "replay-$$")]
    orphan = f"{'0' * 16}/{'0' * 64}.jpg"
    prepare = "".join(f'mkdir -p "{name}/{"0" * 16}"; echo >"{name}/{orphan}"; ' for name in names)
    script = f'{prepare} exec "{program()}" exec -- sh -c \'{PUT}\''
    done = subprocess.run(
        ["sh", "-c", script], env=environment() | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True,
        timeout=TIMEOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    url, mode = done.stdout.split()
    assert "/uploads/" in url
    assert mode == "700"
    # The server's folder is gone, and the prepared one is as it was.
    assert len(list(tmp_path.glob(f"*/{orphan}"))) == 2
    assert len(list(tmp_path.iterdir())) == 2


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files of servers that are launched."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_a_start_removes_what_a_killed_server_left(launch: Callable[..., Server], temporary: Path) -> None:
    running = launch("running", "--db", ":memory:")
    killed = launch("killed", "--db", ":memory:")
    for server in (running, killed):
        assert upload(server, 1000).status_code == 200
    killed.kill()
    assert len(list(temporary.iterdir())) == 2
    launch("next", "--db", ":memory:")
    assert len(list(temporary.iterdir())) == 1
    assert running.stop() == 0
    assert list(temporary.iterdir()) == []


def test_a_server_that_ends_at_once_leaves_nothing(launch: Callable[..., Server], temporary: Path) -> None:
    server = launch("hurried", "--db", ":memory:")
    assert upload(server, 1000).status_code == 200
    with socket.create_connection(server.address, TIMEOUT) as halfway:
        halfway.sendall(b"POST /api/v1/bot/upload HTTP/1.1\r\nHost: foilmock\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert halfway.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        server.signal(signal.SIGINT)
        wait_until_refused(server.address)
        server.signal(signal.SIGINT)
        assert server.wait() == 130
    assert list(temporary.iterdir()) == []


# Uploads a picture, and prints the mode of its folder.
PUT = r"""
printf "\377\330\377\340picture" >"$TMPDIR/a.jpg"
curl -sS -H "X-API-Key: ft_sk_test_a" -F "file=@$TMPDIR/a.jpg" "$FOILENGINE_BASE_URL/api/v1/bot/upload" \
    | sed "s/.*\"\(http[^\"]*\)\".*/\1/"
echo
stat -c %a "$TMPDIR"/foilmock-pictures-*
rm "$TMPDIR/a.jpg"
"""
