import Dialogue
import Exact
import Text

/// What of a session can make a difference to a rule of its machine, or of its persona. Sessions that agree in it are one
/// configuration (docs/explore.md lists what is in it).
struct Configuration: Hashable {
    let state: StateKey
    let score: Int
    let redirects: Int
    let turn: Int
    let inFollowUp: Bool
    /// How often each follow-up of the state was asked.
    let asked: [Int]
    /// Which `said` conditions hold.
    let said: [Bool]
    /// What the conditions on variables find in the captures that become variables.
    let captured: [[Bool]]
}

/// Makes configurations.
struct Relevance {
    /// Which sessions are one configuration.
    enum Grain {
        /// Those that agree in all that a rule can read.
        case fine
        /// Those, and others whose scores differ beyond every bound, from wherever a later turn can lead back.
        case coarse
    }

    private let machine: Machine
    /// Scores outside of it are not told apart from its ends.
    let scores: ClosedRange<Int>
    private let redirects: Int
    private let turns: Int
    private let asksFollowUp: Bool
    /// The phrases of `said` conditions.
    let said: [[Phrase]]
    /// Captures that become variables which a condition reads.
    let captures: [(name: String, variable: String)]
    private let readings: Readings

    /// - Parameter remembersWords: whether earlier lines and captures make a difference. Without them, the score at
    ///   each end also means all scores beyond it, and no rule compares it.
    init(
        _ machine: Machine, of persona: Persona, _ readings: Readings, _ grain: Grain, said: [[Phrase]],
        remembersWords: Bool
    ) {
        self.machine = machine
        self.readings = readings
        let conditions = machine.conditions
        let atoms = conditions.flatMap(\.atoms)
        let compared = Relevance.scores(machine, atoms, persona, readings, grain)
        scores = remembersWords ? compared : compared.lowerBound - 1...compared.upperBound + 1
        redirects = atoms.compactMap(\.redirectRange).flatMap(\.edges).max() ?? 0
        // Before the first line nothing was said.
        turns = max(atoms.compactMap(\.turnRange).flatMap(\.edges).max() ?? 0, said.isEmpty ? 0 : 1)
        asksFollowUp = atoms.contains { if case .inFollowUp = $0 { true } else { false } }
        self.said = remembersWords ? said : []
        captures =
            !remembersWords
            ? []
            : machine.outputs.compactMap { output in
                guard case .capture(let name) = output.source, readings.reads(output.key) else { return nil }
                return (name, output.key)
            }
    }

    private static func scores(
        _ machine: Machine, _ atoms: [Matcher], _ persona: Persona, _ readings: Readings, _ grain: Grain
    ) -> ClosedRange<Int> {
        guard machine.scoringMode == .scoring else { return 0...0 }
        var edges = [0, machine.earlyFailBound, machine.earlyFailBound + 1]
        edges += [machine.passThreshold - 1, machine.passThreshold]
        edges += atoms.compactMap(\.scoreRange).flatMap(\.edges)
        for link in persona.links where link.source == machine.id {
            switch link.condition {
            case .scoreAtLeast(let bound): edges += [bound - 1, bound]
            case .scoreAtMost(let bound): edges += [bound, bound + 1]
            case .outcome, .always: break
            }
        }
        edges += readings.numbers(of: "score.\(machine.key)")
        let (low, high) = (edges.min() ?? 0, edges.max() ?? 0)
        guard grain == .fine else { return low...high }
        var (rise, drop) = (0, 0)
        for state in machine.stateKeys {
            let deltas = machine.transitions(from: state).map(\.scoreDelta)
            rise += max(0, deltas.max() ?? 0)
            drop += max(0, -(deltas.min() ?? 0))
        }
        return low - rise...high + drop
    }

    /// The score, or the nearest of those that are one with it.
    func clamped(_ score: Int) -> Int { min(max(score, scores.lowerBound), scores.upperBound) }

