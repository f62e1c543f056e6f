"""Small fixture files that together use every key of the language. Each is used on its own: a persona beside the
machines `sample` and `other`, a machine as `sample.json` beside those, an `accounts.json`.

A change at any one place must not make another name unknown. So lines name only variables that every machine leaves,
and a captured group has a second pattern elsewhere.
"""

from __future__ import annotations

from typing import Any

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"

MATCHERS: list[dict[str, Any]] = [
    {"any": ["gold", "bak*"], "all": ["bread"], "none": ["no way"], "equals": "Yes", "pattern": "a+"},
    {"said": ["gold"], "length": 3, "turn": {"gte": 2}, "score": {"lte": 5}, "redirects": {"eq": 0}},
    {"variable": {"outcome.sample": {"any": ["x"], "all": ["x"], "none": ["y"], "equals": "x", "pattern": "x"}}},
    {"variable": {"score.sample": {"gte": 3}}},
    {"event": "story", "image": True, "context": {"reaction": {"any": ["🔥"]}, "count": {"lte": 2}, "size": {"eq": 1}}},
    {"all_of": [{"in_follow_up": False}], "any_of": [{"not": {"any": ["x"]}}]},
    {"$comment": "Last.", "otherwise": True},
]

# On texts that are in no conversation.
TEXT_MATCHERS: list[dict[str, Any]] = [
    {"any": ["gold"], "all": ["bread"], "none": ["no way"], "equals": "Yes", "pattern": "a+", "$comment": 1},
    {"length": {"gte": 2}, "image": True},
    {"all_of": [{"length": 3}], "any_of": [{"not": {"any": ["x"]}}], "otherwise": True},
]

LINES: list[Any] = [
    "Hello, {player_name}.",
    {"text": "Rich, are you?", "when": {"any": ["gold"]}},
    {"bubbles": ["Look.", "Here."], "photo": "media/beach.jpg", "when": {"otherwise": True}},
    {"bubbles": ["One."]},
    {"photo": "media/a/b.jpg"},
]

SAYS_ON: dict[str, Any] = {"pass": LINES, "redirect": "What?", "reject": ["No."], "kick_out": {"text": "Out."}}

PERSONAS: list[dict[str, Any]] = [
    {
        "$schema": "x",
        "name": "Sample",
        "id": ID,
        "description": "A sample",
        "owner": "*",
        "is_published": True,
        "display_order": 1,
        "created_at": "2026-03-10T12:00:00Z",
        "updated_at": "2026-03-11T12:00:00Z",
        "machines": ["sample", "other"],
        "variables": [{"key": "town", "value": "Lowmarsh"}],
        "pick": "seeded",
        "persona_identity_prompt": "You are a sample.",
        "perplexity_description": None,
    },
    {
        "name": "Linked",
        "machine_links": [
            {
                "source_machine_key": "sample",
                "target_machine_key": "other",
                "condition_type": "outcome",
                "condition_value": "ACCEPT",
                "is_auto_advance": True,
            },
            {
                "source_machine_key": "sample",
                "target_machine_key": "other",
                "condition_type": "score_gte",
                "condition_value": 5,
            },
            {
                "source_machine_key": "sample",
                "target_machine_key": "other",
                "condition_type": "score_lte",
                "condition_value": 5,
            },
            {
                "source_machine_key": "sample",
                "target_machine_key": "other",
                "condition_type": "always",
                "condition_value": None,
            },
        ],
    },
    {"name": "Talkative", "says_on": SAYS_ON},
    {
        "name": "Reachable",
        "platforms": {"instagram": "sample", "reddit": "other"},
        "character": {"ignore_duplicate_leads": True, "separate_sessions_per_account": True, "$comment": 1},
        "vision": [
            {"url": "https://a.example/*", "seen": False, "reason": "dark", "kind": "video", "description": "x"},
            {"url": "*", "reason": None, "$comment": 1},
        ],
    },
    *({"name": "Picky", "says_on": {"pass": [{"text": "Yes.", "when": matcher}]}} for matcher in MATCHERS),
]

INITIAL: dict[str, Any] = {"state_key": "s0", "is_initial_state": True}

