import Exact

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
    /// Redirects that are allowed in one visit to a state; nil: any number.
    public let redirectLimit: Int?
    /// The decision instead of a redirect beyond the limit.
    public let onRedirectLimit: Decision
    /// The decision for a message for which no transition fires.
    public let unmatched: Decision
    public let outputs: [OutputVariable]
    public let entries: Entries
    public let greeting: ReplyList?
    public let saysOn: SaysOn
    public let initialState: State
    /// What dialects have read of it.
    public let settings: DialectSettings
    /// What it was decoded from; nil when it was not decoded.
    public let source: Source?

    /// Whether any matcher asks for the player's earlier lines.
    public let asksSaid: Bool
    /// Whether any matcher or line asks for a variable.
    public let asksVariables: Bool

    /// The photos of all lines.
    public let photos: Set<ExactText>

    private let states: [StateKey: State]
    private let leaving: [StateKey: [Transition]]

    /// `states` contains exactly one initial state and every key that a transition names, each once; `transitions` are
    /// in the author's order.
    public init(
        id: MachineID, key: String, name: String, description: String? = nil, isEntry: Bool = false,
        scoringMode: ScoringMode = .scoring, passThreshold: Int = 3, earlyFailBound: Int = -3,
        redirectLimit: Int? = nil, onRedirectLimit: Decision = .reject, unmatched: Decision = .redirect,
        outputs: [OutputVariable] = [], entries: Entries = Entries(), greeting: ReplyList? = nil, saysOn: SaysOn = [:],
        states: [State], transitions: [Transition], settings: DialectSettings = DialectSettings(),
        source: Source? = nil
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
        self.redirectLimit = redirectLimit
        self.onRedirectLimit = onRedirectLimit
        self.unmatched = unmatched
        self.outputs = outputs
        self.entries = entries
        self.greeting = greeting
        self.saysOn = saysOn
        initialState = initial
        self.settings = settings
        self.source = source
        self.states = Dictionary(states.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        leaving = Machine.leaving(states, transitions)
        let contents = Contents(states, transitions, [greeting] + saysOn.values.map { $0 } + entries.lists)
        photos = Set(exact: contents.replies.compactMap(\.photo))
        asksSaid = contents.asksSaid
        asksVariables = contents.asksVariables
    }

    public func state(_ key: StateKey) -> State? { states[key] }

    /// The keys of all states, in the order of their texts.
    public var stateKeys: [StateKey] { states.keys.sorted { ExactText($0.text) < ExactText($1.text) } }

    /// The transitions that can fire in a state, in the order they are tried: by priority, then as written, those with
    /// `otherwise` last.
    public func transitions(from key: StateKey) -> [Transition] { leaving[key] ?? [] }

    /// The state to which a decision leads from a state; nil when the session stays. A reject in scoring mode leads where
    /// a pass would have led (docs/fixtures.md "Transition").
    /// - Parameter transition: the one that fires; nil: none does.
    public func target(of decision: Decision?, by transition: Transition?, from key: StateKey) -> StateKey? {
        switch decision {
        case .redirect, nil: return nil
        case .pass, .kickOut: return transition?.to
        case .reject where scoringMode == .passFail: return transition?.to
        case .reject: return first(.pass, from: key)?.transition.to ?? transition?.to
        }
    }

    /// The transition of that decision with the lowest priority, `otherwise` or not, and its index among those that can
    /// fire in the state.
    func first(_ decision: Decision, from key: StateKey) -> (place: Int, transition: Transition)? {
        let transitions = transitions(from: key)
        let place = transitions.indices.filter { transitions[$0].decision == decision }
            .min { transitions[$0].priority < transitions[$1].priority }
        return place.map { ($0, transitions[$0]) }
    }

    private static func leaving(_ states: [State], _ transitions: [Transition]) -> [StateKey: [Transition]] {
        let ordered = transitions.enumerated().sorted { a, b in
            (a.element.isTriedLast ? 1 : 0, a.element.priority, a.offset)
                < (b.element.isTriedLast ? 1 : 0, b.element.priority, b.offset)
        }.map(\.element)
        let everywhere = ordered.indices.filter { ordered[$0].from == nil }
        let shared = everywhere.map { ordered[$0] }
        let own = Dictionary(grouping: ordered.indices.filter { ordered[$0].from != nil }) { ordered[$0].from }
        var leaving: [StateKey: [Transition]] = [:]
        for state in states where !state.isTerminal {
            // States without transitions of their own share one list, so that `*` costs no more for many states.
            leaving[state.key] =
                own[state.key].map { ($0 + everywhere).sorted().map { ordered[$0] } } ?? shared
        }
        return leaving
    }
}

/// All lines and conditions of a machine.
struct Contents {
    let replies: [Reply]
    let matchers: [Matcher]

    init(_ states: [State], _ transitions: [Transition], _ lists: [ReplyList?]) {
        var lists = lists + transitions.map(\.says)
        for state in states {
            lists.append(state.says)
            lists += state.saysOn.values.map { $0 }
            lists += state.followUps.map { $0.says }
        }
        replies = lists.compactMap(\.self).flatMap(\.replies)
        let conditions = transitions.map(\.when) + states.flatMap { $0.followUps.map(\.when) }
        matchers = conditions.compactMap(\.self) + replies.compactMap(\.when)
    }

    /// Whether any matcher asks for the player's earlier lines.
    var asksSaid: Bool {
        matchers.contains { $0.contains { if case .said = $0 { true } else { false } } }
    }

    /// Whether any matcher or line asks for a variable.
    var asksVariables: Bool {
        matchers.contains { $0.contains { if case .variable = $0 { true } else { false } } }
            || replies.flatMap(\.bubbles).flatMap(\.placeholders).contains {
                if case .variable = $0 { true } else { false }
            }
    }
}
