/// The fields of a message, in the order in which they were sent. A name can occur more than once (RFC 9110 §5.2).
public struct Fields: Equatable, Sendable {
    /// Only `Fields` makes one, so a value never contains a line end.
    public struct Field: Equatable, Sendable {
        public let name: FieldName
        public let value: String
    }

    public private(set) var list: [Field] = []

    public init() {}

    /// The first value of that name.
    public subscript(name: FieldName) -> String? {
        list.first { $0.name == name }?.value
    }

    public func all(_ name: FieldName) -> [String] {
        list.lazy.filter { $0.name == name }.map(\.value)
    }

    /// Appends a field. Control characters in `value` become spaces, so that no value can end a line on the wire.
    public mutating func add(_ name: FieldName, _ value: String) {
        let isClean = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        list.append(Field(name: name, value: isClean ? value : Fields.withoutControls(value)))
    }

    /// Gives the first field of that name another value, which was checked; appends the field if there is none.
    mutating func set(_ name: FieldName, to value: String) {
        let field = Field(name: name, value: value)
        if let place = list.firstIndex(where: { $0.name == name }) { list[place] = field } else { list.append(field) }
    }

    /// Appends a field whose bytes were checked when its line was read.
    mutating func add(_ line: FieldLine) {
        if list.isEmpty { list.reserveCapacity(8) }
        list.append(Field(name: line.name, value: line.value))
    }

    private static func withoutControls(_ value: String) -> String {
        String(decoding: value.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
}
