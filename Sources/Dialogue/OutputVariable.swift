import Exact

/// What a completed machine leaves to those after it (spec B.10): a value under a name.
public struct OutputVariable: Equatable, Sendable {
    public enum Source: Equatable, Sendable {
        /// What a named group of a pattern caught in the session.
        case capture(String)
        case constant(String)
    }

    public let key: String
    public let source: Source
    /// Where nothing was caught; nil: the variable then stays as it was.
    public let fallback: String?

    public init(key: String, source: Source, fallback: String? = nil) {
        self.key = key
        self.source = source
        self.fallback = fallback
    }

    func value(in memory: Memory) -> String? {
        switch source {
        case .capture(let name): memory.captures[name] ?? fallback
        case .constant(let text): text
        }
    }
}
