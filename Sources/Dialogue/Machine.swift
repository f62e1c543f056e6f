/// A scenario: states and the transitions between them (spec B.3, FIXTURES.md machines/<machine_key>.json).
public final class Machine: Sendable {
    public enum ScoringMode: String, CaseIterable, Sendable {
        case scoring
        case passFail = "pass_fail"
    }

    public let id: MachineID
    public let key: String
    public let name: String
    public let description: String?
    public let isEntry: Bool
    public let scoringMode: ScoringMode
    /// The least score at a terminal state that is an ACCEPT.
    public let passThreshold: Int
    /// The score at or below which a session is a REJECT at once.
    public let earlyFailBound: Int
    public let greeting: ReplyList?
    public let saysOn: SaysOn
    public let initialState: State

    private let states: [StateKey: State]
    private let leaving: [StateKey: [Transition]]

    /// `states` holds exactly one initial state and every key that a transition names, each once; `transitions` stand
    /// in the author's order.
    public init(
        id: MachineID, key: String, name: String, description: String? = nil, isEntry: Bool = false,
        scoringMode: ScoringMode = .scoring, passThreshold: Int = 3, earlyFailBound: Int = -3,
        greeting: ReplyList? = nil, saysOn: SaysOn = [:], states: [State], transitions: [Transition]
    ) {
        guard let initial = states.first(where: \.isInitial) else { preconditionFailure("\(key) has no initial state") }
        self.id = id
        self.key = key
        self.name = name
        self.description = description
        self.isEntry = isEntry
        self.scoringMode = scoringMode
        self.passThreshold = passThreshold
        self.earlyFailBound = earlyFailBound
        self.greeting = greeting
        self.saysOn = saysOn
        initialState = initial
        self.states = Dictionary(states.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        leaving = Machine.leaving(states, transitions)
    }

    public func state(_ key: StateKey) -> State? { states[key] }

    /// The transitions that may fire in a state, in the order they are tried: by priority, then as written, those
    /// with `otherwise` last.
    public func transitions(from key: StateKey) -> [Transition] { leaving[key] ?? [] }

    private static func leaving(_ states: [State], _ transitions: [Transition]) -> [StateKey: [Transition]] {
        let ordered = transitions.enumerated().sorted { a, b in
            (a.element.isOtherwise ? 1 : 0, a.element.priority, a.offset)
                < (b.element.isOtherwise ? 1 : 0, b.element.priority, b.offset)
        }.map(\.element)
        var leaving: [StateKey: [Transition]] = [:]
        for state in states where !state.isTerminal {
            leaving[state.key] = ordered.filter { $0.from == nil || $0.from == state.key }
        }
        return leaving
    }
}
