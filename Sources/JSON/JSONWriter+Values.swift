extension JSONWriter {
    /// A value that was read, or made. Numbers are the same numbers, though 1e2 may be written as 100.0.
    public mutating func value(_ value: JSONValue) {
        switch value.kind {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        // The shortest text that reads as the same number, which is JSON for any that is finite.
        case .double(let value): encoded(Array(value.description.utf8))
        case .string(let value): string(value)
        case .array(let values):
            beginArray()
            for value in values { self.value(value) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(named: member.key)
                self.value(member.value)
            }
            endObject()
        }
    }
}

extension JSONValue {
    /// The value as JSON.
    public var bytes: [UInt8] { bytes(asciiOnly: false) }

    /// The same, on demand without a character outside ASCII.
    public func bytes(asciiOnly: Bool) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024, asciiOnly: asciiOnly)
        writer.value(self)
        return writer.bytes
    }
}
