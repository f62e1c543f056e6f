import Dialogue
import Exact

/// What can happen to a session in each state of a machine, by its rules.
struct Moves {
    struct Move {
        let from: StateKey
        /// The state that is entered; nil when the session stays.
        let entered: StateKey?
        let decision: Decision
        /// Whether the conversation ends whatever state is entered.
        let endsAtOnce: Bool
        let delta: Int
        /// The captures that the condition made.
        let caught: Set<ExactText>
        /// Nil: none fires.
        let transition: Transition?
        /// Whether only a directive or a script leads to it.
        let needsOrder: Bool

        var to: StateKey { entered ?? from }
    }

    let all: [Move]
    private let own: [StateKey: [Move]]

    /// A machine with more moves is not reviewed for what needs them, because a start should not take long.
    private static let limit = 100_000

    /// Nil when there are more than `limit`.
    init?(_ machine: Machine) {
        var all: [Move] = []
        for state in machine.stateKeys.compactMap(machine.state) where !state.isTerminal {
            let transitions = machine.transitions(from: state.key)
            guard all.count + transitions.count < Moves.limit else { return nil }
            let maker = Maker(machine: machine, state: state, transitions: transitions)
            all += transitions.map {
                maker.move(by: $0, $0.decision, caught: $0.when?.captures ?? [], needsOrder: $0.when == nil)
            }
            all += maker.unasked
        }
        self.all = all
        own = Dictionary(grouping: all.filter { !$0.needsOrder }, by: \.from)
    }

    /// The moves from the state that need neither directive nor script.
    func own(from state: StateKey) -> [Move] { own[state] ?? [] }
}

/// Makes the moves of one state.
private struct Maker {
    let machine: Machine
    let state: State
    let transitions: [Transition]
    private let firstPass: Transition?

    init(machine: Machine, state: State, transitions: [Transition]) {
        (self.machine, self.state, self.transitions) = (machine, state, transitions)
        firstPass = transitions.first(.pass)
    }

    func move(by transition: Transition?, _ decision: Decision, caught: Set<ExactText>, needsOrder: Bool) -> Moves.Move
    {
        let endsAtOnce = decision == .kickOut || decision == .reject && machine.scoringMode == .passFail
        let target: StateKey? =
            switch decision {
            case .redirect: nil
            case .reject where machine.scoringMode == .scoring: firstPass?.to ?? transition?.to
            default: transition?.to
            }
        let isEntered = !endsAtOnce || target.flatMap(machine.state)?.isTerminal ?? false
        return Moves.Move(
            from: state.key, entered: isEntered ? target : nil, decision: decision, endsAtOnce: endsAtOnce,
            delta: machine.scoringMode == .scoring ? transition?.scoreDelta ?? 0 : 0, caught: caught,
            transition: transition, needsOrder: needsOrder)
    }

    /// The moves that no condition leads to: on a message that nothing fits, and beyond the redirect limit.
    var unasked: [Moves.Move] {
        var moves: [Moves.Move] = []
        let takesAll = transitions.contains(where: \.isTriedLast)
        if !takesAll { moves.append(ordered(machine.unmatched)) }
        let redirects = transitions.contains { $0.decision == .redirect } || !takesAll && machine.unmatched == .redirect
        if redirects, state.redirectLimit ?? machine.redirectLimit != nil {
            moves.append(ordered(machine.onRedirectLimit))
        }
        return moves
    }

    private func ordered(_ decision: Decision) -> Moves.Move {
        move(
            by: decision == .redirect ? nil : transitions.first(decision), decision, caught: [], needsOrder: false)
    }
}

extension [Transition] {
    /// The one of a decision that fires when no condition led to it.
    func first(_ decision: Decision) -> Transition? {
        filter { $0.decision == decision }.min { $0.priority < $1.priority }
    }
}
