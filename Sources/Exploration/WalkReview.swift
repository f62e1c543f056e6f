import Dialogue
import Exact
import Text

/// Makes findings of the walks through a machine. What a machine can never do is a finding if no possible walk does it;
/// what only the walks with messages did not do is a note.
struct WalkReview {
    private var walks: [Walk]
    private let machine: Machine
    private let shared: Walks
    private let stop: ExplorationStop?
    private let isOver: () -> Bool
    private let names: CaptureNames
    /// What was seen: in walks with messages, or in stories.
    private let reached: Set<StateKey>
    private let fired: Set<Part>
    /// The parts that may have fired, and for which no message could be made.
    private let unmade: Set<Part>
    /// What may be; nil: anything.
    private let possible: (reached: Set<StateKey>, fired: Set<Part>)?
    /// The other states with a transition of their own to each state.
    private let sources: [StateKey: [StateKey]]
    /// The parts that were tried and never fired, in the order of states.
    private var silent: [SilentPart] = []

    /// - Parameters:
    ///   - stop: what stopped the walks with messages.
    ///   - isProof: whether the possible walks leave nothing out.
    init(
        _ machine: Machine, _ shared: Walks, _ stories: StoryParts, _ stop: ExplorationStop?, isProof: Bool,
        isOver: @escaping () -> Bool
    ) {
        (self.machine, self.shared, self.stop, self.isOver) = (machine, shared, stop, isOver)
        names = CaptureNames(shared.persona)
        walks = shared.byMachine[machine.id] ?? []
        reached = walks.reduce(into: stories.states[machine.id] ?? []) { $0.formUnion($1.reached) }
        fired = walks.reduce(into: stories.fired[machine.id] ?? []) { $0.formUnion($1.fired) }
        unmade = walks.reduce(into: []) { $0.formUnion($1.unmade) }
        var sources: [StateKey: [StateKey]] = [:]
        for state in machine.stateKeys {
            let targets = machine.transitions(from: state).compactMap { $0.from == nil ? nil : $0.to }
            for target in Set(targets) where target != state { sources[target, default: []].append(state) }
        }
        self.sources = sources
        let whole = shared.possibleByMachine[machine.id] ?? []
        possible =
            isProof
            ? (
                whole.reduce(into: []) { $0.formUnion($1.reached) }, whole.reduce(into: []) { $0.formUnion($1.fired) }
            ) : nil
    }

