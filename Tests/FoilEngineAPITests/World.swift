import Fixtures

/// The personas and accounts of these tests. Mira has a gate that unlocks a road, and a side room without links.
enum World {
    static let mira = "00000000-0000-4000-8000-00000000000a"
    /// Not published.
    static let draft = "00000000-0000-4000-8000-00000000000b"
    /// Of the account `demo`.
    static let own = "00000000-0000-4000-8000-00000000000c"
    /// Of the account `other`, and not published.
    static let foreign = "00000000-0000-4000-8000-00000000000d"
    static let nobody = "00000000-0000-4000-8000-0000000000ff"

    static let gate = "00000000-0000-4000-8000-000000000001"
    static let road = "00000000-0000-4000-8000-000000000002"
    static let side = "00000000-0000-4000-8000-000000000003"

    static let files: [FixtureFile] =
        [
            file(
                "accounts.json",
                """
                {"accounts": [{"name": "demo", "keys": ["pk_live_demo", "pk_live_second"], "directives": true,
                               "users": [{"id": "00000000-0000-4000-8000-0000000000aa", "token": "ann-token"}]},
                              {"name": "other", "keys": ["pk_live_other"]}]}
                """),
            file("personas/mira/persona.json", persona),
            file("personas/mira/machines/gate.json", gateText),
            file("personas/mira/machines/road.json", roadText),
            file("personas/mira/machines/side.json", sideText),
        ] + single("draft", draft, #""is_published": false"#) + single("own", own, #""owner": "demo""#)
        + single("foreign", foreign, #""owner": "other", "is_published": false"#)

    private static func file(_ path: String, _ text: String) -> FixtureFile {
        FixtureFile(path: path, bytes: Array(text.utf8))
    }

    /// A persona of one machine with one state.
    private static func single(_ slug: String, _ id: String, _ more: String) -> [FixtureFile] {
        [
            file("personas/\(slug)/persona.json", "{\"id\": \"\(id)\", \"name\": \"\(slug)\", \(more)}"),
            file(
                "personas/\(slug)/machines/talk.json",
                #"{"states": [{"state_key": "talk", "is_initial_state": true, "says": "Hello."}]}"#),
        ]
    }

    private static let persona = """
        {"id": "\(mira)", "name": "Mira", "description": "Keeps a gate", "display_order": 1,
         "created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-02-03T04:05:06Z", "machines": ["gate", "road", "side"],
         "machine_links": [{"source_machine_key": "gate", "target_machine_key": "road", "condition_type": "outcome",
                            "condition_value": "ACCEPT", "is_auto_advance": true}]}
        """

    private static let gateText = """
        {"id": "\(gate)", "name": "The Gate", "description": "Where it begins", "is_entry": true,
         "states": [
           {"state_key": "door", "is_initial_state": true, "says": "Halt, {player_name}."},
           {"state_key": "yard", "says": ["Come in, then.", "You again."]},
           {"state_key": "hall", "is_terminal_state": true, "says": "Welcome."}],
         "transitions": [
           {"from_state_key": "door", "to_state_key": "yard", "decision_type": "pass", "score_delta": 2,
            "follow_up": true, "when": {"any": ["friend"]}},
           {"from_state_key": "yard", "to_state_key": "hall", "decision_type": "pass", "score_delta": 2,
            "when": {"any": ["gold"]}},
           {"from_state_key": "*", "decision_type": "redirect", "when": {"any": ["name"]}, "says": "You are {player_name}."},
           {"from_state_key": "*", "decision_type": "kick_out", "when": {"any": ["idiot"]}}]}
        """

    private static let roadText = """
        {"id": "\(road)", "name": "The Road",
         "states": [{"state_key": "mile", "is_initial_state": true, "says": ["On foot?", "Again on foot?"]},
                    {"state_key": "inn", "is_terminal_state": true}],
         "transitions": [{"from_state_key": "mile", "to_state_key": "inn", "decision_type": "pass", "score_delta": 3,
                          "when": {"any": ["walk"]}}]}
        """

    private static let sideText = """
        {"id": "\(side)", "name": "Side Room", "description": "Stands alone", "scoring_mode": "pass_fail",
         "states": [{"state_key": "room", "is_initial_state": true, "says": "Well?"},
                    {"state_key": "out", "is_terminal_state": true}],
         "transitions": [{"from_state_key": "room", "to_state_key": "out", "decision_type": "pass", "when": {"any": ["yes"]}},
                         {"from_state_key": "room", "decision_type": "reject", "when": {"any": ["no"]}}]}
        """
}
