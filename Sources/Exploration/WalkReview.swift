import Dialogue
import Exact

/// Makes findings of the walks through a machine.
struct WalkReview {
    var walks: [Walk]
    let machine: Machine
    private let names: CaptureNames
    private let reached: Set<StateKey>
    private let fired: Set<Part>
    /// The parts that were tried and never fired, or for whose patterns there is no message, in the order of states.
    private var silent: [SilentPart] = []

    private let stop: ExplorationStop?

    /// - Parameters:
    ///   - walks: not empty.
    ///   - stop: what stopped them.
    init(_ walks: [Walk], _ names: CaptureNames, _ stop: ExplorationStop?) {
        (self.walks, self.names, self.stop) = (walks, names, stop)
        machine = walks[0].machine
        reached = walks.reduce(into: []) { $0.formUnion($1.reached) }
        fired = walks.reduce(into: []) { $0.formUnion($1.fired) }
    }

    mutating func findings() -> [Finding] {
        findSilentParts()
        if stop == nil { makeAttempts() }
        let unmade = silent.filter(isUnmade)
        let unreached = machine.stateKeys.filter { !reached.contains($0) }
        var findings = stuck(open: Set(unmade.flatMap(\.states).map(\.key)))
        if let stop {
            findings += unmade.map { finding(on: $0, isOpen: true) } + [stopped(stop, unreached)]
        } else {
            findings += silent.map { finding(on: $0, isOpen: !unmade.isEmpty) }
            findings += unreached.compactMap { self.unreached($0, isOpen: !unmade.isEmpty) }
        }
        return findings.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    /// Whether a player may say what the walk could not.
    private func isUnmade(_ part: SilentPart) -> Bool {
        part.pattern != nil || names.areRead(by: part.placed.when) && part.best?.holds != true
    }

    /// The note on a walk that was stopped, with what it left open.
    private func stopped(_ limit: ExplorationStop, _ unreached: [StateKey]) -> Finding {
        let open = [
            WalkReview.some(unreached.map(\.text), "state"),
            WalkReview.some(silent.map(\.placed.name), "transition or follow-up"),
        ].compactMap(\.self)
        return Finding(
            .stopped, on: machine, at: machine.origin(of: machine.initialState),
            "the walk of \"\(machine.key)\" stopped before its end: \(limit.reason)"
                + (open.isEmpty ? "" : "; not reached within the bound: \(open.joined(separator: "; "))"),
            shownBy: nil)
    }

    /// `12 states (a, b, c, …)`; nil: there are none.
    private static func some(_ names: [String], _ word: String) -> String? {
        guard !names.isEmpty else { return nil }
        let plural = names.count == 1 ? word : word == "state" ? "states" : "transitions and follow-ups"
        return "\(names.count) \(plural) (\(names.prefix(3).joined(separator: ", "))\(names.count > 3 ? ", …" : ""))"
    }

    // MARK: Transitions and follow-ups

    private mutating func findSilentParts() {
        let states = machine.stateKeys.filter { reached.contains($0) }.compactMap(machine.state)
        var places: [Part: Int] = [:]
        for state in states where !state.isTerminal {
            let unmade = walks[0].stateActs(state).unmade
            for placed in Part.all(in: state, of: machine) {
                let pattern = unmade.first { $0.part == placed.part }?.pattern
                guard pattern != nil || !fired.contains(placed.part) else { continue }
                let place = places[placed.part] ?? silent.count
                if place == silent.count { silent.append(SilentPart(placed: placed, states: [])) }
                places[placed.part] = place
                silent[place].states.append(state)
                silent[place].pattern = silent[place].pattern ?? pattern
            }
        }
    }

    private mutating func makeAttempts() {
        for index in walks.indices where !silent.isEmpty {
            let nodes = walks[index].nodes
            let places = Dictionary(grouping: nodes.indices.filter { nodes[$0].session.outcome == nil }) {
                nodes[$0].state
            }
            for place in silent.indices where silent[place].pattern == nil && silent[place].best?.holds != true {
                walks[index].attempt(&silent[place], places)
            }
        }
    }

    private func finding(on part: SilentPart, isOpen: Bool) -> Finding {
        let name = part.placed.name
        func finding(_ kind: Finding.Kind, _ message: String, isFault: Bool = false) -> Finding {
            Finding(
                kind, on: machine, at: part.placed.place, message, shownBy: isFault ? part.best?.transcript : nil)
        }
        if let pattern = part.pattern {
            return finding(
                .noMessage,
                "could not make a message for \(name) (pattern \(ExplanationText.quoted(pattern))): add a story that "
                    + "says one")
        }
        let why = part.best.map { ": \($0.why)" } ?? ""
        if isUnmade(part) {
            return finding(
                .noMessage,
                "\(name) was not seen to fire; it asks for a variable that holds what players say: add a story that says "
                    + "it\(why)")
        }
        guard isOpen else { return finding(.neverFires, "\(name) never fires\(why)", isFault: true) }
        return finding(.neverFires, "\(name) did not fire with the messages that could be made\(why)")
    }

    // MARK: States

    private func unreached(_ key: StateKey, isOpen: Bool) -> Finding? {
        guard let state = machine.state(key) else { return nil }
        let name = "the \(state.isTerminal ? "ending" : "state") \"\(key)\""
        let incoming = silent.filter { $0.placed.transition?.to == key }
        let before = machine.stateKeys.filter { before in
            before != key && machine.transitions(from: before).contains { $0.to == key && $0.from != nil }
        }
        let why =
            if let first = incoming.first {
                ": \(first.placed.name) (\(first.placed.place)) never fires"
            } else if before.isEmpty {
                ": no transition with a condition leads to it"
            } else {
                ": only \(before.map { "\"\($0)\"" }.joined(separator: " and ")) leads to it"
            }
        let place = machine.origin(of: state)
        guard isOpen else {
            return Finding(
                .unreachable, on: machine, at: place, "\(name) cannot be reached\(why)",
                shownBy: incoming.lazy.compactMap(\.best?.transcript).first ?? beginning)
        }
        return Finding(
            .unreachable, on: machine, at: place, "\(name) was not reached with the messages that could be made",
            shownBy: nil)
    }

    /// The shortest conversation there is.
    private var beginning: Transcript { Transcript(walks[0], .greeting) }

    /// - Parameter open: states out of which there may be other ways.
    private mutating func stuck(open: Set<StateKey>) -> [Finding] {
        var seen: Set<StateKey> = []
        var findings: [Finding] = []
        for index in walks.indices where !walks[index].isCoarse {
            for stuck in walks[index].stuck(open: open) {
                let node = walks[index].nodes[stuck.node]
                guard seen.insert(node.state).inserted, let state = machine.state(node.state) else { continue }
                let score = machine.scoringMode == .scoring ? " (score \(node.session.score))" : ""
                let (kind, what): (Finding.Kind, String) =
                    stuck.isDeadEnd
                    ? (.deadEnd, "is a dead end: no message leads out of it")
                    : (.softLock, "is a soft lock: no message that follows leads to an ending")
                findings.append(
                    Finding(
                        kind, on: machine, at: machine.origin(of: state),
                        "the state \"\(node.state)\"\(score) \(what), but for a kick-out",
                        shownBy: walks[index].transcript(of: stuck)))
            }
        }
        return findings
    }
}

extension ExplorationStop {
    var reason: String {
        switch self {
        case .depth: "conversations became longer than --depth"
        case .turns: "as many turns were taken as --turns allows"
        case .configurations: "there are more configurations than are kept"
        case .combinations: "there are more combinations of unlocks and variables than are visited"
        case .time: "the time was up"
        }
    }
}
