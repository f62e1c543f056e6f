"""`foilmock explore`: its exit codes, the stories that it writes, and a large machine."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from helpers.server import command, environment, program

ROOT = Path(__file__).parents[3]


def machine(states: list[dict], transitions: list[dict], **more: object) -> str:
    return json.dumps({"states": states, "transitions": transitions, **more})


def persona(folder: Path, name: str, text: str) -> Path:
    machines = folder / "personas" / name / "machines"
    machines.mkdir(parents=True)
    (machines / "m.json").write_text(text)
    (machines.parent / "persona.json").write_text(json.dumps({"name": name}))
    return folder


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A persona with a state that nothing leads out of."""
    states = [
        {"state_key": "a", "is_initial_state": True}, {"state_key": "pit"},
        {"state_key": "z", "is_terminal_state": True},
    ]
    moves = [("z", "leave"), ("pit", "jump")]
    transitions = [
        {"from_state_key": "a", "to_state_key": to, "decision_type": "pass", "when": {"any": [word]}} for to, word in moves
    ]
    return persona(tmp_path / "f", "pit", machine(states, transitions, pass_threshold=0))


def test_exit_codes(locked: Path) -> None:
    codes = {
        "nothing found": ["explore"],
        "findings": ["explore", "--fixtures", str(locked)],
        "a machine": ["explore", "warden", "--machine", "gate"],
        "no such persona": ["explore", "wardn"],
        "no such machine": ["explore", "--machine", "gat"],
        "no such folder": ["explore", "--fixtures", str(locked / "none")],
        "wrong arguments": ["explore", "--depth", "many"],
    }
    found = {title: command(*words).returncode for title, words in codes.items()}
    assert found == {
        "nothing found": 0, "findings": 1, "a machine": 0, "no such persona": 2, "no such machine": 2,
        "no such folder": 2, "wrong arguments": 64,
    }
    assert command("explore", "wardn").stderr == 'Error: there is no persona "wardn"; did you mean "warden"?\n'


def test_the_stories_pass_and_the_output_is_the_same_each_time(locked: Path) -> None:
    stories = locked / "stories" / "explored"
    words = ["explore", "--fixtures", str(locked), "--write", str(stories), "--format", "json"]
    first, second = command(*words), command(*words)
    assert first.stdout == second.stdout
    report = json.loads(first.stdout)
    assert [finding["kind"] for finding in report["findings"]] == ["dead_end"]
    assert report["internal_errors"] == []
    names = {file.name for file in stories.iterdir()}
    assert names == {"pit-m-dead_end-pit.story.json", "pit-m-ending-z-accept-by-score.story.json"}
    assert command("check", str(locked)).stdout.startswith(f"{locked}/personas/pit/machines/m.json:1:")
    assert command("test", str(locked)).returncode == 0


def test_written_stories_replace_those_of_the_last_report_and_nothing_else(locked: Path) -> None:
    stories = locked / "stories"
    words = ["explore", "--fixtures", str(locked), "--write", str(stories)]
    assert command(*words).returncode == 1
    found = stories / "pit-m-dead_end-pit.story.json"
    own = stories / "own.story.json"
    own.write_text(found.read_text().replace("$comment", "$note"))
    mended = locked / "personas" / "pit" / "machines" / "m.json"
    mended.write_text(mended.read_text().replace('"to_state_key": "pit"', '"to_state_key": "z"'))
    command(*words)
    assert not found.exists() and own.exists()

    ending = stories / "pit-m-ending-z-accept-by-score.story.json"
    text = ending.read_text().replace("$comment", "$note")
    ending.write_text(text)
    refused = command(*words)
    assert refused.returncode == 2 and f"{ending} was not written by explore" in refused.stderr
    assert ending.read_text() == text
    ending.unlink()
    target = locked / "elsewhere"
    target.write_text("kept")
    ending.symlink_to(target)
    assert command(*words).returncode == 2 and target.read_text() == "kept"


def test_a_persona_can_be_named_as_in_chat(locked: Path) -> None:
    (locked / "personas" / "pit" / "persona.json").write_text(json.dumps({"name": "The Pit"}))
    assert command("explore", "--fixtures", str(locked), "the pit").stdout.startswith("pit m: ")


