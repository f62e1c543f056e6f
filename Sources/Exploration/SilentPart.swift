import Dialogue
import Exact
import Text

/// A transition or follow-up that was tried and never fired, or for whose pattern there is no message.
struct SilentPart {
    let placed: Part.Placed
    /// The reached states in which it is tried.
    var states: [State]
    /// The pattern to blame when no message can be made for it.
    var pattern: String?
    /// The attempt that came nearest.
    var best: Attempt?

    /// A turn that was meant for it.
    struct Attempt {
        /// Whether its condition held, and something else fired.
        let holds: Bool
        /// How many parts of the condition did not hold.
        let missing: Int
        let why: String
        let transcript: Transcript
    }
}

extension Walk {
    /// The most nodes of a state from which a part is tried.
    private static let attempts = 16

    /// Looks for the turn that comes nearest to the part.
    /// - Parameter places: those of the nodes in each state that go on.
    mutating func attempt(_ part: inout SilentPart, _ places: [StateKey: [Int]]) {
        for state in part.states {
            let acts = stateActs(state).acts
            let places = places[state.key] ?? []
            for place in stride(from: 0, to: places.count, by: max(1, places.count / Walk.attempts)) {
                for act in acts {
                    attempt(&part, act, at: places[place])
                    if part.best?.holds == true { return }
                }
            }
        }
    }

    private func attempt(_ part: inout SilentPart, _ act: Act, at place: Int) {
        let node = nodes[place]
        let context = context(of: act, at: node)
        var effort = Effort()
        let account = part.placed.when.account(in: context, &effort)
        let isTried = act.event == nil || part.placed.when.contains { if case .event = $0 { true } else { false } }
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
            let parts = machine.state(node.state).map { Part.all(in: $0, of: machine) } ?? []
            let first = parts.first { $0.part == winner }.map { "\($0.name) (\($0.place)) fires first" }
            why = "\(act) in \"\(node.state)\" meets its condition, and \(first ?? "another decision is made")"
        } else {
            why =
                "\(act) in \"\(node.state)\" does not meet its condition: "
                + account.reasons.map(\.description).joined(separator: "; ")
        }
        part.best = SilentPart.Attempt(
            holds: missing == 0, missing: missing, why: why, transcript: transcript)
    }

    private func context(of act: Act, at node: Node) -> MatchContext {
        MatchContext(
            text: act.line, earlier: node.heard.map { Line($0) }, turn: node.session.turnCount + 1,
            score: node.session.score, redirects: node.session.redirectCount,
            variables: persona.variables.merging(variables) { $1 }, inFollowUp: node.session.memory.isInFollowUp,
            event: act.event, hasImage: act.hasImage)
    }
}
