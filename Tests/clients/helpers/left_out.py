"""The tests that do not hold where three servers behind nginx are the server (replicas.py), each with the reason."""

from __future__ import annotations

import os

import pytest

COMMANDS = "starts no server, or one by another command than serve"
PROCESS = "is about one process: its memory, descriptors, signals, start, output or end"
FILES = "is about the files of SQLite"
RECORD = "is about the journal file or the log of one server"
NGINX = "is about bytes, fields or connections that nginx changes"
RELOAD = "loads fixtures again, which only a server that is alone does"
OTHERWISE = "is about what is otherwise with PostgreSQL (docs/scaling.md)"

# Beginnings of the ids of tests. These cannot hold.
ONE_PROCESS = {
    **dict.fromkeys(
        [
            f"once/test_{name}.py"
            for name in (
                *("bench", "chat", "check", "completion", "exec", "explore", "fixture_mistakes", "graph"),
                *("import", "install_packages", "languages", "manual", "new", "open", "postgres", "process_one", "replicas", "schema", "wheel"),
            )
        ],
        COMMANDS,
    ),
    **dict.fromkeys(
        [
            f"once/test_{name}.py"
            for name in (
                *("colour", "control_token", "descriptors", "empty_root", "environment", "metrics", "ready_file"),
                *("refusing_to_start", "slow_output", "stopping", "terminal"),
            )
        ],
        PROCESS,
    ),
    **dict.fromkeys([f"once/test_{name}.py" for name in ("checkpoints", "damaged", "lost_files")], FILES),
    "once/test_openapi.py::test_every_operation_answers_as_the_document_says": FILES,
    "once/test_reload.py": RELOAD,
    "once/test_page_following.py::test_a_session_follows_a_load_of_the_fixtures": RELOAD,
    "once/test_page_following.py::test_a_server_that_stops_answering_is_noticed": PROCESS,
    "once/test_control_gate.py::test_the_host_is_one_that_is_known[-403]": NGINX,
    "once/test_control_gate.py::test_a_request_names_one_host_and_in_its_line_too": NGINX,
    "once/test_control_gate.py::test_the_host_of_a_url_in_the_request_line_counts": NGINX,
    "once/test_control_gate.py::test_every_origin_and_every_token_counts": NGINX,
    "once/test_faults_wire.py": NGINX,
    "once/test_openapi.py::test_whole_conversations_are_as_the_document_says": NGINX,
    'each/test_faults.py::test_a_stream[{"kind": "reset"': NGINX,
    'each/test_faults.py::test_a_stream[{"kind": "stall", "after_events": 2, "seconds": 0.2, "then": "reset"}]': NGINX,
    'handshake/test_faults.py::test_a_chat[{"kind": "reset"}]': NGINX,
    'handshake/test_faults.py::test_a_chat[{"kind": "close"}]': NGINX,
    'characters/test_faults.py::test_a_chat[{"kind": "reset"': NGINX,
    'characters/test_faults.py::test_a_chat[{"kind": "close"}]': NGINX,
}

JOURNAL = "each server has a journal of its own"
EVICTION = "each server has its own opinion on which accounts hold something"
PAGE_KEYS = "a key that the page made is known to the server that made it"

# These do not hold yet. This table is to become empty.
EACH_ITS_OWN = {
    "once/test_live_journal.py": JOURNAL,
    "once/test_page_journal.py": JOURNAL,
    "once/test_page_following.py::test_a_hidden_tab_has_no_feed_and_goes_on_where_it_was": JOURNAL,
    "once/test_page_following.py::test_an_open_entry_that_is_gone_leaves_and_the_one_of_its_number_comes": JOURNAL,
    "once/test_page_following.py::test_what_is_typed_outlasts_a_change_of_the_token": PAGE_KEYS,
    "once/test_page.py::test_each_view_is_readable": PAGE_KEYS,
    "once/test_page_sessions.py::test_the_chat_box": PAGE_KEYS,
    "once/test_page_sessions.py::test_what_is_typed_while_an_answer_is_under_way_stays": PAGE_KEYS,
    "once/test_accounts.py::test_what_is_done_with_makes_room": EVICTION,
}


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "REPLICAS_SERVE" not in os.environ:
        return
    names = [*ONE_PROCESS, *EACH_ITS_OWN]
    files = {item.nodeid.split("::")[0] for item in items}
    out = [item for item in items if item.nodeid.startswith(tuple(names))]
    for name in names:
        if name.split("::")[0] in files and not any(item.nodeid.startswith(name) for item in out):
            raise pytest.UsageError(f"helpers/left_out.py names a test that is not there: {name}")
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]
