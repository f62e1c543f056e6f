import Dialogue
import Store

/// A parameter of a statement. Texts that callers and authors make are bytes in the database: PostgreSQL's own texts
/// cannot hold U+0000, and their order depends on a collation.
enum Value {
    case null
    case number(Int64)
    case flag(Bool)
    case bytes([UInt8])
    /// An array of int8.
    case numbers([Int64])
    /// An array of bytea.
    case texts([[UInt8]])
    /// An array of values of that type, some of which can be null: a column of several rows.
    case column([Value], of: ValueType)

    init(_ number: Int) { self = .number(Int64(number)) }
    init(_ moment: Timestamp) { self = .number(moment.nanoseconds) }
    init(_ moment: Timestamp?) { self = moment.map { .number($0.nanoseconds) } ?? .null }
    init(_ sandbox: SandboxID) { self = .number(sandbox.number) }
    init(_ text: String) { self = .bytes(Array(text.utf8)) }
    init(_ text: String?) { self = text.map { .bytes(Array($0.utf8)) } ?? .null }
    init<Subject>(_ id: Identifier<Subject>) { self = .bytes(id.bytes) }
}

/// Types of the elements of arrays, by their numbers, which are the same in every database (pg_type.dat).
enum ValueType: UInt32 {
    case bool = 16
    case bytea = 17
    case int8 = 20
    case text = 25
}

/// The values of a statement as libpq takes them: in binary format
/// (https://www.postgresql.org/docs/15/protocol-overview.html, section 55.1.3), one after the other.
struct Parameters {
    /// Never empty, so that an empty value has an address, which tells it from NULL.
    private var bytes: [UInt8] = []
    private var places: [Int?] = []
    private var lengths: [Int32] = []

    init(_ values: [Value]) {
        for value in values {
            let start = bytes.count
            append(value)
            if case .null = value { places.append(nil) } else { places.append(start) }
            lengths.append(Int32(bytes.count - start))
        }
        bytes.append(0)
    }

    private mutating func append(_ value: Value) {
        switch value {
        case .null: break
        case .number(let number): withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
        case .flag(let flag): bytes.append(flag ? 1 : 0)
        case .bytes(let value): bytes += value
        case .numbers(let numbers): append(numbers.map { .number($0) }, of: .int8)
        case .texts(let texts): append(texts.map { .bytes($0) }, of: .bytea)
        case .column(let values, let type): append(values, of: type)
        }
    }

    /// Appends an array of one dimension, as `array_recv` of PostgreSQL reads it.
    private mutating func append(_ elements: [Value], of type: ValueType) {
        append(UInt32(elements.isEmpty ? 0 : 1))
        let hasNull = elements.contains { if case .null = $0 { true } else { false } }
        append(UInt32(hasNull ? 1 : 0))
        append(type.rawValue)
        guard !elements.isEmpty else { return }
        append(UInt32(elements.count))
        append(1)
        for element in elements {
            if case .null = element {
                append(UInt32.max)
                continue
            }
            let start = bytes.count
            append(0)
            append(element)
            let length = UInt32(bytes.count - start - 4)
            withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
        }
    }

    private mutating func append(_ number: UInt32) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }

    /// The number of bytes, approximately.
    var size: Int { bytes.count }

    /// Calls `body` with the number of values, their addresses, lengths and formats.
    func with<Result>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { bytes in
            let addresses = places.map { place in
                place.map { UnsafePointer((bytes.baseAddress! + $0).assumingMemoryBound(to: CChar.self)) }
            }
            return body(Int32(places.count), addresses, lengths, [Int32](repeating: 1, count: places.count))
        }
    }
}
