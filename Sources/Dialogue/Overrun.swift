import Text

/// A limit on one turn that was reached, so that the turn came out otherwise than its machine says.
public enum Overrun: String, CaseIterable, Sendable {
    /// Conditions needed more comparing than an `Effort` has. What was not compared did not match.
    case matching
    /// The patterns caught more than a session remembers.
    case captures
    /// The reply was longer than may be said at once.
    case reply

    /// What happened, for an author.
    public var text: String {
        switch self {
        case .matching:
            "the conditions took more than a turn may: \(Effort.itemLimit) items of patterns, of which one may take "
                + "\(Pattern.itemLimit), and \(Effort.byteLimit) bytes compared with words; what was not tried did not match"
        case .captures:
            "the patterns caught more than a session remembers: \(Memory.captureLimit) bytes each, and "
                + "\(Memory.capturesLimit) in all; the rest was dropped"
        case .reply: "the reply was longer than \(ReplyComposer.byteLimit) bytes and was cut there"
        }
    }
}
