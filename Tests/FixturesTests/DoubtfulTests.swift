import Fixtures
import Testing

@Suite("Doubtful fixtures are served with a warning")
struct DoubtfulTests {
    /// The warnings about a folder that loads: the messages.
    static func warnings(_ files: [FixtureFile]) throws -> [String] {
        try Folder.load(files).warnings.map(\.message)
    }

    /// A machine without warnings, except for what `more` adds.
    static func machine(_ more: String = "") -> String {
        """
        {"states": [{"state_key": "s", "is_initial_state": true}, {"state_key": "e", "is_terminal_state": true, "outcome": "ACCEPT"}],
         "transitions": [{"from_state_key": "s", "to_state_key": "e", "decision_type": "pass", "when": {"otherwise": true}}]
         \(more)}
        """
    }

    static func link(_ source: String, _ target: String) -> String {
        "{\"source_machine_key\": \"\(source)\", \"target_machine_key\": \"\(target)\", \"condition_type\": \"always\"}"
    }

    static let locked =
        "the default machine \"gate\" is locked: no machine is an entry, and this link leads to the first; give one "
        + "\"is_entry\": true, or list an open one first in \"machines\""
    static func circle(_ key: String) -> String {
        "the link leads from \"\(key)\" to itself and unlocks nothing: who completes a machine could already play it"
    }
    static func unreachable(_ key: String) -> String {
        "nobody can ever play \"\(key)\": it is no entry, and no playable machine unlocks it"
    }

    /// What `gate` and `road` add, the links, and the warnings. `gate` is the first.
    static let links: [(String, String, [String], [String])] = [
        ("", "", [], []),
        ("", "", [link("road", "gate")], [locked]),
        (#", "is_entry": true"#, "", [link("road", "gate")], []),
        ("", #", "is_entry": true"#, [link("road", "gate")], []),
        ("", "", [link("gate", "road")], []),
        ("", "", [link("gate", "road"), link("road", "gate")], [unreachable("gate"), unreachable("road")]),
        (#", "is_entry": true"#, "", [link("gate", "gate")], [circle("gate")]),
        ("", "", [link("gate", "gate")], [unreachable("gate")]),
        ("", "", [link("gate", "road"), link("road", "road")], [circle("road")]),
        ("", "", [link("road", "gate"), link("gate", "gate")], [locked, circle("gate")]),
    ]

    @Test("each link that locks the first machine or leads to its own machine is warned of once", arguments: links)
    func link(_ gate: String, _ road: String, _ links: [String], _ expected: [String]) throws {
        let persona = "{\"name\": \"Mira\", \"machine_links\": [\(links.joined(separator: ", "))]}"
        let files = Folder.files(persona: persona, gate: Self.machine(gate), road: Self.machine(road))
        #expect(try Self.warnings(files) == expected)
    }

    @Test("the warning of a locked default machine points at the link")
    func place() throws {
        let persona = "{\"name\": \"Mira\", \"machine_links\": [\n \(Self.link("road", "gate"))]}"
        let files = Folder.files(persona: persona, gate: Self.machine(), road: Self.machine())
        let warning = try #require(try Folder.load(files).warnings.first)
        #expect((warning.file, warning.line, warning.column) == (Folder.persona, 2, 2))
    }

    static let bounds: [(String, Int?)] = [
        ("", nil), (#", "early_fail_bound": -1"#, nil), (#", "early_fail_bound": 0"#, 0),
        (#", "early_fail_bound": 7"#, 7), (#", "early_fail_bound": 0, "scoring_mode": "pass_fail""#, nil),
    ]

    @Test("an early-fail bound that the first score reaches is warned of", arguments: bounds)
    func bound(_ more: String, _ bound: Int?) throws {
        let expected = bound.map {
            "a session begins with the score 0 and ends at the first decision that leaves it at \($0) or less; "
                + "\"early_fail_bound\" should be below 0"
        }
        #expect(try Self.warnings(Folder.renamed("mira", gate: Self.machine(more))) == [expected].compactMap(\.self))
    }
}
