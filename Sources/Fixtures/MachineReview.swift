import Dialogue
import Exact

/// Finds parts of a machine that its author probably did not mean. It runs on machines without mistakes.
struct MachineReview {
    let findings: Findings
    let reader: ObjectReader
    let machine: Machine
    let states: [PlacedState]
    let transitions: [PlacedTransition]

    func run() {
        if machine.scoringMode == .scoring, machine.earlyFailBound >= 0 {
            findings.warn(
                "a session begins with the score 0 and ends at the first decision that leaves it at \(machine.earlyFailBound) or less; "
                    + "\"early_fail_bound\" should be below 0",
                at: reader.position(of: "early_fail_bound"))
        }
        reviewTransitions()
        reviewShadows()
        let reached = reachable()
        for placed in states where !reached.contains(placed.state.key) {
            findings.warn("nothing leads to the state \"\(placed.state.key)\"", at: placed.offset)
        }
        for placed in states where !placed.state.isTerminal && isDeadEnd(placed.state.key) {
            findings.warn(
                "the state \"\(placed.state.key)\" is a dead end: it is not terminal, and nothing but a kick-out leads out",
                at: placed.offset)
        }
        if let first = states.first, !states.contains(where: \.state.isTerminal) {
            findings.warn("the machine has no terminal state, so it can never be completed", at: first.offset)
        }
        reviewGreeting()
        reviewRedirectLimits()
        guard let moves = Moves(machine) else { return }
        reviewTargets(moves)
        reviewScores(ScoreReach(machine, moves))
        reviewCaptures(moves)
    }

    private func reviewTransitions() {
        for placed in transitions {
            if let event = unknownEvent(placed.transition.when) {
                findings.warn(
                    "the transition waits for the event \"\(event)\", which \"entries\" does not list, so it is refused when it comes"
                        + Suggestion.text(for: event, among: machine.entries.events.keys.map(\.text)), at: placed.offset
                )
            }
            if placed.transition.when == nil, placed.reader.task == nil {
                findings.warn("without \"when\" the transition fires by directive or script only", at: placed.offset)
            }
            if machine.scoringMode == .passFail, placed.transition.scoreDelta != 0 {
                findings.warn("a pass_fail machine keeps no score: \"score_delta\" has no effect", at: placed.offset)
            }
        }
    }

    private func unknownEvent(_ when: Matcher?) -> String? {
        let known = machine.entries.events.keys + machine.entries.heard
        var unknown: String?
        _ = when?.contains { matcher in
            guard case .event(let id) = matcher, !known.contains(ExactText(id)) else { return false }
            unknown = id
            return true
        }
        return unknown
    }

    /// Comparisons of conditions in one machine. Beyond them no more transitions are looked at, because a start should not
    /// take long: with 20,000 transitions of one state there would be 200 million.
    private static let comparisonLimit = 2_000_000

    /// Warns of transitions that never fire, because an earlier one holds whenever they do.
    private func reviewShadows() {
        let tried = transitions.enumerated().sorted {
            ($0.element.transition.isTriedLast ? 1 : 0, $0.element.transition.priority, $0.offset)
                < ($1.element.transition.isTriedLast ? 1 : 0, $1.element.transition.priority, $1.offset)
        }.map(\.element)
        // By the state that they leave, each with its place in the order.
        var earlier: [StateKey?: [(place: Int, transition: Transition)]] = [:]
        var comparisons = 0
        for (place, later) in tried.enumerated() {
            let from = later.transition.from
            let candidates = [earlier[nil], from == nil ? nil : earlier[from]].compactMap(\.self)
            comparisons += candidates.reduce(0) { $0 + $1.count }
            guard comparisons <= MachineReview.comparisonLimit else { return }
            earlier[from, default: []].append((place, later.transition))
            guard let inner = later.transition.when else { continue }
            let covering = candidates.compactMap { list in
                list.first { $0.transition.when?.covers(inner) ?? false }
            }
            guard let first = covering.min(by: { $0.place < $1.place }) else { continue }
            findings.warn(
                "the transition never fires: the one of line \(first.transition.position) fires first whenever this one would",
                at: later.offset)
        }
    }

    private func reachable() -> Set<StateKey> {
        var reached = Set(states.filter(\.state.isInitial).map(\.state.key))
        reached.formUnion(machine.entries.targets)
        while true {
            let next = transitions.compactMap { placed -> StateKey? in
                let (from, to) = (placed.transition.from, placed.transition.to)
                return from.map(reached.contains) ?? true ? to : nil
            }
            let before = reached.count
            reached.formUnion(next)
            if reached.count == before { return reached }
        }
    }

    private func isDeadEnd(_ state: StateKey) -> Bool {
        !transitions.contains { placed in
            let transition = placed.transition
            guard transition.from == nil || transition.from == state else { return false }
            if let to = transition.to, to != state { return true }
            return transition.decision == .reject && machine.scoringMode == .passFail
        }
    }
}
