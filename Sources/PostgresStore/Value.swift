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

    init(_ number: Int) { self = .number(Int64(number)) }
    init(_ moment: Timestamp) { self = .number(moment.nanoseconds) }
    init(_ moment: Timestamp?) { self = moment.map { .number($0.nanoseconds) } ?? .null }
    init(_ sandbox: SandboxID) { self = .number(sandbox.number) }
    init(_ text: String) { self = .bytes(Array(text.utf8)) }
    init(_ text: String?) { self = text.map { .bytes(Array($0.utf8)) } ?? .null }
    init<Subject>(_ id: Identifier<Subject>) { self = .bytes(id.bytes) }
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
            switch value {
            case .null: break
            case .number(let number): withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
            case .flag(let flag): bytes.append(flag ? 1 : 0)
            case .bytes(let value): bytes += value
            case .numbers(let numbers):
                append(
                    numbers.map { number in withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) } }, of: Parameters.int8
                )
            case .texts(let texts): append(texts, of: Parameters.bytea)
            }
            if case .null = value { places.append(nil) } else { places.append(start) }
            lengths.append(Int32(bytes.count - start))
        }
        bytes.append(0)
    }

    // Numbers of types, the same in every database (pg_type.dat).
    private static let (int8, bytea): (UInt32, UInt32) = (20, 17)

    /// Appends an array of one dimension, as `array_recv` of PostgreSQL reads it.
    private mutating func append(_ elements: [[UInt8]], of type: UInt32) {
        func append(_ number: UInt32) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
        append(elements.isEmpty ? 0 : 1)
        append(0)
        append(type)
        guard !elements.isEmpty else { return }
        append(UInt32(elements.count))
        append(1)
        for element in elements {
            append(UInt32(element.count))
            bytes += element
        }
    }

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
