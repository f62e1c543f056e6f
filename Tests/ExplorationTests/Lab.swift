import Dialogue
import Emulator
import Exploration
import Fixtures
import Testing

/// Explores personas that tests write.
enum Lab {
    /// A dialect by which a payment comes, of which nothing is said.
    struct Payments: DialectKeys {
        let accountsSchema: [UInt8] = []

        func read(_ account: AccountReading) {}
        func read(_ machine: MachineReading) { machine.hear(["purchase"]) }
    }

    static func persona(
        _ machines: [String: String], links: String = "[]", dialects: [any DialectKeys] = []
    ) throws -> Persona {
        let names = machines.keys.sorted().map { "\"\($0)\"" }.joined(separator: ",")
        let head = "{\"name\": \"P\", \"machines\": [\(names)],\n\"machine_links\": \(links)}"
        let files =
            [FixtureFile(path: "personas/p/persona.json", bytes: Array(head.utf8))]
            + machines.sorted { $0.key < $1.key }.map {
                FixtureFile(path: "personas/p/machines/\($0.key).json", bytes: Array($0.value.utf8))
            }
        do {
            return try Catalog.load(files, dialects: dialects, identify: Identifiers.fixture).personas[0]
        } catch {
            Issue.record("\(error.diagnostics)")
            throw error
        }
    }

    /// The exploration of a persona with one machine, `m`.
    static func explored(
        _ machine: String, samples: [String] = [], _ change: (inout ExplorationLimits) -> Void = { _ in }
    ) throws -> MachineExploration {
        var limits = ExplorationLimits()
        change(&limits)
        let exploration = Exploration(of: try persona(["m": machine]), samples: samples, limits)
        return try #require(exploration.machines.first)
    }
}

extension Exploration {
    /// Kind and line of each fault.
    var faults: [String] { findings.filter(\.isFault).map { "\($0.kind.rawValue) \($0.line)" } }
}

extension MachineExploration {
    var faults: [String] { findings.filter(\.isFault).map { "\($0.kind.rawValue) \($0.line)" } }
    var notes: [String] { findings.filter { !$0.isFault }.map(\.message) }

    /// The shortest conversation to a terminal state.
    func lines(to state: String) -> [String]? {
        endings.first { $0.state?.text == state }?.transcript.turns.map(\.act.description)
    }
}
