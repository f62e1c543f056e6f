import Dialogue
import JSON
import Text
import Testing

@testable import Fixtures

/// Two names that look the same: one is composed, one decomposed.
private let (one, two) = ("caf\u{E9}", "cafe\u{301}")

@Suite("Names in fixtures by their bytes")
struct NameByteTests {
    @Test("patterns that differ in bytes alone are two")
    func patterns() throws {
        var shelf = PatternShelf(isLimited: false)
        let (first, second) = (try shelf.pattern(one), try shelf.pattern(two))
        #expect(first !== second)
        #expect(Array(second.source.utf8) == Array(two.utf8))
        #expect(try shelf.pattern(one) === first)
    }

    @Test("names of states, variables and events may differ in bytes alone")
    func within() throws {
        let states = """
            [{"state_key":"\(one)","is_initial_state":true},{"state_key":"\(two)","is_terminal_state":true}]
            """
        let more = """
            "entries":{"events":{"\(one)":{"to_state_key":"\(one)","says":"1"},"\(two)":{"to_state_key":"\(two)","says":"2"}}},
            "transitions":[{"from_state_key":"\(one)","to_state_key":"\(two)","decision_type":"pass"}]
            """
        let persona = """
            {"name":"Mira","variables":[{"key":"\(one)","value":"1"},{"key":"\(two)","value":"2"}]}
            """
        let catalog = try Folder.load([
            Folder.file(Folder.persona, persona),
            Folder.file(Folder.gate, "{\"machine_key\":\"gate\",\"states\":\(states),\(more)}"),
        ])
        let mira = try #require(catalog.personas.first)
        #expect(mira.variables[one] == "1")
        #expect(mira.variables[two] == "2")
        let machine = mira.defaultMachine
        #expect(machine.stateKeys.map { Array($0.text.utf8) } == [two, one].map { Array($0.utf8) })
        #expect(machine.entries.events[one]?.to == StateKey(one))
        #expect(machine.entries.events[two]?.to == StateKey(two))
    }

    @Test("names of folders and of machines may differ in bytes alone")
    func folders() throws {
        let catalog = try Folder.load(
            [one, two].flatMap { slug in
                [Folder.file("personas/\(slug)/persona.json", #"{"name":"Mira"}"#)]
                    + [one, two].map {
                        Folder.file("personas/\(slug)/machines/\($0).json", Folder.machineText(key: $0))
                    }
            })
        #expect(catalog.personas.map { Array($0.slug.utf8) } == [two, one].map { Array($0.utf8) })
        #expect(catalog.personas.allSatisfy { $0.machines.count == 2 })
    }

    @Test("a name in other bytes is not found")
    func misspelt() {
        #expect(throws: Catalog.Refusal.self) {
            try Folder.load(
                Folder.files(gate: Folder.machineText("\"greeting\":\"{variable.\(two)}\"")).map { file in
                    file.path == Folder.persona
                        ? Folder.file(
                            file.path, "{\"name\":\"Mira\",\"variables\":[{\"key\":\"\(one)\",\"value\":\"1\"}]}")
                        : file
                })
        }
        let photo = "\"greeting\":{\"bubbles\":[\"a\"],\"photo\":\"media/\(two).jpg\"}"
        #expect(throws: Catalog.Refusal.self) {
            try Folder.load(Folder.files(gate: Folder.machineText(photo)) + Folder.media("\(one).jpg"))
        }
        #expect(throws: Never.self) {
            try Folder.load(Folder.files(gate: Folder.machineText(photo)) + Folder.media("\(two).jpg"))
        }
    }

    @Test(
        "keys of an object may differ in bytes alone, and the same key twice is a mistake",
        arguments: [(two, 0), (one, 1)])
    func keys(_ second: String, _ mistakes: Int) throws {
        let value = try JSONReader.read(Array("{\"\(one)\":1,\"\(second)\":2}".utf8))
        let findings = Findings(document: value)
        let reader = try #require(ObjectReader(value, "an object", findings))
        #expect(findings.diagnostics.count == mistakes)
        #expect(reader.integer(one) == (mistakes == 0 ? 1 : 2))
        #expect(reader.integer(second) == 2)
    }

    @Test("a word of an enumeration is compared by its bytes")
    func choice() throws {
        let value = try JSONReader.read(Array("{\"outcome\":\"KIC\u{212A}_OUT\"}".utf8))
        let findings = Findings(document: value)
        let reader = try #require(ObjectReader(value, "an object", findings))
        #expect(reader.choice("outcome", Outcome.self) == nil)
        #expect(findings.diagnostics.count == 1)
    }
}
