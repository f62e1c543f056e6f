/// Why a text is not JSON, and where.
public struct JSONError: Error, Equatable, Sendable {
    /// One plain sentence without a full stop. It quotes at most one character of the text.
    public let message: String
    /// Byte offset; the length of the text when something is missing at its end.
    public let offset: Int
}
