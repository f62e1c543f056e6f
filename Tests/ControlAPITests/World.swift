import Fixtures

/// The personas and accounts of these tests. Mira talks to everybody, and can be nudged.
enum World {
    static let mira = "00000000-0000-4000-8000-00000000000a"
    /// Of the account `demo`.
    static let own = "00000000-0000-4000-8000-00000000000c"

    static let files: [FixtureFile] = [
        file(
            "accounts.json",
            """
            {"accounts": [
              {"name": "demo", "keys": ["pk_live_demo", "pk_live_second"], "directives": true,
               "handshake_keys": [{"key": "ft_sk_demo", "persona": "mira", "machine": "gate", "credits": 1}],
               "users": [{"id": "00000000-0000-4000-8000-0000000000aa", "token": "ann-token"}]},
              {"name": "other", "keys": ["pk_live_other"], "limits": {"messages_per_minute": 1}}]}
            """),
        file(
            "personas/mira/persona.json",
            #"{"id": "\#(mira)", "name": "Mira", "display_order": 1, "machines": ["gate"]}"#),
        file(
            "personas/mira/machines/gate.json",
            """
            {"is_entry": true,
             "entries": {"opener": {"to_state_key": "door", "says": ["Hey."]},
                         "nudge": {"says": ["Still there?"], "cooldown_seconds": 60}},
             "states": [{"state_key": "door", "is_initial_state": true, "says": "Halt, {player_name}."},
                        {"state_key": "hall", "is_terminal_state": true, "says": "Welcome."}],
             "transitions": [
               {"from_state_key": "door", "to_state_key": "hall", "decision_type": "pass", "when": {"any": ["gold"]}},
               {"from_state_key": "*", "decision_type": "redirect", "when": {"any": ["hm"]},
                "says": ["One, and more than one.", "Two.", "Three."]}]}
            """),
        file("personas/own/persona.json", "{\"id\": \"\(own)\", \"name\": \"Own\", \"owner\": \"demo\"}"),
        file(
            "personas/own/machines/talk.json",
            #"{"states": [{"state_key": "talk", "is_initial_state": true, "says": "Hello."}]}"#),
    ]

    private static func file(_ path: String, _ text: String) -> FixtureFile {
        FixtureFile(path: path, bytes: Array(text.utf8))
    }
}
