import Dialogue
import Store

/// A parameter of a statement. Texts that callers and authors make are bytes in the database: PostgreSQL's own texts
/// cannot hold U+0000, and their order depends on a collation.
enum Value {
    case null
    case number(Int64)
    case flag(Bool)
    case bytes([UInt8])

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
            }
            if case .null = value { places.append(nil) } else { places.append(start) }
            lengths.append(Int32(bytes.count - start))
        }
        bytes.append(0)
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
