import Dialogue
import Exact

extension MachineReview {
    /// Warns of lines of the initial state that are never said when no transition leads back to it: because the greeting
    /// is said in their place, or because their condition is about what the player has said.
    func reviewGreeting() {
        guard let initial = states.first(where: \.state.isInitial), let says = initial.state.says,
            !transitions.contains(where: { $0.transition.to == initial.state.key })
        else { return }
        let place = initial.reader.position(of: "says")
        if let greeting = machine.greeting, greeting.alwaysSpeaks, !greeting.namesEntering {
            findings.warn(
                "this is never said: the machine's \"greeting\" is said in its place, and no transition leads back here",
                at: place)
        } else if let line = says.replies.firstIndex(where: { $0.when?.holds(in: .beginning) == false }) {
            findings.warn(
                "line \(line + 1) is never said: the session begins with it, before the player has said anything, and no "
                    + "transition leads back here",
                at: place)
        }
    }

    /// Warns of a redirect limit beyond which the conversation goes on by default, where an end may be meant.
    func reviewRedirectLimits() {
        guard machine.scoringMode == .scoring, reader.value("on_redirect_limit") == nil else { return }
        var isMachineWarned = false
        for placed in states where !placed.state.isTerminal {
            guard let limit = placed.state.redirectLimit ?? machine.redirectLimit else { continue }
            let isMachines = placed.state.redirectLimit == nil
            let transitions = machine.transitions(from: placed.state.key)
            guard !transitions.contains(where: { $0.decision == .reject }), canRedirect(transitions),
                let target = transitions.first(.pass)?.to,
                target != placed.state.key, !isMachines || !isMachineWarned
            else { continue }
            if isMachines { isMachineWarned = true }
            findings.warn(
                "after \(limit) redirects in \"\(placed.state.key)\" the next one leads to \"\(target)\": in scoring a reject goes "
                    + "on as a pass does; set \"on_redirect_limit\" to \"kick_out\" to end the session, or to \"reject\" if that is meant",
                at: (isMachines ? reader : placed.reader).position(of: "redirect_limit"))
        }
    }

    private func canRedirect(_ transitions: [Transition]) -> Bool {
        transitions.contains { $0.decision == .redirect }
            || machine.unmatched == .redirect && !transitions.contains(where: \.isTriedLast)
    }

    /// Warns of a `to_state_key` to which its transition never leads. Transitions without a condition are left out, because
    /// an editor makes them for every state, and redirects, which are known to stay.
    func reviewTargets(_ moves: Moves) {
        let led = Dictionary(grouping: moves.all.filter { $0.transition != nil }) {
            $0.transition.map(ObjectIdentifier.init)
        }
        for placed in transitions where placed.transition.when != nil && placed.transition.decision != .redirect {
            let transition = placed.transition
            let ends = Set((led[ObjectIdentifier(transition)] ?? []).map(\.to))
            guard let to = transition.to, !ends.isEmpty, !ends.contains(to) else { continue }
            let reason =
                switch transition.decision {
                case .reject where machine.scoringMode == .scoring:
                    "in scoring a reject leads where the first pass of its state leads"
                        + (ends.count == 1 ? ", here to \"\(ends.first?.text ?? "")\"" : "")
                default:
                    "a \(transition.decision.rawValue) ends the session, and leads only to a terminal state"
                }
            findings.warn("\"to_state_key\" has no effect: \(reason)", at: placed.reader.position(of: "to_state_key"))
        }
    }

    /// Warns of scores that no path reaches.
    func reviewScores(_ reach: ScoreReach) {
        guard machine.scoringMode == .scoring else { return }
        let ruled = states.filter { $0.state.isTerminal && $0.state.outcome == nil }
        let most = ruled.compactMap { reach.inStates[$0.state.key]?.upperBound }.max()
        if let most, most < machine.passThreshold, let end = ruled.first {
            let isDefault = reader.value("pass_threshold") == nil
            findings.warn(
                "no path reaches \"pass_threshold\" \(machine.passThreshold)\(isDefault ? " (the default)" : ""): the most is "
                    + "\(most), so each end without an \"outcome\" of its own is a REJECT",
                at: isDefault ? end.offset : reader.position(of: "pass_threshold"))
        }
        for placed in transitions {
            let ranges =
                placed.transition.from.map { [reach.inStates[$0]] }
                ?? states.filter { !$0.state.isTerminal }.map { reach.inStates[$0.state.key] }
            let reached = ranges.compactMap(\.self)
            guard let least = reached.map(\.lowerBound).min(), let most = reached.map(\.upperBound).max() else {
                continue
            }
            for wanted in placed.transition.when?.scores ?? []
            where (wanted.atLeast ?? .min) > most || (wanted.atMost ?? .max) < least {
                let bound = (wanted.atLeast ?? .min) > most ? "at most \(most)" : "at least \(least)"
                findings.warn("the transition never fires: the score is \(bound) before it", at: placed.offset)
            }
        }
    }
}

extension ReplyList {
    /// Whether a line of it fits in every turn.
    var alwaysSpeaks: Bool { replies.contains { $0.when == nil } }

    var namesEntering: Bool { replies.contains(where: \.namesEntering) }
}
