/// A clarifying question that a state may ask before anything is decided (spec B.6, H-2).
public struct FollowUp: Sendable {
    /// Nil: it is asked by directive only.
    public let when: Matcher?
    public let says: ReplyList
    /// How often it is asked in one visit to the state.
    public let limit: Int
    /// Nil: before every transition; else before those of the same or a higher number.
    public let priority: Int?
    /// Its place in the machine's `source`.
    public let position: Int32

    public init(when: Matcher?, says: ReplyList, limit: Int = 1, priority: Int? = nil, position: Int32 = 0) {
        self.when = when
        self.says = says
        self.limit = limit
        self.priority = priority
        self.position = position
    }
}
