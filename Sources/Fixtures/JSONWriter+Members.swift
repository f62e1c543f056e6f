public import Dialogue
public import JSON

extension JSONWriter {
    /// A key and an identifier; nil is written as null, and so in the other.
    public mutating func member<Subject>(_ key: StaticString, _ value: Identifier<Subject>?) {
        self.key(key)
        guard let value else { return null() }
        string(plain: Identifier<Subject>.length) { value.write(to: $0) }
    }

    /// A key and a moment, as `YYYY-MM-DDTHH:MM:SSZ`.
    public mutating func member(_ key: StaticString, _ value: Timestamp?) {
        self.key(key)
        guard let value else { return null() }
        string(plain: Timestamp.length) { value.write(to: $0) }
    }
}