    mutating func findings() -> [Finding] {
        findSilentParts()
        makeAttempts()
        let unreached = machine.stateKeys.filter { !reached.contains($0) }
        var findings = stuck()
        let incoming = Dictionary(grouping: silent) { $0.placed.transition?.to }
        findings += silent.compactMap(finding) + unreached.compactMap { self.unreached($0, incoming[$0] ?? []) }
        if let stop { findings.append(stopped(stop, unreached)) }
        return findings.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    private func isNever(_ part: Part) -> Bool { possible.map { !$0.fired.contains(part) } ?? false }

    private func isNever(_ state: StateKey) -> Bool { possible.map { !$0.reached.contains(state) } ?? false }

    /// The note on a walk that was stopped, with what it left open.
    private func stopped(_ limit: ExplorationStop, _ unreached: [StateKey]) -> Finding {
        let parts = silent.filter { !isNever($0.placed.part) && !unmade.contains($0.placed.part) }
        let open = [
            WalkReview.some(unreached.filter { !isNever($0) }.map(\.text), "state"),
            WalkReview.some(parts.map(\.placed.name), "transition or follow-up"),
        ].compactMap(\.self)
        return Finding(
            .stopped, of: machine.key, on: machine, at: machine.origin(of: machine.initialState),
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
            for placed in Part.all(in: state, of: machine) where !fired.contains(placed.part) {
                let place = places[placed.part] ?? silent.count
                if place == silent.count { silent.append(SilentPart(placed: placed, states: [])) }
                places[placed.part] = place
                silent[place].states.append(state)
            }
        }
    }

    /// Looks for turns that show how near a part comes that never fires.
    private mutating func makeAttempts() {
        for index in walks.indices where !silent.isEmpty {
            let nodes = walks[index].nodes
            let places = Dictionary(grouping: nodes.indices.filter { nodes[$0].session.outcome == nil }) {
                nodes[$0].state
            }
            for place in silent.indices where isNever(silent[place].placed.part) && silent[place].best?.missing != 0 {
                if isOver() { return }
                walks[index].attempt(&silent[place], places)
            }
        }
    }

    private func finding(on part: SilentPart) -> Finding? {
        let name = part.placed.name
        func finding(_ kind: Finding.Kind, _ message: String, shownBy transcript: Transcript? = nil) -> Finding {
            Finding(
                kind, of: part.placed.subject, on: machine, at: part.placed.place, message, shownBy: transcript)
        }
        if isNever(part.placed.part) {
            let why = part.best.map { ": \($0.why)" } ?? ""
            return finding(.neverFires, "\(name) never fires\(why)", shownBy: part.best?.transcript ?? beginning)
        }
        if unmade.contains(part.placed.part) {
            let pattern = part.placed.when.atoms.lazy.compactMap(\.pattern).first
            let which = pattern.map { " (pattern \(ExplanationText.quoted($0.source)))" } ?? ""
            return finding(.noMessage, "could not make a message for \(name)\(which): add a story that says one")
        }
        // The note on the walk names it.
        if stop != nil { return nil }
        if names.areRead(by: part.placed.when) {
            return finding(
                .noMessage,
                "\(name) was not seen to fire; it asks for a variable that holds what players say: add a story that says "
                    + "it")
        }
        return finding(.neverFires, "\(name) did not fire with the messages that could be made")
    }

    // MARK: States

    /// - Parameter incoming: the parts that lead to it and never fired.
    private func unreached(_ key: StateKey, _ incoming: [SilentPart]) -> Finding? {
        guard let state = machine.state(key) else { return nil }
        let name = "the \(state.isTerminal ? "ending" : "state") \"\(key)\""
        let place = machine.origin(of: state)
        guard isNever(key) else {
            guard stop == nil else { return nil }
            return Finding(
                .unreachable, of: key.text, on: machine, at: place,
                "\(name) was not reached with the messages that could be made", shownBy: nil)
        }
        let before = sources[key] ?? []
        let why =
            if let first = incoming.first {
                ": \(first.placed.name) (\(first.placed.place)) never fires"
            } else if before.isEmpty {
                ": no transition with a condition leads to it"
            } else {
                ": only \(before.map { "\"\($0)\"" }.joined(separator: " and ")) "
                    + "\(before.count == 1 ? "leads" : "lead") to it"
            }
        return Finding(
            .unreachable, of: key.text, on: machine, at: place, "\(name) cannot be reached\(why)",
            shownBy: incoming.lazy.compactMap(\.best?.transcript).first ?? beginning)
    }

    /// The shortest conversation there is.
    private var beginning: Transcript? { walks.first.map { Transcript($0, .greeting) } }

    /// The first configuration of each state from which no conversation ends other than by a kick-out, and before which
    /// one still can.
    private mutating func stuck() -> [Finding] {
        var seen: Set<StateKey> = []
        var findings: [Finding] = []
        for index in walks.indices where !walks[index].isDirect {
            guard let possible = shared.possibleWalk(around: walks[index]), !possible.isStopped else { continue }
            let nodes = walks[index].nodes
            for (place, node) in nodes.enumerated() where node.session.outcome == nil && !seen.contains(node.state) {
                guard let here = possible.node(of: node.session), !here.ends else { continue }
                if node.parent >= 0, !(possible.node(of: nodes[node.parent].session)?.ends ?? true) { continue }
                seen.insert(node.state)
                if let finding = stuck(at: place, here, possible, &walks[index]) { findings.append(finding) }
            }
        }
        return findings
    }

    private func stuck(
        at place: Int, _ here: PossibleWalk.Node, _ possible: PossibleWalk, _ walk: inout Walk
    ) -> Finding? {
        let session = walk.nodes[place].session
        guard let state = machine.state(session.stateKey) else { return nil }
        let score = machine.scoringMode == .scoring ? " (score \(session.score))" : ""
        // Another way in may bring what leads out.
        let isAlways = possible.nodes.allSatisfy { $0.session.stateKey != state.key || !$0.ends }
        let when = isAlways ? "" : " after this conversation"
        let (kind, what): (Finding.Kind, String) =
            here.leaves
            ? (.softLock, "is a soft lock\(when): no message that follows leads to an ending")
            : (.deadEnd, "is a dead end\(when): no message leads out of it")
        return Finding(
            kind, of: state.key.text, on: machine, at: machine.origin(of: state),
            "the state \"\(state.key)\"\(score) \(what), but for a kick-out",
            shownBy: walk.transcript(stuckAt: place))
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
