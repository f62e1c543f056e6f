import Exact

/// A variable that a completed machine sets for later ones (spec B.10).
public struct OutputVariable: Equatable, Sendable {
    public enum Source: Equatable, Sendable {
        /// The session's capture of that name.
        case capture(String)
        case constant(String)
    }

    public let key: String
    public let source: Source
    /// The value when nothing was captured; nil: the variable then keeps its value.
    public let fallback: String?
    /// The outcomes with which the machine sets it; with others the variable keeps its value.
    public let outcomes: Set<Outcome>

    public init(
        key: String, source: Source, fallback: String? = nil, outcomes: Set<Outcome> = Set(Outcome.allCases)
    ) {
        self.key = key
        self.source = source
        self.fallback = fallback
        self.outcomes = outcomes
    }

    func value(in memory: Memory) -> String? {
        switch source {
        case .capture(let name): memory.captures[name] ?? fallback
        case .constant(let text): text
        }
    }
}
