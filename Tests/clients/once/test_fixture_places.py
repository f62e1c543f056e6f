"""Entries of a fixture folder that are no regular files: links, pipes, devices."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from helpers import town
from helpers.server import Server, command

FIXTURES = Path(__file__).parents[3] / "fixtures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return town.build(tmp_path / "town")


def check(folder: Path) -> tuple[int, str]:
    done = command("check", str(folder))
    return done.returncode, done.stdout + done.stderr


def mounted(folder: Path) -> None:
    """Lays the files out as Kubernetes does in a volume: in a hidden folder behind a link that is replaced as a whole,
    with a link through it for each name."""
    data = folder / "..2026_11_29"
    names = [path for path in folder.iterdir()]
    data.mkdir()
    for path in names:
        path.rename(data / path.name)
        path.symlink_to(f"..data/{path.name}")
    (folder / "..data").symlink_to(data.name)


def test_links_within_the_folder_are_followed(folder: Path, tmp_path: Path) -> None:
    mounted(folder)
    assert check(folder)[0] == 0
    # The folder itself may be reached by a link.
    (tmp_path / "current").symlink_to(folder)
    assert check(tmp_path / "current")[0] == 0


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    persona = next(folder.glob("personas/*/persona.json"))
    moved = tmp_path / "elsewhere.json"
    persona.rename(moved)
    persona.symlink_to(moved)
    code, told = check(folder)
    assert code == 1
    assert f"{persona} is reached by a link out of the fixture folder, to {moved}: put a copy in its place" in told


def test_a_photo_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    photo = next(folder.glob("personas/*/persona.json")).parent / "media/linked.jpg"
    photo.parent.mkdir(exist_ok=True)
    photo.symlink_to("/dev/null")
    assert check(folder)[0] == 0, "a device is passed over"
    photo.unlink()
    photo.symlink_to("/etc/hostname")
    code, told = check(folder)
    assert code == 1
    assert f"{photo} is reached by a link out of the fixture folder" in told


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_what_is_no_file_is_refused_in_the_place_of_a_fixture(folder: Path, kind: str) -> None:
    accounts = folder / "accounts.json"
    accounts.unlink(missing_ok=True)
    put(kind, accounts)
    put(kind, folder / "notes.txt")
    assert check(folder) == (
        1, f"Error: the fixture folder: {accounts} is not a regular file: put one in its place, or remove it\n"
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_a_photo_that_became_something_else_keeps_nobody_waiting(
    launch: Callable[..., Server], tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "fixtures"
    shutil.copytree(FIXTURES, folder)
    server = launch("photos", "--fixtures", str(folder))
    for message in ("hi", "send me a pic"):
        answer = httpx.post(
            f"{server.url}/api/v1/bot/chat", headers={"X-API-Key": "ft_sk_test_a"},
            data={"target": "@lead", "message": message},
        )  # fmt: skip
    url = next(text for text in json.dumps(answer.json()).split('"') if "/media/" in text)
    path = url[url.index("/api/") :]
    photo = next(folder.glob(f"personas/*/media/{url.rsplit('/', 1)[1]}"))
    assert httpx.get(server.url + path).status_code == 200
    photo.unlink()
    put(kind, photo)
    assert httpx.get(server.url + path, timeout=5).status_code == 404


def put(kind: str, path: Path) -> None:
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
        case _:
            path.symlink_to("/dev/zero")
