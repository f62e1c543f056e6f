/// Limits on the part of a request before its body. All are in bytes except the last.
public struct HeadLimits: Equatable, Sendable {
    /// The whole head, line ends included, and the trailers of a chunked body. More is a 431.
    public var headBytes: Int
    /// One line without its line end: a longer request line is a 414, a longer field line a 431.
    public var lineBytes: Int
    /// Field lines in a head and its trailers together. More is a 431.
    public var fieldCount: Int

    public init(headBytes: Int = 16 * 1024, lineBytes: Int = 8 * 1024, fieldCount: Int = 100) {
        self.headBytes = headBytes
        self.lineBytes = lineBytes
        self.fieldCount = fieldCount
    }
}
