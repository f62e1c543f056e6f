-- A database of schema version 11, as 'sqlite3 store.db .dump' told it, with its two numbers. Never to be changed.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE accounts (
    sandbox INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL, settings TEXT NOT NULL DEFAULT '',
    UNIQUE (is_open, name)
) STRICT;
INSERT INTO accounts VALUES(1,'demo',0,9000000000,'{"seed":7}');
INSERT INTO accounts VALUES(3,'pk_test_a',1,9000000000,'');
CREATE TABLE turns (
    id INTEGER PRIMARY KEY,
    previous INTEGER CHECK (previous < id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    line TEXT,
    reply TEXT NOT NULL,
    decision TEXT,
    follow_up INTEGER NOT NULL,
    state_key TEXT NOT NULL,
    score INTEGER NOT NULL
) STRICT;
INSERT INTO turns VALUES(1,NULL,0,100000000001,NULL,'Well met.',NULL,0,'talk',0);
INSERT INTO turns VALUES(2,1,1,100000000002,'Hello?','Well met.','pass',1,'talk',5);
INSERT INTO turns VALUES(3,NULL,0,100000000001,NULL,'Well met.',NULL,0,'talk',0);
INSERT INTO turns VALUES(4,2,2,100000000003,'Hello?','Well met.','pass',0,'talk',10);
CREATE TABLE progress (
    sandbox INTEGER NOT NULL,
    channel TEXT NOT NULL,
    persona BLOB NOT NULL,
    player TEXT NOT NULL,
    inits INTEGER NOT NULL,
    unlocked BLOB NOT NULL, variables BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (sandbox, channel, persona, player)
) STRICT, WITHOUT ROWID;
INSERT INTO progress VALUES(1,'sdk',X'0000000000000001fffffffffffffffe','player-1',2,X'000000000000000bfffffffffffffff4000000000000000afffffffffffffff5',X'616c696173004b65737472656c0073636f72652e67617465003700');
CREATE TABLE api_keys (
    id BLOB NOT NULL UNIQUE,
    sandbox INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    is_revoked INTEGER NOT NULL
) STRICT;
INSERT INTO api_keys VALUES(X'0000000000000001fffffffffffffffe',1,'key 1',X'0107070707070707070707070707070707070707070707070707070707070707',1000000000,0);
CREATE TABLE counters (
    sandbox INTEGER NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (sandbox, name)
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES(1,'spent',7);
CREATE TABLE uploads (
    sandbox INTEGER NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (sandbox, path)
) STRICT, WITHOUT ROWID;
INSERT INTO uploads VALUES(1,'a/b.png');
CREATE TABLE personas (
    sandbox INTEGER NOT NULL,
    persona BLOB NOT NULL,
    number INTEGER,
    document TEXT,
    PRIMARY KEY (sandbox, persona)
) STRICT;
INSERT INTO personas VALUES(1,X'0000000000000001fffffffffffffffe',1,'{}');
INSERT INTO personas VALUES(3,X'0000000000000002fffffffffffffffd',NULL,NULL);
CREATE TABLE leftovers (last_turn INTEGER PRIMARY KEY) STRICT;
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    sandbox INTEGER NOT NULL,
    channel TEXT NOT NULL,
    persona BLOB NOT NULL,
    player TEXT NOT NULL,
    machine BLOB NOT NULL,
    session BLOB NOT NULL,
    player_name TEXT NOT NULL,
    player_gender TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    last_message_at INTEGER NOT NULL,
    state_key TEXT NOT NULL,
    score INTEGER NOT NULL,
    outcome TEXT,
    redirect_count INTEGER NOT NULL,
    turn_count INTEGER NOT NULL,
    memory BLOB NOT NULL,
    last_turn INTEGER NOT NULL,
    turn_rows INTEGER NOT NULL, due_at INTEGER,
    UNIQUE (sandbox, channel, persona, player, machine)
) STRICT;
INSERT INTO sessions VALUES(1,1,'sdk',X'0000000000000001fffffffffffffffe','player-1',X'000000000000000afffffffffffffff5',X'0000000000000001fffffffffffffffe','Ada','non-binary',100000000000,100000000001,'greeting',10,NULL,0,2,X'',4,3,NULL);
INSERT INTO sessions VALUES(2,1,'sdk',X'0000000000000001fffffffffffffffe','player-1',X'000000000000000bfffffffffffffff4',X'0000000000000002fffffffffffffffd','Ada','non-binary',100000000000,100000000001,'greeting',0,NULL,0,0,X'',3,1,NULL);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('accounts',3);
CREATE INDEX api_keys_of_sandbox ON api_keys (sandbox);
CREATE INDEX sessions_by_id ON sessions (session);
CREATE INDEX sessions_due ON sessions (sandbox, due_at) WHERE due_at IS NOT NULL;
COMMIT;
PRAGMA application_id = 1718577516;
PRAGMA user_version = 11;