def test_what_passing_stories_reach_is_no_finding(locked: Path) -> None:
    """A directive leads where no message leads."""
    machines = locked / "personas" / "pit" / "machines" / "m.json"
    text = machines.read_text().replace('{"any": ["jump"]}', '{"any": ["jump"], "none": ["jump"]}')
    machines.write_text(text.replace('{"any": ["leave"]}', '{"any": ["leave"], "none": ["x"]}').replace(
        '"to_state_key": "pit", "decision_type": "pass"', '"to_state_key": "pit", "decision_type": "reject"'))
    assert "the transition a → pit reject never fires" in command("explore", "--fixtures", str(locked)).stdout
    (locked / "stories").mkdir()
    story = {"persona": "pit", "turns": [{"say": "[[reject]]", "expect": {"decision": "reject"}}]}
    (locked / "stories" / "s.story.json").write_text(json.dumps(story))
    assert "a → pit reject never fires" not in command("explore", "--fixtures", str(locked)).stdout


def test_broken_fixtures_are_named(locked: Path) -> None:
    (locked / "personas" / "pit" / "machines" / "m.json").write_text("{}")
    done = command("explore", "--fixtures", str(locked))
    assert done.returncode == 2 and "nothing is explored" in done.stderr and "served" not in done.stderr


def test_the_time_is_kept_in_a_state_with_many_transitions(tmp_path: Path) -> None:
    states = [{"state_key": "a", "is_initial_state": True}, {"state_key": "z", "is_terminal_state": True}]
    transitions = [
        {"from_state_key": "a", "to_state_key": "z", "decision_type": "pass", "when": {"all": [f"v{place}", f"w{place}"]}}
        for place in range(10_000)
    ]
    folder = persona(tmp_path, "wide", machine(states, transitions))
    began = time.monotonic()
    done = command("explore", "--fixtures", str(folder), "--time", "2")
    assert done.returncode == 0 and "0 findings" in done.stdout
    assert time.monotonic() - began < 20


def test_stories_are_samples_for_patterns(tmp_path: Path) -> None:
    states = [{"state_key": "a", "is_initial_state": True}, {"state_key": "z", "is_terminal_state": True}]
    when = {"pattern": "^(?=.*fox)(?=.*hen)"}
    transitions = [{"from_state_key": "a", "to_state_key": "z", "decision_type": "pass", "when": when}]
    folder = persona(tmp_path, "farm", machine(states, transitions, pass_threshold=0))
    before = command("explore", "--fixtures", str(folder))
    assert before.returncode == 0
    assert "note: could not make a message for the transition a → z pass" in before.stdout
    (folder / "stories").mkdir()
    story = {"persona": "farm", "turns": [{"say": "a hen, a fox", "expect": {"state": "z"}}]}
    (folder / "stories" / "farm.story.json").write_text(json.dumps(story))
    assert "0 findings, 0 notes" in command("explore", "--fixtures", str(folder)).stdout


def test_a_large_machine_with_circles_stays_within_bounds(tmp_path: Path) -> None:
    """With at most 600 MB of address space."""
    count = 1_000
    states = [{"state_key": f"s{place}"} for place in range(count)]
    states[0]["is_initial_state"] = states[-1]["is_terminal_state"] = True
    transitions = [
        {
            "from_state_key": f"s{place}", "to_state_key": f"s{target % count}", "decision_type": "pass",
            "score_delta": delta, "when": {"any": [f"word{delta}"]},
        }
        for place in range(count - 1)
        for target, delta in ((place + 1, 1), (place * 7 + 3, -1), (place * 13 + 5, 0))
    ]
    folder = persona(tmp_path, "ring", machine(states, transitions))
    limited = ["sh", "-c", 'ulimit -v 600000 && exec "$0" "$@"', program()]
    words = ["explore", "--fixtures", str(folder), "--format", "json"]
    done = subprocess.run([*limited, *words], env=environment(), capture_output=True, text=True, timeout=60)
    explored = json.loads(done.stdout)["machines"][0]
    assert (done.returncode, explored["stopped_by"]) == (0, "turns")
    assert explored["configurations"] < 250_000
    assert explored["turns"] <= 500_000


def test_a_copy_of_the_shipped_personas_has_no_findings(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures", tmp_path / "f")
    assert command("explore", "--fixtures", str(tmp_path / "f")).stdout.endswith(
        "0 findings, 0 notes on 10 machines\n")
