import Dialogue
import Exact
import Text

/// A walk through one machine with one set of variables, breadth first: the first way to anything is a shortest one.
struct Walk {
    struct Node {
        let session: Session
        /// -1: a beginning.
        let parent: Int
        /// Nil for a beginning.
        let choice: StateActs.Choice?
        let start: Start
        let depth: Int
        /// The earlier lines by which `said` conditions hold.
        let heard: [String]
    }

    /// A conversation that ended: the node before its last act, or at which it ended at once.
    struct Arrival {
        let node: Int
        let choice: StateActs.Choice?
        let session: Session
        let ending: Ending
        let depth: Int
    }

    /// Where and by what rule a conversation ends.
    struct EndingKey: Hashable {
        /// A terminal state; nil: it ends wherever it is.
        let state: StateKey?
        let ending: Ending
    }

    struct Way {
        let first: Arrival
        var lowest: Arrival
        var highest: Arrival
    }

    let machine: Machine
    let persona: Persona
    let variables: Texts
    let rules: MachineRules
    /// Whether only players take it who begin on the machine without having unlocked it.
    let isDirect: Bool
    private let relevance: Relevance
    let maker: MessageMaker
    private let limits: ExplorationLimits

    private(set) var nodes: [Node] = []
    private(set) var fired: Set<Part> = []
    /// The parts that may have fired where it came, and for which no act could be made.
    private(set) var unmade: Set<Part> = []
    private(set) var reached: Set<StateKey> = []
    private(set) var endings: [EndingKey: Way] = [:]
    /// Their keys, in the order in which they were found.
    private(set) var endingKeys: [EndingKey] = []
    /// Ended sessions, one for each that makes a difference to other machines.
    private(set) var completed: [Session] = []
    private var completions: Set<Completion> = []
    private(set) var turns = 0
    /// The most turns.
    private var turnLimit = 0
    /// Nil: everything was walked.
    private(set) var stop: ExplorationStop?
    /// Whether different scores were taken for one another, so that those of endings may go on.
    private(set) var goesBeyond = false
    /// The captures that become variables.
    private let left: Set<ExactText>
    private var acts: [ActKey: StateActs] = [:]
    private var seen: [Configuration: Int] = [:]
    private let readings: Readings

    private struct ActKey: Hashable {
        let rules: ObjectIdentifier
        let answers: [Bool?]
    }

    /// - Parameter grain: a coarse walk reaches more in fewer turns, and may leave out what only some scores reach.
    init(
        _ rules: MachineRules, of persona: Persona, _ variables: Texts, _ readings: Readings, _ maker: MessageMaker,
        _ limits: ExplorationLimits, _ grain: Relevance.Grain, isDirect: Bool
    ) {
        self.isDirect = isDirect
        (self.rules, machine, self.persona, self.variables) = (rules, rules.machine, persona, variables)
        (self.readings, self.maker, self.limits) = (readings, maker, limits)
        left = Set(
            exact: machine.outputs.compactMap { if case .capture(let name) = $0.source { name } else { nil } })
        relevance = Relevance(machine, of: persona, readings, grain, said: rules.said, remembersWords: true)
    }

    static let moment = Timestamp(seconds: 1_773_144_000)
    static let player = Player(name: "Sam", gender: .nonBinary)

    /// - Parameter turns: the most turns.
    mutating func run(turns limit: Int) {
        turnLimit = limit
        for start in Walk.starts(of: machine) { begin(start) }
        var next = 0
        while next < nodes.count {
            if nodes.count >= limits.configurations {
                stop = .configurations
            } else if limits.isOver() {
                stop = .time
            }
            if let stop, stop != .depth { return }
            if nodes[next].depth >= limits.depth { stop = .depth } else { expand(next) }
            next += 1
        }
    }

    /// How many turns are taken at random before another beginning is drawn.
    private static let stretch = 100

    /// Goes on at random from where the walk was stopped.
    /// - Parameter turns: the most turns, those of `run` included.
    mutating func wander(turns limit: Int) {
        turnLimit = limit
        var generator = SplitMix64(seed: UInt64(bitPattern: Int64(limits.seed)))
        let most = nodes.count + limits.configurations / 4
        // A draw without a turn counts too.
        for _ in 0..<max(0, limit - turns) {
            guard turns < limit, nodes.count < most, !limits.isOver() else { return }
            var place = Int.random(in: nodes.indices, using: &generator)
            for _ in 0..<Walk.stretch {
                let node = nodes[place]
                guard turns < limit, node.depth < limits.depth, node.session.outcome == nil,
                    let choice = choices(in: node.session, heard: node.heard).randomElement(using: &generator),
                    let next = take(choice, from: node, at: place)
                else { break }
                place = next
            }
        }
    }

    static func starts(of machine: Machine) -> [Start] {
        let opener: [Start] = machine.entries.opener == nil ? [] : [.opener]
        return [.greeting] + opener
            + machine.entries.events.keys.sorted().map { .event(MatchContext.Event(id: $0.text)) }
    }

    /// The session at the beginning.
    func begun(_ start: Start) -> Session { start.session(on: machine, of: persona, variables) }

    private mutating func begin(_ start: Start) {
        let session = begun(start)
        let node = Node(session: session, parent: -1, choice: nil, start: start, depth: 0, heard: [])
        if let outcome = session.outcome {
            nodes.append(node)
            let ending = Ending(in: machine.state(session.stateKey) ?? machine.initialState, score: 0, by: nil, machine)
            assert(ending.outcome == outcome)
            arrive(Arrival(node: nodes.count - 1, choice: nil, session: session, ending: ending, depth: 0))
        } else {
            _ = place(node)
        }
    }

