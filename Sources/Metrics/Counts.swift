/// How often each of a few things happened. A search through them costs less than a hash table.
public struct Counts<Key: Equatable> {
    /// In the order in which they first happened.
    public var list: [(key: Key, count: Int)] = []

    public init() {}

    // Inlined, so that the caller's module makes a version for its keys.
    @inlinable
    public mutating func add(_ key: Key) {
        for place in list.indices where list[place].key == key {
            list[place].count += 1
            return
        }
        list.append((key, 1))
    }
}

extension Counts: Sendable where Key: Sendable {}
