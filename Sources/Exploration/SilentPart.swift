import Dialogue
import Exact
import Text

/// A transition or follow-up that was tried and never fired.
struct SilentPart {
    let placed: Part.Placed
    /// The reached states in which it is tried.
    var states: [State]
    /// The attempt that came nearest.
    var best: Attempt?

    /// A turn that was meant for it.
    struct Attempt {
        /// How many parts of the condition did not hold; 0: it held, and something else fired.
        let missing: Int
        let why: String
        let transcript: Transcript
    }
}

extension Walk {
    /// The most states of a part, and the most nodes of a state, from which it is tried.
    private static let places = 8
    private static let attempts = 16
    /// The most acts of a node that are tried for it, beside those that are made for it.
    private static let others = 8

    /// Looks for the turn that comes nearest to the part.
    /// - Parameter places: those of the nodes in each state that go on.
    mutating func attempt(_ part: inout SilentPart, _ places: [StateKey: [Int]]) {
        for state in part.states.prefix(Walk.places) {
            let made = self.made(for: part.placed, in: state)
            let places = places[state.key] ?? []
            for place in stride(from: 0, to: places.count, by: max(1, places.count / Walk.attempts)) {
                let node = nodes[places[place]]
                let others = choices(in: node.session, heard: node.heard).prefix(Walk.others).map(\.act)
                for act in made + others {
                    attempt(&part, act, at: places[place])
                    if part.best?.missing == 0 { return }
                }
            }
        }
    }

    /// Acts that meet the part's condition as far as a message decides it, whatever comes before the part.
    private func made(for part: Part.Placed, in state: State) -> [Act] {
        let rules = self.rules.rules(of: state)
        guard let place = rules.parts.firstIndex(where: { $0.part == part.part }) else { return [] }
        let open = [Bool?](repeating: nil, count: rules.ofSession.count)
        return rules.shownTurns.lazy.compactMap { turn -> [Act]? in
            var solver = Solver(rules, open, turn)
            guard solver.isTried(place) else { return nil }
            var acts: [Act] = []
            _ = solver.canBe([.formula(rules.formulas[place], true)], before: 0) { solution in
                acts = maker.acts(for: solution)
                return !acts.isEmpty
            }
            return acts.isEmpty ? nil : Array(acts.prefix(Walk.others))
        }.first ?? []
    }

    private func attempt(_ part: inout SilentPart, _ act: Act, at place: Int) {
        let node = nodes[place]
        let context = MatchContext(node.session, in: self, heard: node.heard, act)
        var effort = Effort()
        let account = part.placed.when.account(in: context, &effort)
        let isTried = act.event == nil || part.placed.isAboutEvents
        let missing = account.holds && isTried ? 0 : max(1, account.reasons.count)
        if let best = part.best, best.missing <= missing { return }
        var transcript = transcript(to: place)
        transcript.take(act)
        let why: String
        if missing == 0 {
            var session = node.session
            let step = session.step(
                act.input(variables, earlier: node.heard), on: machine, of: persona, at: Walk.moment)
            let winner = step.fired.map { Part.of($0, in: node.state, of: machine) }
            let parts = machine.state(node.state).map { rules.rules(of: $0).parts } ?? []
            let first = parts.first { $0.part == winner }.map { "\($0.name) (\($0.place)) fires first" }
            why = "\(act) in \"\(node.state)\" meets its condition, and \(first ?? "another decision is made")"
        } else {
            why =
                "\(act) in \"\(node.state)\" does not meet its condition: "
                + account.reasons.map(\.description).joined(separator: "; ")
        }
        part.best = SilentPart.Attempt(missing: missing, why: why, transcript: transcript)
    }
}
