import CharactersAPI
import Dialogue
import Emulator
import Fixtures
import JSON
import Support
import Testing

@testable import Coverage

@Suite("Coverage")
struct CoverageTests {
    /// A fixture folder below the root of the repository.
    static func files(_ root: String) throws -> [FixtureFile] {
        try Repository.files(below: root).map {
            FixtureFile(path: String($0.dropFirst(root.count + 1)), bytes: try Repository.bytes($0))
        }.filter { $0.path.hasPrefix("personas/") }
    }

    static func catalog(_ files: [FixtureFile]) throws -> Catalog {
        try Catalog.load(files, dialects: [CharactersKeys()], identify: Identifiers.fixture)
    }

    static let gate = """
        {
          "says_on": { "redirect": ["What?", "Hm?"] },
          "states": [
            { "state_key": "a", "is_initial_state": true,
              "says": "Hello.",
              "follow_up": [
                { "when": { "any": ["maybe"] }, "says": "Late.", "priority": 5 },
                { "when": { "any": ["perhaps", "possibly"] }, "says": "Early." }] },
            { "state_key": "b",
              "is_terminal_state": true }
          ],
          "transitions": [
            { "from_state_key": "a", "decision_type": "redirect", "priority": 7, "when": { "otherwise": true } },
            { "from_state_key": "*", "decision_type": "kick_out", "priority": 9, "when": { "any": ["out"] } },
            { "from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "priority": 8,
              "when": { "any_of": [
                { "any": ["gold", "silver"] },
                { "all_of": [{ "any": ["one"] }, { "any": ["two", "both"] }] }] } }
          ]
        }
        """

    static func gateFiles() -> [FixtureFile] {
        [
            FixtureFile(path: "personas/p/persona.json", bytes: Array(#"{"name": "P"}"#.utf8)),
            FixtureFile(path: "personas/p/machines/gate.json", bytes: Array(gate.utf8)),
        ]
    }

    /// The coverage of sessions on the gate, one for each list of lines.
    static func covered(_ sessions: [[String]]) throws -> Coverage {
        let files = gateFiles()
        let catalog = try catalog(files)
        var coverage = Coverage(of: catalog, files)
        for lines in sessions {
            let player = try Player(catalog, catalog.personas[0], catalog.personas[0].machines[0])
            try player.begin()
            for line in lines { player.say(line) }
            for reach in player.reached { coverage.add(reach, on: player.machine, of: player.persona) }
        }
        return coverage
    }

    @Test("the parts of a machine are its states, transitions, alternatives, follow-ups and lines, with their lines")
    func parts() throws {
        let file = try #require(try Self.covered([]).files.first)
        let unreached = file.unreached.map { "\($0.line) \($0.kind.rawValue): \($0.label)" }
        #expect(
            unreached == [
                "2 line: line \"What?\"", "2 line: line \"Hm?\"", "4 state: state a", "5 line: line \"Hello.\"",
                "7 follow_up: follow-up of a", "7 line: line \"Late.\"", "8 follow_up: follow-up of a",
                "8 alternative: any \"perhaps\" of follow-up of a", "8 alternative: any \"possibly\" of follow-up of a",
                "8 line: line \"Early.\"", "9 state: state b", "13 transition: a redirect", "14 transition: * kick_out",
                "15 transition: a → b pass", "17 alternative: any_of[0] of a → b pass",
                "17 alternative: any_of[0].any \"gold\" of a → b pass",
                "17 alternative: any_of[0].any \"silver\" of a → b pass",
                "18 alternative: any_of[1] of a → b pass",
                "18 alternative: any_of[1].all_of[1].any \"two\" of a → b pass",
                "18 alternative: any_of[1].all_of[1].any \"both\" of a → b pass",
            ])
    }

    static let reaches: [([String], [String])] = [
        ([], ["state a", "line \"Hello.\""]),
        (["x"], ["state a", "line \"Hello.\"", "a redirect", "line \"What?\""]),
        (["maybe"], ["state a", "line \"Hello.\"", "follow-up of a", "line \"Late.\""]),
        (
            ["possibly"],
            ["state a", "line \"Hello.\"", "follow-up of a", "any \"possibly\" of follow-up of a", "line \"Early.\""]
        ),
        (["out"], ["state a", "line \"Hello.\"", "* kick_out"]),
        (
            ["silver and both"],
            [
                "state a", "line \"Hello.\"", "state b", "a → b pass", "any_of[0] of a → b pass",
                "any_of[0].any \"silver\" of a → b pass",
            ]
        ),
        (
            ["one, two"],
            [
                "state a", "line \"Hello.\"", "state b", "a → b pass", "any_of[1] of a → b pass",
                "any_of[1].all_of[1].any \"two\" of a → b pass",
            ]
        ),
        (["[[kick_out]]"], ["state a", "line \"Hello.\"", "* kick_out"]),
    ]

    @Test("a turn reaches its states, what fired, the alternatives that held and the lines", arguments: reaches)
    func reached(_ lines: [String], _ labels: [String]) throws {
        let file = try #require(try Self.covered([lines]).files.first)
        #expect(Set(file.parts.filter { file.count($0) > 0 }.map(\.label)) == Set(labels))
    }

    @Test("all that conversations reach is a part of the file", arguments: ["fixtures", "Tests/fuzz/language"])
    func known(_ root: String) throws {
        let files = try Self.files(root)
        let catalog = try Self.catalog(files)
        let coverage = Coverage(of: catalog, files)
        for persona in catalog.personas {
            let shared = coverage.files.filter { $0.persona == persona.slug && $0.machine == nil }.flatMap(\.parts)
            for machine in persona.machines {
                let own = coverage.files.filter { $0.persona == persona.slug && $0.machine == machine.key }
                let names = Set((own.flatMap(\.parts) + shared).map(\.name))
                // Of an alternative in a list of one there is no part.
                let reached = try Player.tried(catalog, persona, machine).flatMap { reach in
                    reach.names.filter { name in !reach.alternatives.contains { "\(name)".contains("\($0) of ") } }
                }
                #expect(reached.count > 20)
                #expect(Set(reached).subtracting(names) == [], "\(machine.key)")
            }
        }
    }

    @Test("counts are of all files, and a percentage is rounded down")
    func counts() throws {
        let coverage = try Self.covered([["x", "silver"]])
        #expect(coverage.count(of: .state) == coverage.files[0].count(of: .state))
        #expect((coverage.count(of: .state).reached, coverage.count(of: .state).all) == (2, 2))
        #expect((coverage.count().reached, coverage.count().all, coverage.count().percent) == (8, 20, 40))
        #expect((try Self.covered([]).count().percent, CoverageCount().percent) == (0, 100))
    }

    @Test("the tracefile of lcov has states as functions, alternatives as branches, and a count for each line")
    func lcov() throws {
        let text = String(decoding: try Self.covered([["x", "silver"], ["silver"]]).lcov(below: "f/"), as: UTF8.self)
        #expect(
            text == """
                TN:
                SF:f/personas/p/machines/gate.json
                FN:4,state a
                FN:9,state b
                FNDA:5,state a
                FNDA:2,state b
                FNF:2
                FNH:2
                BRDA:2,0,0,1
                BRDA:2,0,1,0
                BRDA:7,0,0,-
                BRDA:7,0,1,-
                BRDA:8,0,0,-
                BRDA:8,0,1,-
                BRDA:8,0,2,-
                BRDA:8,0,3,-
                BRDA:17,0,0,2
                BRDA:17,0,1,0
                BRDA:17,0,2,2
                BRDA:18,0,0,-
                BRDA:18,0,1,-
                BRDA:18,0,2,-
                BRF:14
                BRH:3
                DA:2,1
                DA:4,5
                DA:5,2
                DA:7,0
                DA:8,0
                DA:9,2
                DA:13,1
                DA:14,0
                DA:15,2
                DA:17,2
                DA:18,0
                LF:11
                LH:7
                end_of_record

                """)
    }

