/// The bounds of an exploration.
public struct ExplorationLimits: Sendable {
    /// The most turns of a conversation.
    public var depth = 10_000
    /// The most turns that are taken for one machine.
    public var steps = 500_000
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
    case depth, steps, configurations, time
}
