"""Fixtures that change while they are served: by `--watch`, and by SIGHUP."""

import copy
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import town as fixtures
from helpers.server import TIMEOUT, Server, command
from helpers.wire import Wire, answer, refusal

CLERK, ALICE, BOB = fixtures.CLERK, fixtures.ALICE, fixtures.BOB
RELOADED = "fixtures reloaded: "
REFUSED = "fixtures not reloaded: "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fixtures.build(tmp_path / "fixtures")


@pytest.fixture
def desk(folder: Path) -> Path:
    return folder / "personas" / "clerk" / "machines" / "desk.json"


@pytest.fixture
def watched(launch: Callable[..., Server], folder: Path) -> Server:
    return launch("foilmock", "--fixtures", str(folder), "--watch", "--log", "errors")


@pytest.fixture
def unwatched(launch: Callable[..., Server], folder: Path) -> Server:
    return launch("foilmock", "--fixtures", str(folder), "--log", "text")


def desk_saying(words: str) -> dict:
    """The desk, greeting with these words."""
    machine = copy.deepcopy(fixtures.DESK_MACHINE)
    machine["states"][0]["says"] = [words]
    return machine


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, "it has not come to pass"
        time.sleep(0.01)


def greets(wire: Wire, words: str) -> bool:
    return answer(wire.begin(CLERK))["message"] == words


def lines(server: Server, *beginnings: str) -> list[str]:
    """The server's log lines that begin so, without the time."""
    told = server.errors.read_text().splitlines()
    return [line[line.index(beginning) :] for line in told for beginning in beginnings if beginning in line]


def hang_up(server: Server) -> str:
    """Asks for a reload, and returns the lines that it logs."""

    before = len(lines(server, RELOADED, REFUSED))
    server.signal(signal.SIGHUP)
    wait_until(lambda: len(lines(server, RELOADED, REFUSED)) > before)
    return lines(server, RELOADED, REFUSED)[-1]


# MARK: Words


def test_a_changed_reply_is_spoken(watched: Server, desk: Path, dial: Callable[..., Wire], key: str) -> None:
    wire = dial(watched, key)
    assert greets(wire, "Next, Alex.")
    for number in range(3):
        fixtures.write(desk, desk_saying(f"Number {number}."))
        wait_until(lambda: greets(wire, f"Number {number}."))


def test_it_is_spoken_in_a_session_that_runs(
    watched: Server, desk: Path, dial: Callable[..., Wire], key: str
) -> None:
    wire = dial(watched, key)
    session = answer(wire.begin(CLERK))["session_id"]
    answer(wire.say(CLERK, "form"))
    machine = desk_saying("Served.")
    machine["states"][2]["says"] = ["Stamped."]
    machine["states"].append({"state_key": "new", "says": ["Hm."]})
    fixtures.write(desk, machine)
    wait_until(lambda: greets(dial(watched, "pk_test_other"), "Served."))

    assert answer(wire.get(CLERK, "session"))["session_id"] == session
    assert answer(wire.say(CLERK, "stamp"))["message"] == "Stamped."
    assert answer(wire.get(CLERK, "history"))["messages"][0]["content"] == "Next, Alex."


def test_a_session_whose_state_vanishes_is_no_session(
    unwatched: Server, desk: Path, dial: Callable[..., Wire], key: str
) -> None:
    wire = dial(unwatched, key)
    answer(wire.begin(CLERK))
    answer(wire.say(CLERK, "form"))
    other = copy.deepcopy(fixtures.DESK_MACHINE)
    other["states"] = [state for state in other["states"] if state["state_key"] != "counter"]
    other["transitions"] = []
    fixtures.write(desk, other)
    hang_up(unwatched)
    for response in [wire.get(CLERK, "session"), wire.say(CLERK, "Hello"), wire.get(CLERK, "history")]:
        assert refusal(response, 404) == "No active session found"
    # The session was not changed: it is back with its state.
    fixtures.write(desk, fixtures.DESK_MACHINE)
    hang_up(unwatched)
    assert answer(wire.get(CLERK, "session"))["current_state"] == "counter"


# MARK: Ways to save


def save_in_place(file: Path, text: str) -> None:
    file.write_text(text)


