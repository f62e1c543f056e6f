import Dialogue
import Exact

extension MachineReview {
    /// Warns of a capture in a line that comes out empty on a path on which nothing was caught. Lines with a condition are
    /// left out, because their condition may see to it, and so are bubbles of nothing else.
    func reviewCaptures(_ moves: Moves) {
        let held = self.held(moves)
        let entering = Dictionary(grouping: moves.all.filter { !$0.needsOrder && $0.speaksOfState }) { $0.entered }
        for placed in states { reviewState(placed, entering[placed.state.key] ?? [], moves, held) }
        reviewTransitions(moves, held)
        reviewSaysOn(moves, held)
        warn(machine.greeting, [], at: reader.position(of: "greeting"))
        let everywhere = common(states.filter { !$0.state.isTerminal }.compactMap { held[$0.state.key] })
        for list in [machine.entries.opener?.says] + machine.entries.events.values.map(\.says) {
            warn(list, [], at: reader.position(of: "entries"))
        }
        warn(machine.entries.nudge?.says, everywhere ?? [], at: reader.position(of: "entries"))
    }

    /// The captures that a session certainly has in each state that can be reached.
    private func held(_ moves: Moves) -> [StateKey: Set<ExactText>] {
        let starts = machine.entries.targets.union([machine.initialState.key])
        var held = Dictionary(uniqueKeysWithValues: starts.map { ($0, Set<ExactText>()) })
        var changed = Array(starts)
        while let state = changed.popLast() {
            let before = held[state] ?? []
            for move in moves.own(from: state) {
                guard let entered = move.entered else { continue }
                let after = before.union(move.caught)
                let kept = held[entered].map { $0.intersection(after) } ?? after
                if held.updateValue(kept, forKey: entered) != kept { changed.append(entered) }
            }
        }
        return held
    }

    private func reviewState(
        _ placed: PlacedState, _ entering: [Moves.Move], _ moves: Moves, _ held: [StateKey: Set<ExactText>]
    ) {
        let state = placed.state
        guard let here = held[state.key] else { return }
        var entering = entering.compactMap { move in held[move.from].map { $0.union(move.caught) } }
        if state.isInitial, !(machine.greeting?.alwaysSpeaks ?? false) { entering.append([]) }
        if let given = common(entering) { warn(state.says, given, at: placed.reader.position(of: "says")) }
        for followUp in state.followUps {
            warn(
                followUp.says, here.union(followUp.when?.captures ?? []), at: placed.reader.position(of: "follow_up"))
        }
        for (decision, list) in state.saysOn {
            let silent = moves.own(from: state.key).filter { $0.decision == decision && isSilent($0) }
            if let caught = common(silent.map(\.caught)) {
                warn(list, here.union(caught), at: placed.reader.position(of: "says_on"))
            }
        }
    }

    private func reviewTransitions(_ moves: Moves, _ held: [StateKey: Set<ExactText>]) {
        let firing = Dictionary(grouping: moves.all.filter { !$0.needsOrder && $0.transition?.says != nil }) {
            ExactText($0.transition?.says?.id ?? "")
        }
        for placed in transitions {
            guard let list = placed.transition.says else { continue }
            let given = (firing[list.id] ?? []).compactMap { move in held[move.from].map { $0.union(move.caught) } }
            if let given = common(given) { warn(list, given, at: placed.reader.position(of: "says")) }
        }
    }

    /// The machine's `says_on`, which speaks where a state has no line of its own for a decision.
    private func reviewSaysOn(_ moves: Moves, _ held: [StateKey: Set<ExactText>]) {
        for (decision, list) in machine.saysOn {
            let given = states.flatMap { placed -> [Set<ExactText>] in
                guard let here = held[placed.state.key], !(placed.state.saysOn[decision]?.alwaysSpeaks ?? false) else {
                    return []
                }
                return moves.own(from: placed.state.key).filter { $0.decision == decision && isSilent($0) }
                    .map { here.union($0.caught) }
            }
            if let given = common(given) { warn(list, given, at: reader.position(of: "says_on")) }
        }
    }

    /// Whether a move leaves it to `says_on` what is said.
    private func isSilent(_ move: Moves.Move) -> Bool {
        guard !(move.transition?.says?.alwaysSpeaks ?? false) else { return false }
        return !(move.entered.flatMap(machine.state)?.says?.alwaysSpeaks ?? false)
    }

    /// What all of the sets have; nil when there is none.
    private func common(_ sets: [Set<ExactText>]) -> Set<ExactText>? {
        sets.first.map { first in sets.dropFirst().reduce(first) { $0.intersection($1) } }
    }

    private func warn(_ list: ReplyList?, _ given: Set<ExactText>, at offset: Int) {
        let needed = list?.replies.filter { $0.when == nil }.flatMap(\.bubbles).flatMap(\.neededCaptures) ?? []
        for name in Set(exact: needed).subtracting(given).sorted() {
            findings.warn(
                "{capture.\(name)} can be empty here: on one way to this line no pattern has caught it; give it a fallback, as "
                    + "{capture.\(name)|…}",
                at: offset)
        }
    }
}

extension Moves.Move {
    /// Whether the entered state's line may be said.
    fileprivate var speaksOfState: Bool {
        guard entered != nil else { return false }
        return transition?.says.map { !$0.alwaysSpeaks || $0.namesEntering } ?? true
    }
}

extension Template {
    /// The captures without a fallback beside other text.
    fileprivate var neededCaptures: [String] {
        guard parts.count > 1 else { return [] }
        return parts.compactMap { part in
            if case .placeholder(.capture(let name), nil) = part { name } else { nil }
        }
    }
}
