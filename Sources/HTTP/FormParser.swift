/// Reads a body of type `application/x-www-form-urlencoded` as it arrives, as WHATWG's URL standard §5.1 has it: nothing
/// is malformed, what is no escape stands for itself, and bytes that are not UTF-8 are repaired.
public struct FormParser {
    /// The fields that are whole, in the order they were sent. A name may stand more than once.
    public private(set) var pairs: [Query.Pair] = []

    private let limits: FormLimits
    /// Of the field under way, still encoded.
    private var field: [UInt8] = []
    private var total = 0

    public init(limits: FormLimits = FormLimits()) {
        self.limits = limits
    }

    /// How many bytes have arrived that `pairs` does not account for.
    public var buffered: Int { field.count }

    /// Throws what to answer when the form is too large. It is then of no more use.
    public mutating func append(_ bytes: [UInt8]) throws(ProtocolError) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "&")) {
            try take(rest[..<end])
            try finish()
            rest = rest[(end + 1)...]
        }
        try take(rest)
    }

    /// The form is whole: so is its last field.
    public mutating func finish() throws(ProtocolError) {
        guard !field.isEmpty else { return }
        let pair = Query.Pair(encoded: field[...])
        let size = pair.name.utf8.count + pair.value.utf8.count
        guard size <= limits.fieldBytes else { throw FormLimits.fieldTooLarge(pairs.count + 1) }
        guard pairs.count < limits.parts else { throw FormLimits.tooManyParts }
        total += size
        guard total <= limits.totalBytes else { throw FormLimits.totalTooLarge }
        pairs.append(pair)
        field.removeAll(keepingCapacity: true)
    }

    /// A field that is longer than its escapes and its `=` can explain is too large, whatever still comes.
    private mutating func take(_ part: ArraySlice<UInt8>) throws(ProtocolError) {
        guard part.count <= 3 * limits.fieldBytes + 1 - field.count else {
            throw FormLimits.fieldTooLarge(pairs.count + 1)
        }
        field += part
    }
}

/// How much a form may hold. More is a 413.
public struct FormLimits: Equatable, Sendable {
    /// Fields and files together.
    public var parts = 100
    /// The name and the value of one field together, decoded, in bytes.
    public var fieldBytes = 64 * 1024
    /// The names and values of all fields together.
    public var totalBytes = 1 << 20
    /// One file.
    public var fileBytes = 10 << 20
    /// What stands before the content of one part of `multipart/form-data`, line ends included.
    public var partHeadBytes = 8 * 1024

    public init() {}

    static let tooManyParts = ProtocolError(.contentTooLarge, "The form has too many fields; send fewer")
    static let totalTooLarge = ProtocolError(.contentTooLarge, "The fields of the form are too large together")

    static func fieldTooLarge(_ number: Int) -> ProtocolError {
        ProtocolError(.contentTooLarge, "Field \(number) of the form is too large")
    }
}
