import Text

/// A text that is in no conversation, held against conditions that ask for none. All conditions share one effort.
public struct Passage: Sendable {
    /// The most bytes of it that are looked at.
    public static let byteLimit = 262_144

    private let context: MatchContext
    private var effort = Effort()

    /// - Parameters:
    ///   - texts: its parts, which are joined by line ends up to `byteLimit`.
    ///   - hasImage: what conditions with `image` are about.
    public init(_ texts: [String], hasImage: Bool) {
        var joined = ""
        for text in texts {
            if !joined.isEmpty { joined += "\n" }
            let room = Passage.byteLimit - joined.utf8.count
            joined += text.cut(toBytes: room)
            if text.utf8.count >= room { break }
        }
        context = MatchContext(text: joined, hasImage: hasImage)
    }

    /// Whether a comparison was given up before its result was known.
    public var hasGivenUp: Bool { effort.hasGivenUp }

    /// Whether a condition holds; none always does. When the effort is spent, no text matches.
    public mutating func fits(_ condition: Matcher?) -> Bool { condition?.holds(in: context, &effort) ?? true }
}
