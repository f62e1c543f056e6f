"""The tests that do not hold where three servers behind nginx are the server (replicas.py), each with the reason."""

from __future__ import annotations

import os

import pytest

COMMANDS = "starts no server, or others than these"
PROCESS = "is about one process: its memory, descriptors, signals, start, output or end"
FILES = "is about the files of SQLite"
RECORD = "is about the journal file or the log of one server"
NGINX = "is about bytes, fields or connections that nginx changes"
RELOAD = "loads fixtures again, which only a server that is alone does"

# Beginnings of the ids of tests. These cannot hold.
ONE_PROCESS = {
    **dict.fromkeys(
        [
            f"once/test_{name}.py"
            for name in (
                *("balancers", "bench", "chat", "check", "completion", "exec", "explore", "fixture_mistakes"),
                *("graph", "import", "install_packages", "languages", "manual", "new", "open", "postgres", "process_one", "replicas", "schema", "wheel"),
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
    "once/test_secrets.py::test_keys_for_language_models_are_not_kept": FILES,
    "once/test_stories.py::test_a_session_is_the_same_story_from_a_server_a_database_and_a_journal": FILES,
    "once/test_uploads.py::test_files_that_nobody_knows_are_swept_at_the_start": FILES,
    "once/test_uploads.py::test_what_others_put_there_stays": FILES,
    "once/test_uploads.py::test_a_start_removes_what_a_killed_server_left": FILES,
    "once/test_uploads.py::test_a_server_that_ends_at_once_leaves_nothing": FILES,
    "once/test_uploads.py::test_a_folder_of_somebody_else_is_refused_at_the_start": FILES,
    "once/test_openapi.py::test_every_operation_answers_as_the_document_says": FILES,
    "once/test_reload.py": RELOAD,
    "once/test_page_following.py::test_a_session_follows_a_load_of_the_fixtures": RELOAD,
    "once/test_page_following.py::test_a_server_that_stops_answering_is_noticed": PROCESS,
    "once/test_replay.py::test_every_api_answers_the_same_again_in_two_fresh_processes": RECORD,
    "once/test_replay.py::test_what_was_changed_afterwards_is_told": RECORD,
    "once/test_replay.py::test_a_torn_last_line_is_left_out_and_told": RECORD,
    "once/test_replay.py::test_a_client_that_leaves_has_not_been_answered": RECORD,
    "once/test_queries.py::test_a_persona_id_that_is_wrongly_encoded": NGINX,
    "once/test_control_gate.py::test_the_host_is_one_that_is_known[-403]": NGINX,
    "once/test_control_gate.py::test_a_request_names_one_host_and_in_its_line_too": NGINX,
    "once/test_control_gate.py::test_the_host_of_a_url_in_the_request_line_counts": NGINX,
    "once/test_control_gate.py::test_every_origin_and_every_token_counts": NGINX,
    # nginx answers 502 in place of servers that were killed together.
    "once/test_kill.py::test_every_acknowledged_message_is_kept_once": NGINX,
    "once/test_faults_wire.py": NGINX,
    "once/test_stream_bytes.py::test_a_stream_to_the_byte": NGINX,
    "once/test_schemathesis.py": NGINX,
    "once/test_openapi.py::test_whole_conversations_are_as_the_document_says": NGINX,
    'each/test_faults.py::test_a_stream[{"kind": "reset"': NGINX,
    'each/test_faults.py::test_a_stream[{"kind": "stall", "after_events": 2, "seconds": 0.2, "then": "reset"}]': NGINX,
    'handshake/test_faults.py::test_a_chat[{"kind": "reset"}]': NGINX,
    'handshake/test_faults.py::test_a_chat[{"kind": "close"}]': NGINX,
    'characters/test_faults.py::test_a_chat[{"kind": "reset"': NGINX,
    'characters/test_faults.py::test_a_chat[{"kind": "close"}]': NGINX,
}

JOURNAL = "a live feed, or what is seen of a journal at once, is of one server"
RATES = "each server has a rate report of its own"
EVICTION = "each server remembers for itself which accounts hold something"
EXPLANATIONS = "a server explains the turns that it answered"

# These do not hold yet. This table is to become empty.
EACH_ITS_OWN = {
    "once/test_live_journal.py": JOURNAL,
    "once/test_sandboxes_parallel.py::test_two_hundred_sandboxes_at_once_are_the_same_on_two_fresh_servers": JOURNAL,
    "once/test_rate_report.py::test_a_burst_under_a_clock_that_stands_still": RATES,
    "once/test_rate_report.py::test_a_retry_too_early": RATES,
    "once/test_rate_report.py::test_a_secret_key_is_not_told": RATES,
    "once/test_page_journal.py": JOURNAL,
    "once/test_page_following.py::test_a_hidden_tab_has_no_feed_and_goes_on_where_it_was": JOURNAL,
    "once/test_page_following.py::test_an_open_entry_that_is_gone_leaves_and_the_one_of_its_number_comes": JOURNAL,
    "once/test_stories.py::test_with_the_control_api_all_is_checked": EXPLANATIONS,
    "once/test_stories.py::test_runs_at_the_same_time_take_sandboxes_of_their_own": EXPLANATIONS,
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