MACHINES: list[dict[str, Any]] = [
    {
        "$schema": "x",
        "machine_key": "sample",
        "id": ID,
        "name": "Sample",
        "description": None,
        "is_entry": True,
        "scoring_mode": "scoring",
        "pass_threshold": 3,
        "early_fail_bound": -3,
        "redirect_limit": 2,
        "on_redirect_limit": "kick_out",
        "unmatched": "pass",
        "bubble_delay_ms": {"base": 1, "per_character": 2, "max": 3, "$comment": 1},
        "greeting": "Hello.",
        "says_on": SAYS_ON,
        "pick": "by_turn",
        "creator_objective": "a",
        "creator_win_condition": "b",
        "creator_lose_condition": "c",
        "chat_system_prompt": "d",
        "system_evaluation_prompt": "e",
        "system_summarization_prompt": None,
        "states": [INITIAL],
    },
    {
        "states": [
            {
                # No transition names it as its source, so it may be made terminal.
                "state_key": "s0",
                "is_initial_state": True,
                "is_terminal_state": False,
                "says": ["Hello."],
                "says_on": {"redirect": "What?"},
                "pick": "in_order",
                "redirect_limit": 2,
                "label": "Begin",
                "prompt_instruction": None,
                "display_order": 1,
                "follow_up": {
                    "when": {"any": ["maybe"]},
                    "says": "Well?",
                    "pick": "in_order",
                    "limit": 2,
                    "priority": 3,
                },
            },
            {"state_key": "s1", "follow_up": [{"says": ["Well?", "Yes?"]}]},
            {"state_key": "s2", "is_initial_state": False, "is_terminal_state": True, "outcome": "REJECT"},
            {"state_key": "s3", "is_terminal_state": True},
        ],
    },
    {
        "states": [INITIAL, {"state_key": "s1"}],
        "transitions": [
            {
                "from_state_key": "s0",
                "to_state_key": "s1",
                "decision_type": "pass",
                "score_delta": -1,
                "priority": 1,
                "condition": "The player has gold",
                "when": {"any": ["gold"]},
                "follow_up": True,
                "says": "Rich, are you?",
                "pick": "seeded",
            },
            {"from_state_key": "*", "decision_type": "redirect"},
        ],
    },
    {
        "states": [INITIAL],
        "posts": {
            "thresholds": {"min_relevance": 1, "min_novelty": 2.5, "min_rule_compat": 3, "$comment": 1},
            "ideas": [
                {
                    "title": "A title",
                    "body": "A body",
                    "flair": "Discussion",
                    "relevance": 1,
                    "novelty": 2.5,
                    "rule_compat": 3,
                    "image": True,
                    "when": {"any": ["gold", "bak*"]},
                    "$comment": 1,
                },
                {"title": "Another", "body": "Body", "flair": None},
                *({"title": "One more", "body": "Body", "when": matcher} for matcher in TEXT_MATCHERS),
            ],
            "$comment": 1,
        },
    },
    *(
        {"states": [INITIAL], "transitions": [{"from_state_key": "s0", "decision_type": "reject", "when": matcher}]}
        for matcher in MATCHERS
    ),
    {
        "states": [INITIAL | {"follow_up": {"says": "Who?", "when": {"pattern": "(?<alias>x)"}}}],
        "transitions": [{"from_state_key": "s0", "decision_type": "reject", "when": {"pattern": "(?<alias>y)"}}],
        "output_variables": [
            {"key": "alias", "from": {"capture": "alias"}, "default": "stranger", "extraction_prompt": "Who?"},
            {"key": "met", "from": {"constant": "yes"}, "outcome": "ACCEPT"},
            {"key": "lost", "from": {"constant": "yes"}, "outcome": ["REJECT", "KICK_OUT"]},
        ],
    },
    {
        "states": [INITIAL],
        "comments": {
            "says": ["Nice.", {"text": "That deck!", "when": {"any": ["deck"], "image": True}, "$comment": 1}],
            "replies": {"text": "Right, {target}?", "when": {"all": ["a"], "none": ["b"], "length": 3, "equals": "a"}},
            "pick": "by_turn",
            "dm_nudge": {"after": 1, "says": "Come to my messages.", "pick": "seeded", "$comment": 1},
            "bow_out": {"when": {"any_of": [{"any": ["scam"]}, {"not": {"pattern": "a+"}}]}, "$comment": 1},
            "engage": {
                "when": {"all_of": [{"otherwise": True}], "length": {"gte": 1}},
                "says": ["It will."],
                "pick": "in_order",
                "max_depth": 5,
                "min_characters": 8,
                "max_per_post": 1,
                "$comment": 1,
            },
            "max_chars": 150,
            "comment_once": False,
            "max_replies_per_author": 2,
            "max_replies_per_thread": 4,
            "strangers": True,
            "$comment": 1,
        },
    },
    {"states": [INITIAL], "comments": {}},
    {
        "states": [INITIAL],
        "entries": {
            "opener": {"to_state_key": "s0", "says": ["Hey."], "pick": "seeded"},
            "events": {"story": {"to_state_key": "s0", "says": "Seen."}},
            "nudge": {"says": ["Still there?"], "pick": "by_turn", "cooldown_seconds": 60, "cap": 2},
            "follow_ups": {
                "steps": [{"after_hours": 24, "says": ["Still there?"], "pick": "by_turn", "$comment": 1}],
                "min_spacing_hours": 1.5,
                "max_per_90d": 3,
                "$comment": 1,
            },
        },
    },
]

