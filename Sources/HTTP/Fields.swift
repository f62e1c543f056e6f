import Exact

/// The fields of a message, in the order in which they were sent. A name can occur more than once (RFC 9110 §5.2).
public struct Fields: Equatable, Sendable {
    /// Only `Fields` makes one, so a value never contains a line end.
    public struct Field: Equatable, Sendable {
        public let name: FieldName
        public let value: String
    }

    /// Where a field has its name and its value in `bytes`.
    struct Place {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// Field after field: the lengths of name and value, four bytes each, then both. One array and no texts, because
    /// most fields of a request are never read. A name that was received is as the client wrote it.
    private(set) var bytes: [UInt8]
    /// Where the fields begin. `RequestHead` keeps its other parts before them.
    let start: Int

    private static let lengthBytes = 8

    public init() {
        bytes = []
        start = 0
    }

    /// No fields, behind other parts of a head.
    init(behind parts: [UInt8]) {
        bytes = parts
        start = parts.count
    }

    /// The same fields behind other parts of a head.
    func behind(_ parts: [UInt8]) -> Fields {
        var moved = Fields(behind: parts)
        moved.bytes += bytes[start...]
        return moved
    }

    public var list: [Field] {
        var list: [Field] = []
        forEach { name, value in
            list.append(Field(name: FieldName(token: name), value: String(decoding: value, as: UTF8.self)))
        }
        return list
    }

    /// Passes the name and the value of each field as they were received.
    public func forEach(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
        forEachPlace { body(bytes[$0.name], bytes[$0.value]) }
    }

    /// The fields with other values.
    /// - Parameter value: gets the name and the value of each field as they were received; nil: the value stays.
    public func replacing(
        _ value: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> String?
    ) -> Fields {
        var replaced = Fields()
        var copied = start
        forEachPlace { place in
            guard let new = value(bytes[place.name], bytes[place.value]) else { return }
            replaced.bytes += bytes[copied..<place.name.lowerBound - Fields.lengthBytes]
            replaced.add(FieldName(token: bytes[place.name]), new)
            copied = place.value.upperBound
        }
        guard copied > start else { return self }
        replaced.bytes += bytes[copied...]
        return replaced
    }

    private func forEachPlace(_ body: (Place) -> Void) {
        var next = start
        while next < bytes.count {
            let place = bytes.withUnsafeBytes { Fields.place(at: next, in: $0) }
            body(place)
            next = place.value.upperBound
        }
    }

    /// About how many bytes of memory the fields take.
    public var size: Int { bytes.capacity - start }

    /// The first value of that name.
    public subscript(name: FieldName) -> String? { place(of: name, from: start).map { text($0.value) } }

    /// Whether there is a field of that name.
    public func has(_ name: FieldName) -> Bool { place(of: name, from: start) != nil }

    public func all(_ name: FieldName) -> [String] {
        var values: [String] = []
        var next = start
        while let found = place(of: name, from: next) {
            values.append(text(found.value))
            next = found.value.upperBound
        }
        return values
    }

    /// Appends a field. Control characters in `value` become spaces, so that no value can end a line on the wire.
    public mutating func add(_ name: FieldName, _ value: String) {
        let (name, value) = (name.text.utf8.span, value.utf8.span)
        bytes.append(atMost: Fields.lengthBytes + name.count + value.count) { pen in
            pen.put(length: name.count)
            pen.put(length: value.count)
            name.withUnsafeBytes { pen.put($0) }
            value.withUnsafeBytes { bytes in
                for byte in bytes { pen.put(byte < 0x20 || byte == 0x7F ? UInt8(ascii: " ") : byte) }
            }
        }
    }

    /// Gives the first field of that name another value, which was checked; appends the field if there is none.
    mutating func set(_ name: FieldName, to value: String) {
        guard let place = place(of: name, from: start) else { return add(name, value) }
        bytes.replaceSubrange(place.value, with: value.utf8)
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(
                of: UInt32(value.utf8.count), toByteOffset: place.name.lowerBound - Fields.lengthBytes / 2,
                as: UInt32.self)
        }
    }

    /// Appends a field whose bytes were checked when its line was read.
    mutating func add(_ field: FieldLine, of line: UnsafeBufferPointer<UInt8>) {
        let line = UnsafeRawBufferPointer(line)
        bytes.append(atMost: Fields.lengthBytes + line.count) { pen in
            pen.put(length: field.name.count)
            pen.put(length: field.value.count)
            pen.put(line[field.name])
            pen.put(line[field.value])
        }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The field that begins at `start`; the next one begins where its value ends.
    static func place(at start: Int, in bytes: UnsafeRawBufferPointer) -> Place {
        let name = start + lengthBytes
        let value = name + Int(bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
        let length = Int(bytes.loadUnaligned(fromByteOffset: start + lengthBytes / 2, as: UInt32.self))
        return Place(name: name..<value, value: value..<value + length)
    }

    private func place(of name: FieldName, from start: Int) -> Place? {
        let wanted = name.text.utf8.span
        return bytes.withUnsafeBytes { bytes in
            var next = start
            while next < bytes.count {
                let place = Fields.place(at: next, in: bytes)
                if place.name.count == wanted.count, Fields.isSame(bytes, from: place.name.lowerBound, wanted) {
                    return place
                }
                next = place.value.upperBound
            }
            return nil
        }
    }

    private static func isSame(
        _ bytes: UnsafeRawBufferPointer, from start: Int, _ name: borrowing Span<UInt8>
    ) -> Bool {
        for index in name.indices where lowercased(bytes[start + index]) != name[index] { return false }
        return true
    }

    public static func == (one: Fields, other: Fields) -> Bool { one.list == other.list }
}

extension BytePen {
    /// A length as four bytes of memory.
    fileprivate mutating func put(length: Int) {
        UnsafeMutableRawPointer(place).storeBytes(of: UInt32(length), as: UInt32.self)
        place += 4
    }
}
