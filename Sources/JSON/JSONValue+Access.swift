import Exact

extension JSONValue {
    /// The value of the last member with that key, as Python's json takes it; nil also when this is not an object.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = kind else { return nil }
        // By places, because a closure would get copies of the members.
        for place in members.indices.reversed() where members[place].key === key { return members[place].value }
        return nil
    }

    public var isNull: Bool {
        if case .null = kind { true } else { false }
    }

    public var bool: Bool? {
        if case .bool(let value) = kind { value } else { nil }
    }

    /// From here on not every whole number is a double, so that a number written with a point or an exponent may not be
    /// the one that its author meant.
    private static let exactDoubles = 9_007_199_254_740_992.0

    /// The number, when it is whole and fits. `3.0` and `1e3` are whole numbers (RFC 8259 §6, JSON Schema `integer`), up
    /// to 2^53.
    public var integer: Int? {
        switch kind {
        case .integer(let value): value
        case .double(let value): value.magnitude <= JSONValue.exactDoubles ? Int(exactly: value) : nil
        default: nil
        }
    }

    /// Any number.
    public var number: Double? {
        switch kind {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    public var string: String? {
        if case .string(let value) = kind { value } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let values) = kind { values } else { nil }
    }

    /// The members of an object as written, a repeated key included.
    public var members: [Member]? {
        if case .object(let members) = kind { members } else { nil }
    }
}

// MARK: - Values that were not read

extension JSONValue {
    public static func string(_ text: String) -> JSONValue { JSONValue(kind: .string(text), offset: -1) }

    public static func bool(_ flag: Bool) -> JSONValue { JSONValue(kind: .bool(flag), offset: -1) }

    public static func integer(_ number: Int) -> JSONValue { JSONValue(kind: .integer(number), offset: -1) }

    public static func array(_ items: [JSONValue]) -> JSONValue { JSONValue(kind: .array(items), offset: -1) }

    public static func object(_ members: [Member]) -> JSONValue { JSONValue(kind: .object(members), offset: -1) }

    public static let null = JSONValue(kind: .null, offset: -1)

    /// The object with that value under the key, in the place of the first that it had; nil removes the key. The
    /// offsets of all else stay, and so does a value that is not an object.
    public func setting(_ key: String, to value: JSONValue?) -> JSONValue {
        guard case .object(var members) = kind else { return self }
        let place = members.firstIndex { $0.key === key } ?? members.count
        members.removeAll { $0.key === key }
        if let value { members.insert(Member(key, value), at: place) }
        return JSONValue(kind: .object(members), offset: offset)
    }

    /// The object with each of these values under its key, as if they were set one after the other.
    public func setting(_ changes: [(key: String, value: JSONValue?)]) -> JSONValue {
        guard case .object(let members) = kind else { return self }
        var last: [ExactText: JSONValue?] = [:]
        for (key, value) in changes { last.updateValue(value, forKey: ExactText(key)) }
        var placed: Set<ExactText> = []
        var changed: [Member] = []
        for member in members {
            guard let change = last[ExactText(member.key)] else {
                changed.append(member)
                continue
            }
            if let value = change, placed.insert(member.key) { changed.append(Member(member.key, value)) }
        }
        for (key, _) in changes where placed.insert(key) {
            if let value = last[ExactText(key)] ?? nil { changed.append(Member(key, value)) }
        }
        return JSONValue(kind: .object(changed), offset: offset)
    }

    /// The array with each of its items changed; any other value as it is.
    public func mapItems(_ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard case .array(let items) = kind else { return self }
        return JSONValue(kind: .array(items.map(change)), offset: offset)
    }
}

extension JSONValue.Member {
    public init(_ key: String, _ value: JSONValue) { self.init(key: key, keyOffset: -1, value: value) }
}
