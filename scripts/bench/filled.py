"""Databases with any number of sessions, and with many accounts that were not used for long."""

import contextlib
import os
import sqlite3
import subprocess

from conversation import Conversation, named
from servers import Foilmock, Unmeasurable

# Messages of each session, but for the first player's, who says more.
TURNS = 2
# Old accounts, and the sessions of each; those of them that are large, and the sessions of each of these.
OLD, FEW = 5_000, 2
LARGE, MANY = 20, 5_000


def fill(binary, file, sessions, sandbox="sandbox", more=lambda database: None):
    """Makes a database in which the players 1 … `sessions` have said something. The server makes it with one player; the
    others' rows are copies of that one's, and the turns of all are mixed, as if all had talked at the same time.
    `sandbox` is an SQL expression of the sandbox of the player `number.i`; `more` adds other rows."""
    talk(binary, file)
    place = f"({{}} - 1) * {sessions} + number.i"
    player = f"'{named('')}' || number.i"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
        # A crash meanwhile may cost the file.
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
            database.execute(f"PRAGMA {setting}").fetchall()
        database.execute("BEGIN")
        database.execute("CREATE TEMP TABLE number (i INTEGER PRIMARY KEY)")
        database.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO number SELECT i FROM n",
            (sessions,))
        repeat(database, "turns", {"id": place.format("id"), "previous": place.format("previous")})
        repeat(database, "sessions", {
            "id": "number.i", "player": player, "sandbox": sandbox, "session": "randomblob(16)", "last_turn": place.format("last_turn")})
        repeat(database, "progress", {"player": player, "sandbox": sandbox})
        more(database)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode = WAL").fetchall()
    found = subprocess.run([binary, "check", "--db", file], capture_output=True, text=True, check=False)
    if found.returncode:
        raise Unmeasurable(f"the database with {sessions} sessions is damaged: {found.stdout}{found.stderr}")


def fill_accounts(binary, file):
    """Makes a database of old accounts. Every fiftieth is large, until there are enough of these."""
    first = 1_000
    large = f"{first} + 25 + 50 * (number.i % {LARGE})"
    sandbox = (f"CASE WHEN number.i = 1 THEN sandbox WHEN number.i <= {LARGE * MANY} THEN {large} "
               f"ELSE {first} + number.i % {OLD} END")

    def add(database):
        database.execute(
            "INSERT INTO accounts (sandbox, name, is_open, last_used_at) "
            f"SELECT {first} + i - 1, 'pk_test_old-' || i, 1, i FROM number WHERE i <= {OLD}")

    fill(binary, file, LARGE * MANY + OLD * FEW, sandbox, add)


def talk(binary, file):
    """A server that has the database while the first player talks."""
    server = Foilmock(binary, os.path.dirname(file), database=file)
    try:
        server.wait_until_ready()
        conversation = Conversation(server, players=range(1, 2))
        for _ in range(TURNS):
            conversation.say(1)
    finally:
        server.stop()


def repeat(database, table, changed):
    """Has each row of the table as often as there are numbers, with the columns that are changed."""
    columns = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
    database.execute(f"CREATE TEMP TABLE first AS SELECT * FROM main.{table}")
    database.execute(f"DELETE FROM main.{table}")
    database.execute(
        f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {', '.join(changed.get(name, name) for name in columns)} "
        f"FROM first CROSS JOIN number ORDER BY first.rowid, number.i")
    database.execute("DROP TABLE first")
