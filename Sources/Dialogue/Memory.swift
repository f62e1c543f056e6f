public import Exact

/// What a session remembers besides its state. It is stored as one value and means nothing outside the session.
public struct Memory: Equatable, Sendable {
    /// How often a line was spoken, by its place and its `ReplyList.id`; only lists with a choice are counted.
    public var spoken: [ExactText: Int]
    /// What named groups of patterns caught, the latest by name.
    public var captures: Texts
    /// How often each follow-up of the current state was asked since it was entered, by its place in the state.
    public var asked: [ExactText: Int]
    /// Whether the player's next line answers a follow-up.
    public var isInFollowUp: Bool
    /// How often the player was nudged, and when last.
    public var nudges: Int
    public var nudgedAt: Timestamp?
    /// Which of the caller's own accounts holds the conversation, where callers have several.
    public var holder: String?

    public init(
        spoken: [ExactText: Int] = [:], captures: Texts = [:], asked: [ExactText: Int] = [:],
        isInFollowUp: Bool = false, nudges: Int = 0, nudgedAt: Timestamp? = nil, holder: String? = nil
    ) {
        self.spoken = spoken
        self.captures = captures
        self.asked = asked
        self.isInFollowUp = isInFollowUp
        self.nudges = nudges
        self.nudgedAt = nudgedAt
        self.holder = holder
    }

    /// The stored form: a tag, a name and a value an entry, sorted, so that equal memories have equal bytes.
    public var encoded: [UInt8] {
        guard self != Memory() else { return [] }
        var entries: [(tag: String, name: ExactText, value: String)] = []
        entries += spoken.map { ("s", $0.key, String($0.value)) }
        entries += captures.map { ("c", $0.key, $0.value) }
        entries += asked.map { ("a", $0.key, String($0.value)) }
        if isInFollowUp { entries.append(("f", "", "")) }
        if nudges > 0 { entries.append(("n", "", String(nudges))) }
        if let nudgedAt { entries.append(("t", "", String(nudgedAt.nanoseconds))) }
        if let holder { entries.append(("h", "", holder)) }
        return StoredStrings.encode(
            entries.sorted { ($0.tag, $0.name) < ($1.tag, $1.name) }.flatMap { [$0.tag, $0.name.text, $0.value] })
    }

    /// Nil when the bytes were not made by `encoded`.
    public init?(encoded: [UInt8]) {
        self.init()
        guard let parts = StoredStrings.decode(encoded), parts.count % 3 == 0 else { return nil }
        for entry in stride(from: 0, to: parts.count, by: 3) {
            let (tag, name, value) = (parts[entry], parts[entry + 1], parts[entry + 2])
            switch (tag, Int(value)) {
            case ("s", let count?): spoken[name] = count
            case ("c", _): captures[name] = value
            case ("a", let count?): asked[name] = count
            case ("f", _): isInFollowUp = true
            case ("n", let count?): nudges = count
            case ("t", let moment?): nudgedAt = Timestamp(nanoseconds: Int64(moment))
            case ("h", _): holder = value
            default: return nil
            }
        }
    }
}
