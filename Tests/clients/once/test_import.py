"""`foilmock import` and `foilmock export`, with what a server's `/full` and `/history` return."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from helpers.server import Server, command

ROOT = Path(__file__).parents[3]


def test_full_of_a_server_is_what_export_writes_and_imports_again(launch: Callable[..., Server], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures", tmp_path / "before")
    user = {"id": "6f1c0c8a-4a0e-4b53-9d5c-2f7f4c9d1e10", "token": "dev-token"}
    account = {"name": "dev", "keys": ["pk_test_dev"], "users": [user]}
    (tmp_path / "before" / "accounts.json").write_text(json.dumps({"accounts": [account]}))
    server = launch("import", "--fixtures", str(tmp_path / "before"), "--rate-limits", "off")
    ids = {entry["name"]: entry["id"] for entry in httpx.get(server.url + "/api/v1/personas").json()}
    for slug, name in {"bakery": "Master Baker", "warden": "Warden"}.items():
        full = httpx.get(f"{server.url}/api/v1/personas/{ids[name]}/full", headers={"Authorization": "Bearer dev-token"})
        done = command("export", slug, "--fixtures", str(tmp_path / "before"))
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == full.json()
        file = tmp_path / f"{slug}.json"
        file.write_bytes(full.content)
        assert command("import", str(file), str(tmp_path / "f"), "--slug", slug).returncode == 0
    shutil.copytree(ROOT / "fixtures" / "stories", tmp_path / "f" / "stories")
    stories = command("test", *(str(tmp_path / "f" / "stories" / f"{slug}.story.json") for slug in ("bakery", "warden")))
    assert stories.returncode == 0, stories.stdout
    assert command("check", str(tmp_path / "f")).stdout.splitlines()[-1].endswith("2 personas, 4 machines, 31 stories")


def test_exit_codes(tmp_path: Path) -> None:
    full, broken = tmp_path / "full.json", tmp_path / "broken.json"
    command("export", "maya", "--fixtures", str(ROOT / "fixtures"), "--output", str(full))
    broken.write_text('{"persona": ')
    folder = str(tmp_path / "f")
    codes = {
        "broken": ["import", str(broken), folder], "missing": ["import", str(tmp_path / "no.json"), folder],
        "written": ["import", str(full), folder], "again": ["import", str(full), folder],
        "by force": ["import", str(full), folder, "--force"], "no file": ["import"], "unknown": ["export", "nobody"],
        "unwritable": ["export", "maya", "--output", str(tmp_path / "no" / "file")],
    }
    found = {title: command(*words).returncode for title, words in codes.items()}
    assert found == {
        "broken": 1, "missing": 1, "written": 0, "again": 1, "by force": 0, "no file": 64, "unknown": 1, "unwritable": 1,
    }


def test_what_the_document_has_no_place_for_is_said(tmp_path: Path) -> None:
    full = tmp_path / "full.json"
    done = command("export", "maya", "--output", str(full))
    assert done.stderr == "warning: not in it: personas/maya/media/beach.jpg\n"
    said = command("import", str(full), str(tmp_path / "f")).stdout
    assert f"Copy these photos, which are no part of FILE:\n  {tmp_path}/f/personas/maya/media/beach.jpg" in said
    check = command("check", str(tmp_path / "f"))
    assert check.returncode == 1 and "media/beach.jpg" in check.stdout
