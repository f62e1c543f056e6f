public import Exact

/// What a session remembers besides its state. It is stored as one value and means nothing outside the session.
public struct Memory: Equatable, Sendable {
    /// How often a line was spoken, by its place and its `ReplyList.id`; only lists with a choice are counted.
    public var spoken: [ExactText: Int]
    /// The captures of patterns' named groups, the latest for each name.
    public var captures: Texts
    /// How often each follow-up of the current state was asked since it was entered, by its place in the state.
    public var asked: [ExactText: Int]
    /// Whether the player's next line answers a follow-up.
    public var isInFollowUp: Bool
    /// How often the player was nudged.
    public var nudges: Int
    /// When the player was last nudged.
    public var nudgedAt: Timestamp?
    /// Text that the dialect of the session's channel keeps with it and alone reads. Snapshots call it `holder`.
    public var note: String?
    /// More of the same, by name.
    public var facts: Texts
    /// When the dialect wants to look at the session; nil: never. The store finds such sessions.
    public var dueAt: Timestamp?

    public init(
        spoken: [ExactText: Int] = [:], captures: Texts = [:], asked: [ExactText: Int] = [:],
        isInFollowUp: Bool = false, nudges: Int = 0, nudgedAt: Timestamp? = nil, note: String? = nil,
        facts: Texts = [:], dueAt: Timestamp? = nil
    ) {
        self.spoken = spoken
        self.captures = captures
        self.asked = asked
        self.isInFollowUp = isInFollowUp
        self.nudges = nudges
        self.nudgedAt = nudgedAt
        self.note = note
        self.facts = facts
        self.dueAt = dueAt
    }

    /// The most bytes of one capture that are kept.
    static let captureLimit = 4_096
    /// The most bytes of all captures, their names included.
    static let capturesLimit = 65_536

    /// The mistake in captures from outside; nil when they are within the limits.
    public static func mistake(in captures: Texts) -> String? {
        if let (name, _) = captures.first(where: { $0.value.utf8.count > captureLimit }) {
            return "\"\(name)\" may have \(captureLimit) bytes"
        }
        let bytes = captures.reduce(0) { $0 + $1.key.text.utf8.count + $1.value.utf8.count }
        guard bytes > capturesLimit else { return nil }
        return "all of them may have \(capturesLimit) bytes with their names, not \(bytes)"
    }

    /// Keeps captures, in the order of their names, up to the limits; longer ones are cut.
    /// - Returns: whether all of them are kept as a whole.
    mutating func keep(_ caught: Texts) -> Bool {
        guard !caught.isEmpty else { return true }
        var isWhole = true
        var bytes = captures.reduce(0) { $0 + $1.key.text.utf8.count + $1.value.utf8.count }
        for (name, value) in caught.sorted(by: { $0.key < $1.key }) {
            let kept = value.cut(toBytes: Memory.captureLimit)
            let before = captures[name].map { name.text.utf8.count + $0.utf8.count } ?? 0
            let after = bytes - before + name.text.utf8.count + kept.utf8.count
            isWhole = isWhole && kept.utf8.count == value.utf8.count && after <= Memory.capturesLimit
            guard after <= Memory.capturesLimit else { continue }
            captures[name] = kept
            bytes = after
        }
        return isWhole
    }

    /// The stored form without `dueAt`: a tag, a name and a value for each entry, sorted, so that equal memories have equal
    /// bytes.
    public var encoded: [UInt8] {
        guard self != Memory(dueAt: dueAt) else { return [] }
        var entries: [(tag: String, name: ExactText, value: String)] = []
        entries += spoken.map { ("s", $0.key, String($0.value)) }
        entries += captures.map { ("c", $0.key, $0.value) }
        entries += asked.map { ("a", $0.key, String($0.value)) }
        if isInFollowUp { entries.append(("f", "", "")) }
        if nudges > 0 { entries.append(("n", "", String(nudges))) }
        if let nudgedAt { entries.append(("t", "", String(nudgedAt.nanoseconds))) }
        if let note { entries.append(("h", "", note)) }
        entries += facts.map { ("d", $0.key, $0.value) }
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
            case ("s", let count?) where Bounds.storedCounts.contains(count): spoken[name] = count
            case ("c", _): captures[name] = value
            case ("a", let count?) where Bounds.storedCounts.contains(count): asked[name] = count
            case ("f", _): isInFollowUp = true
            case ("n", let count?) where Bounds.storedCounts.contains(count): nudges = count
            case ("t", let moment?) where Bounds.moments.contains(Int64(moment)):
                nudgedAt = Timestamp(nanoseconds: Int64(moment))
            case ("h", _): note = value
            case ("d", _): facts[name] = value
            default: return nil
            }
        }
    }
}

extension String {
    /// The longest beginning in whole scalars that fits into this many bytes of UTF-8.
    func cut(toBytes count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: count)
        while end > utf8.startIndex, UTF8.isContinuation(utf8[end]) { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

/// What the dialect of a session's channel keeps with it, and alone reads.
public struct SessionNotes: Equatable, Sendable {
    public var note: String?
    public var facts: Texts
    public var dueAt: Timestamp?

    public init(note: String? = nil, facts: Texts = [:], dueAt: Timestamp? = nil) {
        (self.note, self.facts, self.dueAt) = (note, facts, dueAt)
    }
}

extension Memory {
    public var notes: SessionNotes { SessionNotes(note: note, facts: facts, dueAt: dueAt) }

    public mutating func keep(_ notes: SessionNotes) { (note, facts, dueAt) = (notes.note, notes.facts, notes.dueAt) }
}
