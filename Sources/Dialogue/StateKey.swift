/// The name of a state within its machine: free text, not empty (spec B.4).
public struct StateKey: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    public var description: String { text }
}
