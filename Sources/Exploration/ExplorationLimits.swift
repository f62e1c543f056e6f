/// The bounds of an exploration.
public struct ExplorationLimits: Sendable {
    /// The most turns of a conversation; a story may have 10,000.
    public var depth = 9_000
    /// The most turns that are taken for one machine.
    public var turns = 500_000
    /// The most configurations that are kept of one machine at a time.
    public var configurations = 100_000
    /// What random walks derive from.
    public var seed = 1
    /// Whether the time is up. It is asked now and then.
    public var isOver: @Sendable () -> Bool = { false }

    public init() {}
}

/// Why a walk did not come to its end.
public enum ExplorationStop: String, Sendable {
    case depth, turns, configurations, combinations, time
}
