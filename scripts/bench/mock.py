"""The mock that foilmock is compared with: some ten lines a route, FastAPI and SQLite. It keeps sessions and turns as
foilmock does, and knows one persona, one state and a few replies; keys, faults, rules and a journal it does not have."""

import os
import random
import sqlite3
import time
import uuid

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

PERSONA = "c4e5a41a-5edd-5d9a-be68-ede199b8f7c4"
REPLIES = ["Order something or move along.", "Is that an order?", "There is a line behind you, {name}."]
GREETING = "Well, well... another traveler. What brings you here, {name}?"

app = FastAPI()
database = sqlite3.connect(os.environ["MOCK_DATABASE"])
database.executescript("""
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY, key TEXT, persona TEXT, player TEXT, session TEXT, name TEXT, redirects INTEGER, turns INTEGER,
        last_message_at REAL, UNIQUE (key, persona, player));
    CREATE TABLE turns (id INTEGER PRIMARY KEY, session INTEGER, number INTEGER, at REAL, line TEXT, reply TEXT);
""")


class Player(BaseModel):
    user_session_id: str
    player_name: str
    player_gender: str


class Line(BaseModel):
    user_session_id: str
    message: str


@app.get("/api/v1/sdk/personas")
async def personas():
    return [{"id": PERSONA, "name": "Grumpy Barista", "description": "A coffee shop NPC with a bad attitude"}]


@app.post("/api/v1/sdk/chat/{persona}/init-session")
async def begin(persona: str, player: Player, x_api_key: str = Header()):
    session, greeting, now = str(uuid.uuid4()), GREETING.format(name=player.player_name), time.time()
    with database:
        row = database.execute(
            "INSERT OR REPLACE INTO sessions VALUES (NULL, ?, ?, ?, ?, ?, 0, 0, ?)",
            (x_api_key, persona, player.user_session_id, session, player.player_name, now)).lastrowid
        database.execute("INSERT INTO turns VALUES (NULL, ?, 0, ?, NULL, ?)", (row, now, greeting))
    return {"session_id": session, "message": greeting, "current_state": "greeting", "score": 0}


@app.post("/api/v1/sdk/chat/{persona}/message")
async def say(persona: str, line: Line, x_api_key: str = Header()):
    found = database.execute(
        "SELECT id, session, name, redirects, turns FROM sessions WHERE key = ? AND persona = ? AND player = ?",
        (x_api_key, persona, line.user_session_id)).fetchone()
    if found is None:
        raise HTTPException(404, "no session")
    row, session, name, redirects, turns = found
    reply, now = random.choice(REPLIES).format(name=name), time.time()
    with database:
        database.execute("INSERT INTO turns VALUES (NULL, ?, ?, ?, ?, ?)", (row, turns + 1, now, line.message, reply))
        database.execute(
            "UPDATE sessions SET redirects = ?, turns = ?, last_message_at = ? WHERE id = ?", (redirects + 1, turns + 1, now, row))
    return {
        "message": reply, "current_state": "greeting", "score": 0, "outcome": None, "decision": "redirect", "follow_up": False,
        "redirect_count": redirects + 1, "session_id": session, "scoring_mode": "scoring", "machine_completed": False,
        "unlocked_machines": []}