    /// The acts that make a difference in a session.
    /// - Parameter heard: the earlier lines by which `said` conditions hold.
    mutating func choices(in session: Session, heard: [String]) -> [StateActs.Choice] {
        guard session.outcome == nil, let state = machine.state(session.stateKey) else { return [] }
        let rules = rules.rules(of: state)
        let context = MatchContext(session, in: self, heard: heard)
        let key = ActKey(rules: ObjectIdentifier(rules), answers: rules.answers(of: session, in: state, context))
        if let known = acts[key] { return known.choices }
        let (machine, persona, variables) = (machine, persona, variables)
        let made = StateActs(
            rules, key.answers, maker, captures: relevance.captures.map(\.name), isOver: limits.isOver
        ) { act in
            var session = session
            let step = session.step(act.input(variables, earlier: heard), on: machine, of: persona, at: Walk.moment)
            return StateActs.Result(candidate: step.matched, captures: session.memory.captures)
        }
        if made.isCut { stop = .time }
        acts[key] = made
        unmade.formUnion(made.unmade)
        return made.choices
    }

    private mutating func expand(_ place: Int) {
        let node = nodes[place]
        for choice in choices(in: node.session, heard: node.heard) {
            guard turns < turnLimit else {
                stop = .turns
                return
            }
            _ = take(choice, from: node, at: place)
        }
    }

    /// Takes an act. Returns the place of the node that it leads to; nil when the conversation ended.
    private mutating func take(_ choice: StateActs.Choice, from node: Node, at place: Int) -> Int? {
        turns += 1
        let act = choice.act
        var session = node.session
        // What fires is known. To find it again is needed for captures only.
        let step =
            left.isEmpty
            ? session.step(firing: choice.candidate, onEvent: act.event?.id, on: machine, at: Walk.moment)
            : session.step(act.input(variables, earlier: node.heard), on: machine, of: persona, at: Walk.moment)
        if let part = step.fired { fired.insert(Part.of(part, in: node.session.stateKey, of: machine)) }
        if !session.memory.captures.isEmpty {
            session.memory.captures = session.memory.captures.filter { caught in
                left.contains(caught.key)
            }
        }
        if let ending = step.ending {
            arrive(Arrival(node: place, choice: choice, session: session, ending: ending, depth: node.depth + 1))
            return nil
        }
        return self.place(
            Node(
                session: session, parent: place, choice: choice, start: node.start, depth: node.depth + 1,
                heard: heard(act, after: node.heard)))
    }

    private func heard(_ act: Act, after heard: [String]) -> [String] {
        guard !relevance.said.isEmpty, act.event == nil else { return heard }
        let (line, earlier) = (Line(act.line), heard.map { Line($0) })
        let isNew = relevance.said.contains { phrases in
            line.has(phrases) && !earlier.contains { $0.has(phrases) }
        }
        return isNew ? heard + [act.line] : heard
    }

    /// The place of the node, or of the one that was there before with its configuration.
    private mutating func place(_ node: Node) -> Int {
        guard let state = machine.state(node.session.stateKey) else { return node.parent }
        let heard = relevance.said.isEmpty ? [] : node.heard.map { Line($0) }
        let configuration = relevance.configuration(of: node.session, in: state, heard: heard)
        if let known = seen[configuration] {
            if nodes[known].session.score != node.session.score { goesBeyond = true }
            return known
        }
        seen[configuration] = nodes.count
        reached.insert(state.key)
        nodes.append(node)
        return nodes.count - 1
    }

    private mutating func arrive(_ arrival: Arrival) {
        let state = machine.state(arrival.session.stateKey).flatMap { $0.isTerminal ? $0.key : nil }
        if let state { reached.insert(state) }
        let key = EndingKey(state: state, ending: arrival.ending)
        if endings[key] == nil { endingKeys.append(key) }
        var way = endings[key] ?? Way(first: arrival, lowest: arrival, highest: arrival)
        if arrival.session.score < way.lowest.session.score { way.lowest = arrival }
        if arrival.session.score > way.highest.session.score { way.highest = arrival }
        endings[key] = way
        if completions.insert(Completion(of: arrival.session, on: machine, of: persona, readings)).inserted {
            completed.append(arrival.session)
        }
    }
}

extension Start {
    /// The session at the beginning.
    func session(on machine: Machine, of persona: Persona, _ variables: Texts) -> Session {
        var (entry, event): (Entries.Entry?, MatchContext.Event?) = (nil, nil)
        switch self {
        case .greeting: break
        case .opener: entry = machine.entries.opener
        case .event(let happened): (entry, event) = (machine.entries.events[happened.id], happened)
        }
        var session = Session.begin(
            id: SessionID(high: 0, low: 1), machine: machine, of: persona, player: Walk.player, variables: variables,
            entry: entry, event: event, at: Walk.moment
        ).session
        session.memory.spoken = [:]
        return session
    }
}

extension Walk.Node {
    var state: StateKey { session.stateKey }
}

extension MatchContext {
    /// What the next turn of a session meets, with a line.
    init(_ session: Session, in walk: Walk, heard: [String], _ act: Act = Act()) {
        self.init(
            text: act.line, earlier: heard.map { Line($0) }, turn: session.turnCount + 1, score: session.score,
            redirects: session.redirectCount, variables: walk.persona.variables.merging(walk.variables) { $1 },
            inFollowUp: session.memory.isInFollowUp, event: act.event, hasImage: act.hasImage)
    }
}
