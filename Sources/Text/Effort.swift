/// What matching may still cost: one budget for all that a turn or a request compares, however many matchers there are
/// and however long their texts. It counts and does not time, so the same comparisons always use up the same.
///
/// When it is used up, nothing matches any more: no pattern without items, no word or phrase without bytes.
public struct Effort: Sendable {
    /// The most items of patterns that are tried in all, some 8 ms.
    public static let itemLimit = 300_000
    /// Bytes that may be compared with words and phrases in all, some 8 ms: a message of 10 KB with 800 of them.
    public static let byteLimit = 8_000_000

    public private(set) var items: Int
    public private(set) var bytes: Int
    /// Whether a comparison was given up before its result was known.
    public internal(set) var hasGivenUp = false

    public init(items: Int = itemLimit, bytes: Int = byteLimit) { (self.items, self.bytes) = (items, bytes) }

    /// False, and noted, when there are not so many left.
    mutating func spend(items count: Int) -> Bool {
        guard count <= items else {
            (items, hasGivenUp) = (0, true)
            return false
        }
        items -= count
        return true
    }

    @inline(__always)
    mutating func spend(bytes count: Int) -> Bool {
        guard count <= bytes else {
            (bytes, hasGivenUp) = (0, true)
            return false
        }
        bytes -= count
        return true
    }
}

extension Effort {
    /// A text prepared for comparing; nil when there are too few bytes left.
    public mutating func line(_ text: String) -> Line? { spend(bytes: text.utf8.count * 4) ? Line(text) : nil }
}