ACCOUNTS: list[dict[str, Any]] = [
    {
        "$schema": "x",
        "default": "a",
        "accounts": [
            {
                "name": "a",
                "keys": ["pk_live_a", "pk-test"],
                "directives": True,
                "seed": 1,
                "limits": {"messages_per_minute": 1, "other_per_minute": 2, "window": "fixed", "scope": "account"},
            }
        ],
    },
    {"accounts": [{"name": "a", "keys": [], "limits": None}]},
    {
        "accounts": [
            {
                "name": "a",
                "keys": [],
                "users": [{"id": ID, "email": "a@example.com", "display_name": "A", "token": "t", "$comment": 1}],
                "handshake_keys": [
                    {"key": "ft_sk_a", "persona": "p", "machine": "sample", "credits": 1, "$comment": 1}
                ],
                "connector_tokens": [
                    {
                        "token": "ftc_live_a",
                        "persona": "p",
                        "machine": "sample",
                        "credits": 1,
                        "paused": "plan_limit",
                        "ignore_duplicate_leads": True,
                        "separate_sessions_per_account": True,
                        "$comment": 1,
                    },
                    {"token": "ftc_live_b", "persona": "p", "machine": "sample", "paused": None},
                ],
                "compat": {
                    "after_end": "repeat",
                    "follow_up_decision": "pass",
                    "session_choice": "default_machine",
                    "has_session_after_end": True,
                    "history_decision": "both",
                    "unknown_event": "ignore",
                    "refused_nudge": "silent",
                    "duplicate_leads": "answer",
                    "targets": "folded",
                    "characters_after_end": "conflict",
                    "duplicate_after": 1,
                    "session_id": "ignore",
                    "unknown_lead": "create",
                    "$comment": 1,
                },
            }
        ]
    },
]

# Beside the machines `sample` and `talker`.
STORIES: list[dict[str, Any]] = [
    {
        "$schema": "x",
        "name": "one",
        "persona": "p",
        "machine": "talker",
        "player": {"name": "Ann", "gender": "female", "$comment": 1},
        "seed": 1,
        "clock": "2026-03-10T12:00:00Z",
        "variables": {"score.sample": "3"},
        "begins": "player",
        "turns": [
            {
                "$comment": 1,
                "say": "Hi.",
                "image": True,
                "expect": {
                    "error": "locked",
                    "decision": "pass",
                    "state": "s0",
                    "score": 1,
                    "outcome": "ACCEPT",
                    "follow_up": True,
                    "redirect_count": 1,
                    "unlocks": ["sample"],
                    "variables": {"score.sample": "3"},
                    "reply": {"contains": "a", "pattern": "b+"},
                    "$comment": 1,
                },
            },
            {"event": "story", "context": {"reaction": "x"}, "expect": {"reply": "Seen."}},
        ],
    },
    {
        "persona": "p",
        "stories": [
            {
                "name": "one",
                "persona": "p",
                "machine": "sample",
                "player": "Ann",
                "seed": 1,
                "clock": "2026-03-10T13:00:00.5+01:00",
                "variables": {},
                "begins": "opener",
                "turns": [{"nudge": True}, {"init": "sample"}, {"reset": True}, {"advance": 1.5}],
            },
            {"turns": [{"say": "", "expect": {"error": 503, "reply": {"contains": ["a"]}}}]},
        ],
    },
    {
        "persona": "p",
        "machine": "talker",
        "stories": [
            {"turns": [{"say": "x", "expect": {"decision": None, "outcome": None, "variables": {"score.sample": None}}}]}
        ],
    },
    {"stories": [{"persona": "p", "turns": [{"say": "x"}]}]},
]

ALL = {"persona": PERSONAS, "machine": MACHINES, "accounts": ACCOUNTS, "story": STORIES}