    /// - Parameter heard: earlier lines that satisfy all the `said` conditions that hold.
    func configuration(of session: Session, in state: State, heard: [Line]) -> Configuration {
        let limit = state.redirectLimit ?? machine.redirectLimit ?? 0
        return Configuration(
            state: session.stateKey, score: clamped(session.score),
            redirects: min(session.redirectCount, max(limit, redirects)), turn: min(session.turnCount, turns),
            inFollowUp: asksFollowUp && session.memory.isInFollowUp,
            asked: state.followUps.indices.map { place in
                state.followUps[place].when == nil
                    ? 0 : min(session.memory.asked[String(place)] ?? 0, state.followUps[place].limit)
            },
            said: said.map { phrases in heard.contains { $0.has(phrases) } },
            captured: captures.map { readings.findings(in: session.memory.captures[$0.name], of: $0.variable) })
    }
}

/// The conditions on variables of all machines of a persona.
struct Readings {
    private var conditions: [ExactText: [ValueMatcher]] = [:]
    /// The names that the conditions of each machine read.
    private var names: [MachineID: Set<ExactText>] = [:]

    init(_ persona: Persona) {
        for machine in persona.machines {
            for case .variable(let name, let matcher) in machine.conditions.flatMap(\.atoms) {
                conditions[name, default: []].append(matcher)
                names[machine.id, default: []].insert(ExactText(name))
            }
        }
    }

    func reads(_ name: String) -> Bool { conditions[name] != nil }

    /// Whether a condition reads the variable as a text, and not as a number alone.
    func readsText(of name: String) -> Bool { conditions[name]?.contains { !$0.texts.isEmpty } ?? false }

    /// Whether a machine has a condition on a variable.
    func readsAny(_ machine: Machine) -> Bool { names[machine.id] != nil }

    /// Those of the names that the conditions of a machine read.
    func names(_ names: Set<ExactText>, readBy machine: Machine) -> Set<ExactText> {
        names.intersection(self.names[machine.id] ?? [])
    }

    /// Which conditions on the variable hold for a value; nil: it has none.
    func findings(in value: String?, of name: String) -> [Bool] {
        var effort = RequestEffort()
        return [value != nil] + (conditions[name] ?? []).map { effort.holds($0, for: value) }
    }

    /// The same for all variables, by name.
    func findings(in variables: Texts) -> [[Bool]] {
        conditions.keys.sorted().map { findings(in: variables[$0], of: $0.text) }
    }

    /// The same for those that the conditions of a machine read.
    func findings(in variables: Texts, readBy machine: Machine) -> [[Bool]] {
        (names[machine.id] ?? []).sorted().map { findings(in: variables[$0], of: $0.text) }
    }

    /// Numbers on both sides of those to which the variable is compared.
    func numbers(of name: String) -> [Int] {
        (conditions[name] ?? []).flatMap { matcher in
            (matcher.number?.edges ?? [])
                + matcher.texts.flatMap(\.numbers).filter(Bounds.scores.contains).flatMap { [$0 - 1, $0, $0 + 1] }
        }
    }
}

extension NumberMatcher {
    /// Numbers on both sides of its bounds.
    var edges: [Int] { (atLeast.map { [$0 - 1, $0] } ?? []) + (atMost.map { [$0, $0 + 1] } ?? []) }
}

extension TextMatcher {
    /// Its texts that are whole numbers.
    fileprivate var numbers: [Int] {
        switch self {
        case .any(let phrases), .all(let phrases), .none(let phrases): phrases.compactMap { Int($0.description) }
        case .equals(let text): [Int(text.description)].compactMap(\.self)
        case .pattern: []
        }
    }
}

/// What an ended session means for the persona's links and variables.
struct Completion: Hashable {
    private let outcome: Outcome
    private let links: [Bool]
    private let variables: [[Bool]]

    init(of session: Session, on machine: Machine, of persona: Persona, _ readings: Readings) {
        let outcome = session.outcome ?? .reject
        self.outcome = outcome
        links = persona.links.map { $0.source == machine.id && $0.holds(outcome: outcome, score: session.score) }
        var progress = Progress()
        progress.complete(session, on: machine)
        variables = readings.findings(in: progress.variables)
    }
}

extension Line {
    func has(_ phrases: [Phrase]) -> Bool {
        var effort = Effort()
        return phrases.contains { $0.occurs(in: self, &effort) }
    }
}

extension Matcher {
    fileprivate var redirectRange: NumberMatcher? { if case .redirects(let range) = self { range } else { nil } }
    fileprivate var turnRange: NumberMatcher? { if case .turn(let range) = self { range } else { nil } }
    fileprivate var scoreRange: NumberMatcher? { if case .score(let range) = self { range } else { nil } }
}
