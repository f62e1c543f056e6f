import Fixtures
import FuzzChecks
import JSON
import Support
import Testing

/// Fixture files as a test writes them, and what loading says of them.
enum Folder {
    static let persona = "personas/mira/persona.json"
    static let gate = "personas/mira/machines/gate.json"
    static let road = "personas/mira/machines/road.json"

    static func file(_ path: String, _ text: String) -> FixtureFile {
        FixtureFile(path: path, bytes: Array(text.utf8))
    }

    /// A persona with two machines, which the arguments change.
    static func files(
        persona: String = personaText(), gate: String = machineText(), road: String = machineText(key: "road"),
        accounts: String? = nil
    ) -> [FixtureFile] {
        var files = [file(Self.persona, persona), file(Self.gate, gate), file(Self.road, road)]
        if let accounts { files.append(file("accounts.json", accounts)) }
        return files
    }

    static func personaText(_ more: String = "") -> String {
        """
        {
          "variables": [{"key": "town", "value": "Lowmarsh"}]\(more.contains("\"name\"") ? "" : ",\n  \"name\": \"Mira\"")\
        \(more.isEmpty ? "" : ",\n  " + more)
        }
        """
    }

    static func machineText(
        key: String = "gate", states: String? = nil, transition: String = "", _ more: String = ""
    ) -> String {
        let plain = """
            [
                {"state_key": "open", "is_initial_state": true},
                {"state_key": "shut", "is_terminal_state": true}
              ]
            """
        return """
            {\(more.contains("\"machine_key\"") ? "" : "\n  \"machine_key\": \"\(key)\",")
              "states": \(states ?? plain),
              "transitions": [
                {"from_state_key": "open", "to_state_key": "shut", "decision_type": "pass"}\
            \(transition.isEmpty ? "" : ",\n    " + transition)
              ]\(more.isEmpty ? "" : ",\n  " + more)
            }
            """
    }

    /// Photos of the persona, as reading a folder gives them: without their bytes.
    static func media(_ names: String...) -> [FixtureFile] {
        names.map { FixtureFile(path: "personas/mira/media/\($0)", bytes: []) }
    }

    static func load(_ files: [FixtureFile]) throws(Catalog.Refusal) -> Catalog {
        try Catalog.load(files, dialects: FuzzFolder.dialects, identify: FuzzFolder.identify)
    }

    /// The diagnostics of files that must not load.
    static func diagnostics(_ files: [FixtureFile]) -> [String] {
        do throws(Catalog.Refusal) {
            _ = try load(files)
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }
}

/// One mistake at its place in a folder that is right otherwise. `^` marks the place to which the error points.
struct Broken: Sendable, CustomTestStringConvertible {
    enum Place: Sendable {
        /// A member of the persona, of the machine `gate`, an element of a list, or a whole file.
        case persona, machine, state, transition, says, when, link, variable, accounts, account, limits
        case wholePersona, wholeMachine, states
    }

    let place: Place
    let json: String
    let message: String

    init(_ place: Place, _ json: String, _ message: String) {
        (self.place, self.json, self.message) = (place, json, message)
    }

    var testDescription: String { "\(place) \(json)" }

    private static let valid = #"{"state_key": "open", "is_initial_state": true}, "#

    private var marked: [FixtureFile] {
        switch place {
        case .persona: Folder.files(persona: Folder.personaText(json))
        case .wholePersona: Folder.files(persona: json)
        case .link: Folder.files(persona: Folder.personaText("\"machine_links\": [\(json)]"))
        case .variable:
            Folder.files(
                persona: "{\"name\": \"Mira\", \"variables\": [{\"key\": \"town\", \"value\": \"\"}, \(json)]}")
        case .machine: Folder.files(gate: Folder.machineText(json))
        case .wholeMachine: Folder.files(gate: json)
        case .states: Folder.files(gate: Folder.machineText(states: json))
        case .state:
            Folder.files(gate: Folder.machineText(states: "[\(Broken.valid)\n{\"state_key\": \"shut\"}, \(json)]"))
        case .transition: Folder.files(gate: Folder.machineText(transition: json))
        case .says: transition("says")
        case .when: transition("when")
        case .accounts: Folder.files(accounts: json)
        case .account: Folder.files(accounts: "{\"accounts\": [{\"name\": \"demo\", \"keys\": []},\n \(json)]}")
        case .limits: Folder.files(accounts: "{\"accounts\": [{\"name\": \"a\", \"keys\": [], \"limits\": \(json)}]}")
        }
    }

    private func transition(_ key: String) -> [FixtureFile] {
        Folder.files(
            gate: Folder.machineText(
                transition: "{\"from_state_key\": \"open\", \"decision_type\": \"redirect\", \"\(key)\": \(json)}"))
    }

    /// The files without the mark.
    var files: [FixtureFile] {
        marked.map { FixtureFile(path: $0.path, bytes: $0.bytes.filter { $0 != UInt8(ascii: "^") }) }
    }

    /// What is wrong: `file:line:column: error: message`, at the mark.
    var expected: String {
        for file in marked {
            guard let mark = file.bytes.firstIndex(of: UInt8(ascii: "^")) else { continue }
            let before = String(decoding: file.bytes[..<mark], as: UTF8.self)
            let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
            let column = (lines.last?.unicodeScalars.count ?? 0) + 1
            return "\(file.path):\(lines.count):\(column): error: \(message)"
        }
        return "no mark: \(message)"
    }
}