    @Test("no path and no key begins another record of the tracefile")
    func injected() throws {
        let key = "a\\nend_of_record\\nSF:x"
        let files = [
            FixtureFile(path: "personas/p/persona.json", bytes: Array(#"{"name": "P"}"#.utf8)),
            FixtureFile(
                path: "personas/p/machines/gate.json",
                bytes: Array(
                    """
                    {"states": [{"state_key": "\(key)", "is_initial_state": true, "says": "x"},
                                {"state_key": "z", "is_terminal_state": true}],
                     "transitions": [{"from_state_key": "\(key)", "to_state_key": "z", "decision_type": "pass",
                                      "when": {"any": ["x"]}}]}
                    """.utf8)),
        ]
        let coverage = Coverage(of: try Self.catalog(files), files)
        let lines = String(decoding: coverage.lcov(below: "a\nSF:b/"), as: UTF8.self).split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("SF:") } == 1 && lines.count { $0 == "end_of_record" } == 1)
    }

    @Test("the JSON has the counts of each kind, and the place of each part that was not reached")
    func json() throws {
        var writer = JSONWriter(capacity: 1024)
        try Self.covered([["x"]]).write(into: &writer, below: "f/")
        let value = try JSONReader.read(writer.bytes)
        let file = try #require(value["files"]?.array?.first)
        #expect(value["total"]?["all"]?.integer == 20)
        #expect((file["file"]?.string, file["machine"]?.string) == ("f/personas/p/machines/gate.json", "gate"))
        #expect((file["states"]?["reached"]?.integer, file["states"]?["all"]?.integer) == (1, 2))
        #expect(file["unreached"]?.array?.first?["line"]?.integer == 2)
    }
}
