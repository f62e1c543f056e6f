import Dialogue
import Exact

/// Draws one machine.
struct MachineDrawing {
    private let machine: Machine
    /// What was reached of it; nil: it is not asked for.
    private let coverage: ReachedParts.OfMachine?
    private(set) var group: Graph.Group
    private var states: [StateKey: Int] = [:]
    /// The node of every state that is not terminal, once there is a transition of all.
    private var anywhere: Int?
    /// The ends of sessions outside a terminal state.
    private var ends: [Outcome: Int] = [:]
    private var arrows: [Arrow: [String]] = [:]
    private var order: [Arrow] = []

    /// Transitions between the same states are one arrow.
    private struct Arrow: Hashable {
        let from: Int
        let to: Int
        let reach: Graph.Reach?
    }

    /// The most transitions that one arrow names.
    private static let named = 3

    init(_ machine: Machine, _ coverage: ReachedParts.OfMachine?) {
        self.machine = machine
        self.coverage = coverage
        group = Graph.Group(MachineDrawing.title(of: machine))
        let ordered = machine.stateKeys.compactMap(machine.state).sorted { $0.position < $1.position }
        for state in ordered {
            states[state.key] = group.add(
                Graph.Node(
                    shape: state.isTerminal ? .ending : .state,
                    lines: [ShortText.of(state.key.text)] + ending(of: state),
                    reach: coverage?.reach(of: state)))
        }
        addBeginnings()
        for state in ordered where !state.isTerminal {
            for followUp in state.followUps { add(followUp, in: state) }
            for transition in machine.transitions(from: state.key) where transition.from != nil {
                add(transition, in: state)
            }
        }
        for transition in machine.transitions(from: machine.initialState.key) where transition.from == nil {
            add(transition, in: nil)
        }
        for arrow in order {
            let lines = arrows[arrow] ?? []
            let more = lines.count - MachineDrawing.named
            group.add(
                Graph.Edge(
                    from: arrow.from, to: arrow.to,
                    lines: lines.prefix(MachineDrawing.named) + (more > 0 ? ["+ \(more) more"] : []),
                    reach: arrow.reach))
        }
    }

    // MARK: Texts

    private static func title(of machine: Machine) -> [String] {
        var lines = [ShortText.of(machine.key)]
        switch machine.scoringMode {
        case .scoring: lines.append("a score of \(machine.earlyFailBound) or less: REJECT at once")
        case .passFail: lines.append("no score; a reject ends the session")
        }
        if let limit = machine.redirectLimit {
            lines.append("after \(limit) redirects in a state: \(machine.onRedirectLimit.rawValue)")
        }
        if machine.unmatched == .pass { lines.append("what nothing matches is a pass") }
        if let nudge = machine.entries.nudge {
            let cap = nudge.cap.map { ", \($0) at most" } ?? ""
            lines.append("nudge after \(nudge.cooldownSeconds) s\(cap)")
        }
        return lines
    }

    private func ending(of state: State) -> [String] {
        guard state.isTerminal else { return [] }
        if let outcome = state.outcome { return [outcome.rawValue] }
        switch machine.scoringMode {
        case .scoring: return ["ACCEPT from \(machine.passThreshold), else REJECT"]
        case .passFail: return ["ACCEPT, after a reject REJECT"]
        }
    }

    /// `pass +2: bread, bak*`.
    private func text(_ transition: Transition) -> String {
        let delta =
            transition.scoreDelta == 0 || machine.scoringMode == .passFail
            ? "" : transition.scoreDelta > 0 ? " +\(transition.scoreDelta)" : " −\(transition.scoreDelta.magnitude)"
        let when = transition.when.map(ConditionText.short) ?? byDirective(transition)
        return ShortText.of("\(transition.decision.rawValue)\(delta): \(when)", to: 80)
    }

    /// With the editor's text, which says what is meant.
    private func byDirective(_ transition: Transition) -> String {
        guard let condition = transition.condition, !condition.isEmpty else { return "by directive" }
        return "by directive (\(condition))"
    }

    // MARK: Arrows

    private mutating func add(_ line: String, from: Int, to: Int, _ reach: Graph.Reach?) {
        let arrow = Arrow(from: from, to: to, reach: reach)
        if arrows[arrow] == nil { order.append(arrow) }
        arrows[arrow, default: []].append(line)
    }

    private mutating func addBeginnings() {
        let start = group.add(Graph.Node(shape: .start, lines: ["start"]))
        func begin(_ line: String?, _ key: StateKey) {
            guard let state = states[key] else { return }
            group.add(Graph.Edge(from: start, to: state, lines: line.map { [$0] } ?? []))
        }
        begin(nil, machine.initialState.key)
        if let opener = machine.entries.opener { begin("opener", opener.to) }
        for (event, entry) in machine.entries.events.sorted(by: { $0.key < $1.key }) {
            begin("event \(ShortText.of(event.text))", entry.to)
        }
    }

    private mutating func add(_ followUp: FollowUp, in state: State) {
        guard let node = states[state.key] else { return }
        let when = followUp.when.map(ConditionText.short) ?? "by directive"
        let limit = followUp.limit == 1 ? "" : " \(followUp.limit) ×"
        add(
            ShortText.of("asks back\(limit): \(when)", to: 80), from: node, to: node,
            coverage?.reach(of: followUp, in: state))
    }

    /// - Parameter state: nil for a transition of all states.
    private mutating func add(_ transition: Transition, in state: State?) {
        let from = state.flatMap { states[$0.key] } ?? everyState()
        var line = text(transition)
        let endsAtOnce =
            transition.decision == .kickOut || transition.decision == .reject && machine.scoringMode == .passFail
        let target: StateKey?
        if let state {
            target = machine.target(of: transition.decision, by: transition, from: state.key)
        } else if transition.decision == .reject, !endsAtOnce {
            // It moves where a pass of the state would, which differs from state to state.
            target = nil
            line += ", moves as a pass"
        } else {
            target = transition.decision == .redirect ? nil : transition.to
        }
        let entered = target.flatMap(machine.state).flatMap { !endsAtOnce || $0.isTerminal ? states[$0.key] : nil }
        let end: Outcome = transition.decision == .kickOut ? .kickOut : .reject
        add(line, from: from, to: entered ?? (endsAtOnce ? ending(end) : from), coverage?.reach(of: transition))
    }

    private mutating func everyState() -> Int {
        let node = anywhere ?? group.add(Graph.Node(shape: .anywhere, lines: ["in every state"]))
        anywhere = node
        return node
    }

    private mutating func ending(_ outcome: Outcome) -> Int {
        let node = ends[outcome] ?? group.add(Graph.Node(shape: .ending, lines: ["session ends", outcome.rawValue]))
        ends[outcome] = node
        return node
    }
}
