import Dialogue
import Exact

/// A walk through one machine that takes every turn that is not proved to be impossible: it comes wherever a conversation
/// comes, and perhaps further. So what it does not reach, no conversation reaches. It makes no messages.
///
/// It forgets what players say: conditions on earlier lines, and on variables that hold a player's words, may hold or not.
struct PossibleWalk {
    struct Node {
        let session: Session
        /// Whether what follows may end the conversation, other than by a kick-out.
        var ends = false
        /// Whether what follows may lead to another state, other than by a kick-out.
        var leaves = false
    }

    private let rules: MachineRules
    private var machine: Machine { rules.machine }
    private let persona: Persona
    private let baggage: Baggage
    private let relevance: Relevance
    private let readings: Readings
    private let limits: ExplorationLimits

    private(set) var nodes: [Node] = []
    private var edges: [(from: Int32, to: Int32)] = []
    private var seen: [Configuration: Int] = [:]
    private(set) var fired: Set<Part> = []
    private(set) var reached: Set<StateKey> = []
    /// Ended sessions, one for each that makes a difference to other machines.
    private(set) var completed: [Session] = []
    private var completions: Set<Completion> = []
    private var steps = 0
    /// Whether a bound stopped it, so that it proves nothing.
    private(set) var isStopped = false

    init(
        _ rules: MachineRules, of persona: Persona, _ baggage: Baggage, _ readings: Readings,
        _ limits: ExplorationLimits, _ grain: Relevance.Grain
    ) {
        (self.rules, self.persona, self.baggage) = (rules, persona, baggage)
        (self.readings, self.limits) = (readings, limits)
        relevance = Relevance(
            rules.machine, of: persona, readings, grain, said: rules.said, remembersWords: false)
    }

    mutating func run() {
        for start in Walk.starts(of: machine) {
            arrive(start.session(on: machine, of: persona, baggage.progress.variables), from: nil)
        }
        var next = 0
        while next < nodes.count, !isStopped {
            expand(next)
            next += 1
            if steps > limits.turns || nodes.count > limits.configurations || limits.isOver() { isStopped = true }
        }
        guard !isStopped else { return }
        spread(\.ends) { _, _ in true }
        spread(\.leaves) { $0.stateKey == $1.stateKey }
    }

    /// The node of a session's configuration.
    func node(of session: Session) -> Node? {
        guard let state = machine.state(session.stateKey) else { return nil }
        return seen[relevance.configuration(of: session, in: state, heard: [])].map { nodes[$0] }
    }

    private mutating func expand(_ place: Int) {
        let session = nodes[place].session
        guard session.outcome == nil, let state = machine.state(session.stateKey) else { return }
        let rules = self.rules.rules(of: state)
        let variables = persona.variables.merging(baggage.progress.variables) { $1 }
        let context = MatchContext(
            text: "", turn: session.turnCount + 1, score: session.score, redirects: session.redirectCount,
            variables: variables, inFollowUp: session.memory.isInFollowUp)
        let answers = rules.answers(of: session, in: state, context) { question in
            switch question.subject {
            case .earlier?: session.turnCount > 0
            case .variable(let name)?: baggage.unknown.contains(name)
            default: false
            }
        }
        guard let firings = self.rules.firings(rules, answers, isOver: limits.isOver) else {
            isStopped = true
            return
        }
        for firing in firings {
            for score in scores(session, firing) {
                steps += 1
                if steps > limits.turns { return }
                var next = session
                next.score = score
                let step = next.step(
                    firing: firing.candidate, onEvent: firing.event?.text, on: machine, at: Walk.moment)
                if let part = step.fired { fired.insert(Part.of(part, in: session.stateKey, of: machine)) }
                if step.ending != .kickOut {
                    if step.ending != nil { nodes[place].ends = true }
                    if next.stateKey != session.stateKey { nodes[place].leaves = true }
                }
                arrive(next, from: place)
            }
        }
    }

    /// The scores before a turn that make a difference after it. At an end of the compared scores there may be any score
    /// beyond.
    private func scores(_ session: Session, _ firing: MachineRules.Firing) -> ClosedRange<Int> {
        let ends = relevance.scores
        let score = session.score
        guard score == ends.lowerBound || score == ends.upperBound, machine.scoringMode == .scoring else {
            return score...score
        }
        var next = session
        _ = next.step(firing: firing.candidate, onEvent: firing.event?.text, on: machine, at: Walk.moment)
        let delta = next.score - score
        if score == ends.upperBound, delta < 0 {
            return max(score, ends.lowerBound - delta)...score - delta
        }
        if score == ends.lowerBound, delta > 0 {
            return score - delta...min(score, ends.upperBound - delta)
        }
        return score...score
    }

    private mutating func arrive(_ session: Session, from place: Int?) {
        reached.insert(session.stateKey)
        if session.outcome != nil {
            if completions.insert(Completion(of: session, on: machine, of: persona, readings)).inserted {
                completed.append(session)
            }
            return
        }
        guard let state = machine.state(session.stateKey) else { return }
        var session = session
        session.score = relevance.clamped(session.score)
        let configuration = relevance.configuration(of: session, in: state, heard: [])
        let next = seen[configuration] ?? nodes.count
        if next == nodes.count {
            seen[configuration] = next
            nodes.append(Node(session: session))
        }
        if let place, place != next { edges.append((Int32(place), Int32(next))) }
    }

    /// Marks the nodes from which a marked one can be reached over edges that count.
    private mutating func spread(_ mark: WritableKeyPath<Node, Bool>, _ counts: (Session, Session) -> Bool) {
        var before: [Int32: [Int32]] = [:]
        for edge in edges where counts(nodes[Int(edge.from)].session, nodes[Int(edge.to)].session) {
            before[edge.to, default: []].append(edge.from)
        }
        var left = nodes.indices.filter { nodes[$0][keyPath: mark] }
        while let place = left.popLast() {
            for earlier in before[Int32(place)] ?? [] where !nodes[Int(earlier)][keyPath: mark] {
                nodes[Int(earlier)][keyPath: mark] = true
                left.append(Int(earlier))
            }
        }
    }
}
