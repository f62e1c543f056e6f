import Dialogue
import HTTP

/// Writes values as bytes from which `EntryReader` reads them: numbers in groups of seven bits (LEB128), texts and lists
/// behind their length.
struct EntryWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1_024) }

    mutating func put(_ number: Int) {
        // Numbers near 0 are short, whatever their sign.
        var rest = UInt64(bitPattern: Int64(number << 1 ^ number >> 63))
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ number: Int64) { put(Int(number)) }

    mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func put(_ more: [UInt8]) { put(more[...]) }

    mutating func put(_ more: ArraySlice<UInt8>) {
        put(more.count)
        bytes += more
    }

    mutating func put(_ text: String) {
        put(text.utf8.count)
        bytes += text.utf8
    }

    mutating func put<Value>(_ value: Value?, _ write: (inout EntryWriter, Value) -> Void) {
        put(value != nil)
        if let value { write(&self, value) }
    }

    mutating func put(_ text: String?) { put(text) { $0.put($1) } }

    mutating func put<Value>(_ list: [Value], _ write: (inout EntryWriter, Value) -> Void) {
        put(list.count)
        for value in list { write(&self, value) }
    }

    mutating func put(_ fields: Fields) {
        var count = 0
        fields.forEach { _, _ in count += 1 }
        put(count)
        fields.forEach { name, value in
            put(name)
            put(value)
        }
    }
}

/// Reads what `EntryWriter` wrote. Each method throws where the bytes are none that it wrote.
struct EntryReader {
    struct Unreadable: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() throws(Unreadable) -> UInt8 {
        guard let byte = rest.popFirst() else { throw Unreadable() }
        return byte
    }

    mutating func number() throws(Unreadable) -> Int {
        var number: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            let byte = try byte()
            number |= UInt64(byte & 0x7F) << UInt64(shift)
            guard byte & 0x80 != 0 else { return Int(Int64(bitPattern: number >> 1)) ^ -Int(number & 1) }
        }
        throw Unreadable()
    }

    mutating func flag() throws(Unreadable) -> Bool { try byte() != 0 }

    mutating func bytes() throws(Unreadable) -> [UInt8] { Array(try slice()) }

    private mutating func slice() throws(Unreadable) -> ArraySlice<UInt8> {
        let count = try number()
        guard 0...rest.count ~= count else { throw Unreadable() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func text() throws(Unreadable) -> String {
        guard let text = String(validating: try slice(), as: UTF8.self) else { throw Unreadable() }
        return text
    }

    mutating func optional<Value>(
        _ read: (inout EntryReader) throws(Unreadable) -> Value
    ) throws(Unreadable) -> Value? {
        try flag() ? try read(&self) : nil
    }

    mutating func textOrNil() throws(Unreadable) -> String? {
        try optional { reader throws(Unreadable) in try reader.text() }
    }

    mutating func list<Value>(
        _ read: (inout EntryReader) throws(Unreadable) -> Value
    ) throws(Unreadable) -> [Value] {
        var list: [Value] = []
        let count = try number()
        // Each value has a byte at least.
        guard 0...rest.count ~= count else { throw Unreadable() }
        for _ in 0..<count { list.append(try read(&self)) }
        return list
    }

    mutating func fields() throws(Unreadable) -> Fields {
        var fields = Fields()
        let count = try number()
        guard 0...rest.count ~= count else { throw Unreadable() }
        for _ in 0..<count {
            guard let name = FieldName(try slice()) else { throw Unreadable() }
            // As it was received, so it need not be UTF-8.
            fields.add(name, String(decoding: try slice(), as: UTF8.self))
        }
        return fields
    }

    mutating func moment() throws(Unreadable) -> Timestamp {
        let nanoseconds = Int64(try number())
        guard Bounds.moments.contains(nanoseconds) else { throw Unreadable() }
        return Timestamp(nanoseconds: nanoseconds)
    }

    mutating func id<Subject>() throws(Unreadable) -> Identifier<Subject> {
        guard let id = Identifier<Subject>(bytes: try bytes()) else { throw Unreadable() }
        return id
    }
}
