import Dialogue
import Exact
import Fixtures
import JSON

/// What stories or sessions reached, from the JSON of `foilmock test --coverage --format json` or of the control API's
/// coverage.
struct ReachedParts {
    /// The parts of one machine that were never reached.
    struct OfMachine {
        fileprivate var unreached: [Part: Int] = [:]
        /// How often the machine has a part. Two with the same place and label cannot be told apart.
        fileprivate let all: [Part: Int]
    }

    /// A part as the report names it.
    fileprivate struct Part: Hashable {
        let kind: String
        let line: Int
        let label: ExactText
    }

    private(set) var machines: [MachineID: OfMachine] = [:]

    /// A report of many machines has some megabytes.
    private static let sizeLimit = 64 << 20

    /// Reads the report for these machines of a persona.
    /// - Throws: an error when it is not one, or was made of other fixtures.
    init(_ path: String, of persona: Persona, _ machines: [Machine]) throws(AppError) {
        let root: JSONValue
        do {
            root = try JSONReader.read(try FixtureFolder.contents(path, limit: ReachedParts.sizeLimit))
        } catch let error as Diagnostic {
            throw .failure("\(error.file) \(error.message)")
        } catch let error as JSONError {
            throw .failure("\(path) is not JSON: \(error.message)")
        } catch {
            throw .failure("\(path) cannot be read")
        }
        guard let files = (root["coverage"] ?? root)["files"]?.array else {
            throw .failure(
                "\(path) is no coverage: write it with foilmock test --coverage --format json > \(ShellWord(path))")
        }
        for machine in machines {
            let file = files.first {
                $0["persona"]?.string === persona.slug && $0["machine"]?.string === machine.key
            }
            guard let file, let parts = OfMachine(machine, file) else {
                throw .failure(
                    "\(path) is the coverage of other fixtures: it does not fit the machine \"\(machine.key)\" of "
                        + "\"\(persona.slug)\"; write it anew")
            }
            self.machines[machine.id] = parts
        }
    }
}

extension ReachedParts.OfMachine {
    /// Nil when the file's report names parts that the machine does not have, or another number of them.
    fileprivate init?(_ machine: Machine, _ file: JSONValue) {
        var all: [ReachedParts.Part: Int] = [:]
        for key in machine.stateKeys {
            guard let state = machine.state(key) else { continue }
            all[.state(state), default: 0] += 1
            for followUp in state.followUps { all[.followUp(followUp, in: state), default: 0] += 1 }
            for transition in machine.transitions(from: key) where transition.from != nil {
                all[.transition(transition), default: 0] += 1
            }
        }
        for transition in machine.transitions(from: machine.initialState.key) where transition.from == nil {
            all[.transition(transition), default: 0] += 1
        }
        self.all = all
        for (key, kind) in [("states", "state"), ("transitions", "transition"), ("follow_ups", "follow_up")] {
            let count = all.reduce(0) { $0 + ($1.key.kind == kind ? $1.value : 0) }
            guard file[key]?["all"]?.integer == count else { return nil }
        }
        for item in file["unreached"]?.array ?? [] {
            guard let kind = item["kind"]?.string, ["state", "transition", "follow_up"].contains(kind) else { continue }
            let part = ReachedParts.Part(
                kind: kind, line: item["line"]?.integer ?? 0, label: ExactText(item["label"]?.string ?? ""))
            guard all[part] != nil else { return nil }
            unreached[part, default: 0] += 1
        }
    }

    private func reach(of part: ReachedParts.Part) -> Graph.Reach {
        unreached[part, default: 0] == all[part] ? .unreached : .reached
    }

    func reach(of state: State) -> Graph.Reach { reach(of: .state(state)) }

    func reach(of followUp: FollowUp, in state: State) -> Graph.Reach { reach(of: .followUp(followUp, in: state)) }

    func reach(of transition: Transition) -> Graph.Reach { reach(of: .transition(transition)) }
}

extension ReachedParts.Part {
    // The labels of `MachineParts`.

    fileprivate static func state(_ state: State) -> Self {
        Self(kind: "state", line: Int(state.position), label: ExactText("state \(state.key)"))
    }

    fileprivate static func followUp(_ followUp: FollowUp, in state: State) -> Self {
        Self(kind: "follow_up", line: Int(followUp.position), label: ExactText("follow-up of \(state.key)"))
    }

    fileprivate static func transition(_ transition: Transition) -> Self {
        let target = transition.to.map { " → \($0)" } ?? ""
        let label = "\(transition.from?.text ?? "*")\(target) \(transition.decision.rawValue)"
        return Self(kind: "transition", line: Int(transition.position), label: ExactText(label))
    }
}
