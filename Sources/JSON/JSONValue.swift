/// A JSON value (RFC 8259) and where in the text it began.
public struct JSONValue: Sendable {
    public enum Kind: Sendable {
        case null
        case bool(Bool)
        /// A number without fraction and exponent that fits.
        case integer(Int)
        /// Any other number.
        case double(Double)
        case string(String)
        case array([JSONValue])
        /// Members in the order they were written, a repeated key included.
        case object([Member])
    }

    public struct Member: Sendable {
        public let key: String
        /// Byte offset of the key's opening quote; -1 when it was not read.
        public let keyOffset: Int
        public let value: JSONValue

        public init(key: String, keyOffset: Int, value: JSONValue) {
            self.key = key
            self.keyOffset = keyOffset
            self.value = value
        }
    }

    public let kind: Kind
    /// Byte offset of the value's first character; -1 when it was not read.
    public let offset: Int

    public init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
