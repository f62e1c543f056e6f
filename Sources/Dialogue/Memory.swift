/// What a session remembers besides its state. It is stored as one value and means nothing outside the session.
public struct Memory: Equatable, Sendable {
    /// How often a list of lines has spoken, by `ReplyList.id`; only lists with a choice are counted.
    public var spoken: [String: Int]

    public init(spoken: [String: Int] = [:]) {
        self.spoken = spoken
    }

    /// The stored form: a name and its count an entry, each ended by a zero byte, sorted by name, so that equal memories
    /// have equal bytes. A zero byte within a name is dropped.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for (name, count) in spoken.sorted(by: { $0.key < $1.key }) {
            bytes += name.utf8.filter { $0 != 0 }
            bytes.append(0)
            bytes += String(count).utf8
            bytes.append(0)
        }
        return bytes
    }

    /// Nil when the bytes were not made by `encoded`.
    public init?(encoded: [UInt8]) {
        let parts = encoded.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count % 2 == 1, parts.last == "" else { return nil }
        spoken = [:]
        for entry in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let count = Int(parts[entry + 1]) else { return nil }
            spoken[parts[entry]] = count
        }
    }
}