def save_by_rename(file: Path, text: str) -> None:
    other = file.with_suffix(".tmp")
    other.write_text(text)
    os.replace(other, file)


def save_with_backup(file: Path, text: str) -> None:
    """As vim does: the old file becomes a backup, which goes when the new one is written."""
    swap, backup = file.with_name(f".{file.name}.swp"), file.with_name(f"{file.name}~")
    swap.write_text("swap")
    os.rename(file, backup)
    file.write_text(text)
    backup.unlink()
    swap.unlink()


def save_in_pieces(file: Path, text: str) -> None:
    with file.open("w", buffering=1) as target:
        for start in range(0, len(text), 100):
            target.write(text[start : start + 100])
            target.flush()


def save_with_its_folder(file: Path, text: str) -> None:
    """A folder in place of another, as when a whole tree is exchanged."""
    old, new = file.parent.with_name(".old"), file.parent.with_name(".new")
    shutil.copytree(file.parent, new)
    (new / file.name).write_text(text)
    os.rename(file.parent, old)
    os.rename(new, file.parent)
    shutil.rmtree(old)


@pytest.mark.parametrize(
    "save", [save_in_place, save_by_rename, save_with_backup, save_in_pieces, save_with_its_folder]
)
def test_however_an_editor_saves(
    watched: Server, desk: Path, dial: Callable[..., Wire], key: str, save: Callable[[Path, str], None]
) -> None:
    wire = dial(watched, key)
    for words in ["Once.", "Twice."]:
        save(desk, json.dumps(desk_saying(words), indent=2))
        wait_until(lambda: greets(wire, words))


def test_times_that_go_back_are_a_change(watched: Server, desk: Path, dial: Callable[..., Wire], key: str) -> None:
    wire = dial(watched, key)
    fixtures.write(desk, desk_saying("Old."))
    os.utime(desk, (1, 1))
    wait_until(lambda: greets(wire, "Old."))


# MARK: Mistakes


def test_a_mistake_keeps_what_was_there(watched: Server, desk: Path, dial: Callable[..., Wire], key: str) -> None:
    wire = dial(watched, key)
    text = desk.read_text()
    desk.write_text(text.replace('"decision_type": "pass"', '"decision_type": "pas"', 1).replace("Next, {", "Hi, {"))
    line = next(number for number, line in enumerate(desk.read_text().splitlines(), 1) if '"pas"' in line)
    column = desk.read_text().splitlines()[line - 1].index('"pas"') + 1
    place = f"{desk}:{line}:{column}: error: "
    wait_until(lambda: lines(watched, REFUSED))
    assert [told for told in watched.errors.read_text().splitlines() if told.startswith(place)]
    assert lines(watched, REFUSED) == ["fixtures not reloaded: 1 mistake; the ones from before stay"]
    assert greets(wire, "Next, Alex.")

    desk.write_text(text.replace("Next, {", "Hi, {"))
    wait_until(lambda: greets(wire, "Hi, Alex."))
    assert len(lines(watched, REFUSED)) == 1


def test_a_photo_that_was_missing_is_a_change(
    watched: Server, desk: Path, dial: Callable[..., Wire], key: str
) -> None:
    media = desk.parents[1] / "media"
    media.mkdir()
    machine = desk_saying("Look.")
    machine["states"][1]["says"] = [{"bubbles": ["Here."], "photo": "media/hall.jpg"}]
    fixtures.write(desk, machine)
    wait_until(lambda: lines(watched, REFUSED))
    (media / "hall.jpg").touch()
    wait_until(lambda: greets(dial(watched, key), "Look."))


def test_every_mistake_is_told(unwatched: Server, folder: Path, desk: Path) -> None:
    desk.write_text("{")
    (folder / "accounts.json").write_text('{\n "accounts": 1}')
    (folder / "personas" / "stray.json").write_text("{}")
    assert hang_up(unwatched).endswith("fixtures not reloaded: 3 mistakes; the ones from before stay")
    errors = unwatched.errors.read_text()
    for place in [f"{desk}:1:2: ", f"{folder / 'accounts.json'}:2:14: ", f"{folder / 'personas' / 'stray.json'}: "]:
        assert f"\n{place}error: " in f"\n{errors}"


