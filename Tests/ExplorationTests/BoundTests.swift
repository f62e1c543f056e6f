import Dialogue
import Exploration
import Testing

@Suite("The bounds of a walk")
struct BoundTests {
    /// A ring of states with ways across, whose scores go up and down.
    static func ring(_ count: Int, mode: String = "scoring") -> String {
        let states = (0..<count).map { place in
            let flags =
                place == 0 ? ", \"is_initial_state\": true" : place == count - 1 ? ", \"is_terminal_state\": true" : ""
            return "{\"state_key\": \"s\(place)\"\(flags)}"
        }
        var transitions: [String] = []
        for place in 0..<count - 1 {
            let targets = [place + 1, (place * 7 + 3) % count, (place * 13 + 5) % count]
            for (rank, target) in targets.enumerated() {
                transitions.append(
                    """
                    {"from_state_key": "s\(place)", "to_state_key": "s\(target)", "decision_type": "pass",
                     "score_delta": \([-1, 1, 0][rank]), "when": {"any": ["w\(rank)"]}}
                    """)
            }
        }
        return """
            {"scoring_mode": "\(mode)", "states": [\(states.joined(separator: ",\n"))],
            "transitions": [\(transitions.joined(separator: ",\n"))]}
            """
    }

    @Test("states in circles without scores are walked to the end")
    func circles() throws {
        let found = try Lab.explored(Self.ring(200, mode: "pass_fail"))
        #expect(found.stop == nil && found.configurations == 199 && found.faults == [])
    }

    @Test("a machine with more configurations than the bound is left, and nothing is called impossible")
    func bounded() throws {
        let found = try Lab.explored(Self.ring(100)) { limits in
            limits.turns = 4_000
            limits.configurations = 400
        }
        #expect(found.stop == .configurations)
        #expect(found.turns <= 4_000 && found.configurations <= 1_000)
        #expect(found.faults == [] && found.notes.count == 1)
        #expect(found.notes[0].contains("; not reached within the bound: "))
    }

    @Test("no more turns are taken than are allowed", arguments: [1, 2, 3, 7, 50])
    func turns(_ limit: Int) throws {
        let found = try Lab.explored(Self.ring(60)) { $0.turns = limit }
        #expect(found.turns <= limit && found.stop == .turns && found.faults == [])
    }

    @Test("what cannot be is a finding also when the walk with messages was stopped")
    func provedAnyway() throws {
        let ring = Self.ring(60).replacing(
            "\"transitions\": [",
            with: """
                "transitions": [{"from_state_key": "s0", "to_state_key": "s1", "decision_type": "pass", "priority": 9,
                "when": {"all": ["w0", "w1"]}},
                """)
        let found = try Lab.explored(ring) { $0.depth = 5 }
        #expect(found.stop == .depth)
        #expect(found.findings.filter(\.isFault).map(\.kind) == [.neverFires])
    }

    /// What stops a walk of a chain, and what the note says.
    static let stops: [(ExplorationStop, String, @Sendable (inout ExplorationLimits) -> Void)] = [
        (.depth, "conversations became longer than --depth", { $0.depth = 5 }),
        (.turns, "as many turns were taken as --turns allows", { $0.turns = 100 }),
        (.configurations, "there are more configurations than are kept", { $0.configurations = 10 }),
        (.time, "the time was up", { $0.isOver = { true } }),
    ]

    @Test("each bound stops a walk, and the report says which", arguments: stops)
    func stopped(
        _ stop: ExplorationStop, _ why: String, _ change: @escaping @Sendable (inout ExplorationLimits) -> Void
    ) throws {
        let found = try Lab.explored(Self.ring(60), change)
        #expect(found.stop == stop)
        #expect(found.notes.contains { $0.hasPrefix("the walk of \"m\" stopped before its end: \(why)") })
        #expect(found.faults == [])
    }

    @Test("the same seed gives the same report, beyond the bounds too")
    func deterministic() throws {
        func report(_ seed: Int) throws -> [String] {
            let found = try Lab.explored(Self.ring(60)) { limits in
                (limits.turns, limits.configurations, limits.seed) = (3_000, 200, seed)
            }
            return ["\(found.configurations) \(found.turns)"]
                + found.endings.map { "\($0.ending) \($0.scores) \($0.transcript.turns.map(\.act.description))" }
                + found.findings.map(\.message)
        }
        #expect(try report(1) == report(1))
    }

    @Test("scores that no rule tells apart do not make a walk endless")
    func scores() throws {
        let found = try Lab.explored(
            """
            {"states": [{"state_key": "a", "is_initial_state": true},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [
            {"from_state_key": "a", "decision_type": "redirect", "score_delta": 1, "when": {"any": ["more"]}},
            {"from_state_key": "a", "to_state_key": "z", "decision_type": "pass", "when": {"any": ["end"]}}]}
            """)
        #expect(found.stop == nil && found.configurations == 4)
    }

    @Test("who has saved points survives what others do not")
    func savings() throws {
        let found = try Lab.explored(
            """
            {"states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "b"}, {"state_key": "c"},
            {"state_key": "z", "is_terminal_state": true, "outcome": "ACCEPT"}], "transitions": [
            {"from_state_key": "a", "decision_type": "redirect", "score_delta": 1, "when": {"any": ["save"]}},
            {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": {"any": ["go"]}},
            {"from_state_key": "b", "to_state_key": "c", "decision_type": "pass", "score_delta": -9, "when": {"any": ["pay"]}},
            {"from_state_key": "c", "to_state_key": "z", "decision_type": "pass", "score_delta": -9, "when": {"any": ["pay"]}}]}
            """)
        let ending = found.endings.first { $0.ending == .stated(.accept) }
        #expect(ending?.transcript.turns.count == 19 && found.faults == [])
    }
}
