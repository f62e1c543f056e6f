"""`foilmock test`: its exit codes, its files, and what a failing story prints."""

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from helpers.server import command

ROOT = Path(__file__).parents[3]
GATE = {"persona": "warden", "turns": [{"say": "I am Zoe", "expect": {"state": "s1"}}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped fixtures with two stories, of which the second fails."""
    shutil.copytree(ROOT / "fixtures", tmp_path / "f")
    shutil.rmtree(tmp_path / "f" / "stories")
    write(tmp_path / "f", "good", GATE)
    write(tmp_path / "f", "wrong", {"persona": "warden", "turns": [{"say": "I am Zoe", "expect": {"state": "open"}}]})
    return tmp_path / "f"


def write(folder: Path, name: str, story: dict) -> Path:
    file = folder / "stories" / f"{name}.story.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(story))
    return file


def test_exit_codes(folder: Path) -> None:
    codes = {
        "all passed": ["test", str(folder), "-k", "good"],
        "one failed": ["test", str(folder)],
        "too little reached": ["test", str(folder), "-k", "good", "--fail-under", "99"],
        "enough reached": ["test", str(folder), "-k", "good", "--fail-under", "1"],
        "none of these words": ["test", str(folder), "-k", "nothing"],
        "no such path": ["test", str(folder / "no.story.json")],
        "wrong arguments": ["test", str(folder), "--fail-under", "many"],
    }
    found = {title: command(*words).returncode for title, words in codes.items()}
    assert found == {
        "all passed": 0, "one failed": 1, "too little reached": 1, "enough reached": 0, "none of these words": 2,
        "no such path": 2, "wrong arguments": 64,
    }


def test_the_built_in_stories_pass(tmp_path: Path) -> None:
    done = command("test", "--coverage")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith(": all passed")


def test_a_failing_story_says_where_and_why(folder: Path) -> None:
    lines = command("test", str(folder)).stdout.splitlines()
    assert lines[0] == f"ok    {folder}/stories/good.story.json: 1 story"
    assert lines[1] == f"FAIL  {folder}/stories/wrong.story.json: 1 of 1 story"
    assert any(line.split() == ["state", "open", "s1", f"{folder}/stories/wrong.story.json:1"] for line in lines)
    assert any("personas/warden/machines/gate.json:20: s0 → s1 pass +3, priority 1: fires" in line for line in lines)
    assert lines[-1].startswith("2 stories, 2 turns in ") and lines[-1].endswith(": 1 failed")


def test_fail_fast(folder: Path) -> None:
    write(folder, "zebra", GATE)
    lines = command("test", str(folder), "--fail-fast").stdout.splitlines()
    assert lines[-1].startswith("2 stories, ")


def test_files_for_programs(folder: Path, tmp_path: Path) -> None:
    xml, lcov = tmp_path / "s.xml", tmp_path / "s.info"
    done = command("test", str(folder), "--format", "json", "--junit", str(xml), "--lcov", str(lcov))
    report = json.loads(done.stdout)
    assert (report["passed"], report["failed"], report["turns"]) == (1, 1, 2)
    suites = ET.parse(xml).getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    assert [suite.get("name") for suite in suites] == [story["file"] for story in report["stories"]]
    assert [case.find("failure") is None for case in suites.iter("testcase")] == [True, False]
    sources = [line[3:] for line in lcov.read_text().splitlines() if line.startswith("SF:")]
    assert sources == [file["file"] for file in report["coverage"]["files"]]
    assert all(Path(source).is_file() for source in sources)


def test_a_broken_story_is_named_and_nothing_is_played(folder: Path) -> None:
    file = write(folder, "broken", {"persona": "wardn", "turns": [{"say": "x"}]})
    done = command("test", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f'{file}:1:13: error: "persona" names no persona: "wardn"; did you mean "warden"?')
    assert command("check", str(folder)).returncode == 1