def test_mistakes_are_told_without_a_log_too(launch: Callable[..., Server], folder: Path, desk: Path) -> None:
    server = launch("foilmock", "--fixtures", str(folder), "--watch", "--log", "off")
    desk.write_text("{")
    wait_until(lambda: lines(server, REFUSED))
    assert f"{desk}:1:2: error: " in server.errors.read_text()


def test_a_folder_that_goes_and_comes_back(watched: Server, folder: Path, dial: Callable[..., Wire], key: str) -> None:
    wire = dial(watched, key)
    away = folder.with_name("away")
    os.rename(folder, away)
    wait_until(lambda: lines(watched, REFUSED))
    assert str(folder) in watched.errors.read_text()
    assert greets(wire, "Next, Alex.")
    fixtures.write(away / "personas" / "clerk" / "machines" / "desk.json", desk_saying("Back."))
    os.rename(away, folder)
    wait_until(lambda: greets(wire, "Back."))


# MARK: SIGHUP


def test_hangup_loads_once(unwatched: Server, desk: Path, dial: Callable[..., Wire], key: str) -> None:
    wire = dial(unwatched, key)
    fixtures.write(desk, desk_saying("New."))
    assert greets(wire, "Next, Alex.")
    assert hang_up(unwatched).endswith("fixtures reloaded: 4 personas")
    assert greets(wire, "New.")
    # Also when nothing has changed.
    assert hang_up(unwatched).endswith("fixtures reloaded: 4 personas")


def test_hangup_of_a_watched_folder(
    launch: Callable[..., Server], folder: Path, desk: Path, dial: Callable[..., Wire], key: str
) -> None:
    server = launch("foilmock", "--fixtures", str(folder), "--watch", "--log", "text")
    assert hang_up(server).endswith("fixtures reloaded: 4 personas")
    fixtures.write(desk, desk_saying("New."))
    wait_until(lambda: greets(dial(server, key), "New."))


def test_hangup_with_built_in_fixtures(launch: Callable[..., Server], dial: Callable[..., Wire], key: str) -> None:
    server = launch("foilmock", "--log", "text")
    server.signal(signal.SIGHUP)
    wait_until(lambda: lines(server, "warning: SIGHUP"))
    assert answer(dial(server, key).personas())
    assert server.stop() == 0


def test_built_in_fixtures_cannot_be_watched() -> None:
    done = command("serve", "--port", "0", "--db", ":memory:", "--watch")
    assert (done.returncode, done.stdout) == (64, "")
    error, hint = done.stderr.splitlines()
    assert "--fixtures" in error
    assert hint == "See 'foilmock serve --help'."


# MARK: Personas and accounts


def test_personas_come_and_go(unwatched: Server, folder: Path, dial: Callable[..., Wire], key: str) -> None:
    wire = dial(unwatched, key)
    assert [persona["name"] for persona in answer(wire.personas())] == ["Clerk"]
    machine = {"room": {"states": [{"state_key": "s0", "is_initial_state": True, "says": ["Welcome."]}]}}
    fixtures.add_persona(folder, "nurse", {"name": "Nurse"}, machine)
    hang_up(unwatched)
    nurse = next(persona["id"] for persona in answer(wire.personas()) if persona["name"] == "Nurse")
    assert answer(wire.begin(nurse))["message"] == "Welcome."

    os.rename(folder / "personas" / "nurse", folder / "personas" / ".nurse")
    hang_up(unwatched)
    assert [persona["name"] for persona in answer(wire.personas())] == ["Clerk"]
    assert refusal(wire.say(nurse, "Hello"), 404)


def test_keys_come_and_go(watched: Server, folder: Path, dial: Callable[..., Wire]) -> None:
    answer(dial(watched, BOB).begin(CLERK))
    accounts = copy.deepcopy(fixtures.ACCOUNTS)
    accounts["accounts"][0]["keys"] = ["pk_live_alice_2"]
    accounts["accounts"].append({"name": "carol", "keys": ["pk_live_carol"]})
    assert refusal(dial(watched, "pk_live_carol").personas(), 401)
    fixtures.write(folder / "accounts.json", accounts)
    wait_until(lambda: dial(watched, "pk_live_carol").personas().status_code == 200)
    assert refusal(dial(watched, ALICE).personas(), 401)
    # Alice still owns her persona.
    names = [persona["name"] for persona in answer(dial(watched, "pk_live_alice_2").personas())]
    assert "Alice's Maid" in names
    # Bob's session goes on.
    assert answer(dial(watched, BOB).say(CLERK, "form"))

    accounts["accounts"] = [account for account in accounts["accounts"] if account["name"] != "carol"]
    fixtures.write(folder / "accounts.json", accounts)
    wait_until(lambda: dial(watched, "pk_live_carol").personas().status_code == 401)


