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
        let parts = machine.stateKeys.compactMap(machine.state).flatMap {
            Part.all(in: $0, of: machine)
        }
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

    /// The findings on two machines that conversations on both refute, one after another, whether they are unlocked or not.
    static func refutedTravels(seed: Int, limit: Int) throws -> [String] {
        var random = RandomMachine(seed: seed)
        let gate = random.json(leavesWord: true)
        random.asksVariables = true
        let (room, link) = (random.json(isEntry: false), random.link())
        let persona = try Lab.persona(["gate": gate, "room": room], links: link)
        let found = Exploration(of: persona, ExplorationLimits())
        let faults = found.findings.filter {
            $0.isFault && [.neverFires, .unreachable, .link].contains($0.kind)
        }
        guard !faults.isEmpty else { return [] }
        var fired: [MachineID: Set<Part>] = [:]
        var reached: Set<String> = []
        var isUnlocked = false
        // Those that a player has who plays what is unlocked, and those of others.
        var places = [(progress: Progress(), isUnlocked: true)]
        for step in 0..<6 where step < places.count {
            let place = places[step]
            for machine in persona.machines {
                var force = BruteForce(machine, of: persona, place.progress.variables)
                force.run(from: force.beginnings, limit: limit)
                fired[machine.id, default: []].formUnion(force.fired)
                reached.formUnion(force.reached.map { "\(machine.key) \($0)" })
                let mayPlay = place.isUnlocked && persona.isAvailable(machine, to: place.progress)
                for session in force.ended {
                    var after = place.progress
                    after.complete(session, on: machine)
                    if !persona.unlocks(by: session, progress: &after).isEmpty, mayPlay { isUnlocked = true }
                    if !places.contains(where: { $0 == (after, mayPlay) }) { places.append((after, mayPlay)) }
                }
            }
        }
        let machines = persona.machines
        return faults.filter { fault in
            let place = "\(fault.file):\(fault.line)"
            if fault.kind == .link { return isUnlocked }
            return machines.contains { machine in
                machine.stateKeys.compactMap(machine.state).contains { state in
                    fault.kind == .unreachable
                        ? machine.origin(of: state) == place && reached.contains("\(machine.key) \(state.key)")
                        : Part.all(in: state, of: machine).contains {
                            $0.place == place && fired[machine.id]?.contains($0.part) ?? false
                        }
                }
            }
        }.map {
            "seed \(seed): \($0.kind.rawValue) \($0.line) \($0.message)\n\(gate)\n\(room)\n\(link)"
        }
    }

    @Test("no conversation does what a finding says that none does, on random machines")
    func random() throws {
        for seed in 1...150 {
            for refuted in try Self.refuted(seed: seed, limit: 3) { Issue.record("\(refuted)") }
        }
    }

    @Test("nor on two machines, of which one leaves variables to the other")
    func randomTravels() throws {
        for seed in 1...15 {
            for refuted in try Self.refutedTravels(seed: seed, limit: 3) { Issue.record("\(refuted)") }
        }
    }
}
