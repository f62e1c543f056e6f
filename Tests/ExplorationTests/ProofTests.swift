import Dialogue
import Testing

@testable import Exploration

@Suite("Findings are proofs")
struct ProofTests {
    /// The findings that conversations refute.
    static func refuted(seed: Int, limit: Int) throws -> [String] {
        var random = RandomMachine(seed: seed)
        let text = random.json()
        let persona = try Lab.persona(["m": text])
        let machine = persona.machines[0]
        let found = Exploration(of: persona, ExplorationLimits())
        let faults = found.findings.filter(\.isFault)
        guard !faults.isEmpty else { return [] }
        var all = BruteForce(machine, of: persona)
        all.run(from: all.beginnings, limit: limit)
        let parts = machine.stateKeys.compactMap(machine.state).flatMap { Part.all(in: $0, of: machine) }
        return faults.filter { fault in
            let place = "\(fault.file):\(fault.line)"
            switch fault.kind {
            case .neverFires: return parts.contains { $0.place == place && all.fired.contains($0.part) }
            case .unreachable:
                return machine.stateKeys.contains { key in
                    machine.state(key).flatMap(machine.origin(of:)) == place && all.reached.contains(key)
                }
            case .deadEnd, .softLock:
                guard let transcript = fault.transcript else { return true }
                let state = transcript.turns.first {
                    machine.state($0.after.state).flatMap(machine.origin(of:)) == place
                }
                let key = state?.after.state ?? transcript.beginning.state
                let isAlways = !fault.message.contains("after this conversation")
                if isAlways, fault.kind == .deadEnd, all.left.contains(key) { return true }
                let turns = transcript.turns.count - (transcript.turns.count > 4 ? 4 : 0)
                var locked = BruteForce(machine, of: persona)
                locked.run(from: [locked.end(of: transcript, after: turns)], limit: limit / 4)
                return locked.hasEnded || fault.kind == .deadEnd && locked.left.contains(key)
            case .link, .noMessage, .stopped: return false
            }
        }.map { "seed \(seed): \($0.kind.rawValue) \($0.line) \($0.message)\n\(text)" }
    }

    @Test("no conversation does what a finding says that none does, on random machines")
    func random() throws {
        for seed in 1...60 {
            for refuted in try Self.refuted(seed: seed, limit: 20) { Issue.record("\(refuted)") }
        }
    }
}