def test_sessions_of_an_account_that_comes_back(unwatched: Server, folder: Path, dial: Callable[..., Wire]) -> None:
    session = answer(dial(unwatched, BOB).begin(CLERK))["session_id"]
    accounts = copy.deepcopy(fixtures.ACCOUNTS)
    del accounts["accounts"][1]
    fixtures.write(folder / "accounts.json", accounts)
    hang_up(unwatched)
    assert refusal(dial(unwatched, BOB).get(CLERK, "session"), 401)
    fixtures.write(folder / "accounts.json", fixtures.ACCOUNTS)
    hang_up(unwatched)
    assert answer(dial(unwatched, BOB).get(CLERK, "session"))["session_id"] == session


def test_what_was_counted_stays_counted(launch: Callable[..., Server], folder: Path, dial: Callable[..., Wire]) -> None:
    server = launch("foilmock", "--fixtures", str(folder), "--rate-limits", "2/100", "--log", "text")
    wire = dial(server, BOB)
    answer(wire.begin(CLERK))
    answer(wire.say(CLERK, "Hello"))
    hang_up(server)
    answer(wire.say(CLERK, "Hello"))
    hang_up(server)
    assert wire.say(CLERK, "Hello").status_code == 429
    accounts = copy.deepcopy(fixtures.ACCOUNTS)
    accounts["accounts"][1]["limits"] = None
    fixtures.write(folder / "accounts.json", accounts)
    hang_up(server)
    for _ in range(5):
        answer(wire.say(CLERK, "Hello"))


def test_an_account_that_came_is_there_after_a_restart(
    unwatched: Server, folder: Path, dial: Callable[..., Wire]
) -> None:
    accounts = copy.deepcopy(fixtures.ACCOUNTS)
    accounts["accounts"].append({"name": "carol", "keys": ["pk_live_carol"]})
    fixtures.write(folder / "accounts.json", accounts)
    hang_up(unwatched)
    session = answer(dial(unwatched, "pk_live_carol").begin(CLERK))["session_id"]
    unwatched.kill()
    wire = dial(unwatched.start(), "pk_live_carol")
    assert answer(wire.get(CLERK, "session"))["session_id"] == session


# MARK: Under load


def test_no_request_fails_while_fixtures_change(watched: Server, desk: Path, dial: Callable[..., Wire]) -> None:
    """Of many messages in many sessions, while the fixtures change again and again, and now and then have a mistake."""
    isOver = threading.Event()
    failures: list[str] = []
    counts: list[int] = []

    def talk(number: int) -> None:
        wire = Wire(watched.url, f"pk_test_load_{number}")
        sent = 0
        try:
            while not isOver.is_set() or sent < 20:
                begun = wire.begin(CLERK)
                said = wire.say(CLERK, "form")
                sent += 2
                for response in [begun, said]:
                    if response.status_code != 200:
                        failures.append(response.text)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure
            failures.append(repr(error))
        finally:
            counts.append(sent)
            wire.close()

    talkers = [threading.Thread(target=talk, args=[number], daemon=True) for number in range(4)]
    for talker in talkers:
        talker.start()
    text = desk.read_text()
    for number in range(150):
        desk.write_text("{" if number % 10 == 5 else text.replace("Next, {player_name}.", f"Number {number}."))
        if number % 30 == 29:
            wait_until(lambda: greets(dial(watched, "pk_test_writer"), f"Number {number}."))
    isOver.set()
    for talker in talkers:
        talker.join(TIMEOUT)
    assert failures == []
    assert len(counts) == 4 and min(counts) >= 20
    assert watched.stop() == 0
