/// Reads a body of type `application/x-www-form-urlencoded` as it arrives, according to WHATWG's URL standard §5.1:
/// nothing is malformed, a `%` that begins no escape is kept, and invalid UTF-8 is replaced.
public struct FormParser {
    /// The complete fields, in the order in which they were sent. A name can occur more than once.
    public private(set) var pairs: [Query.Pair] = []

    private let limits: FormLimits
    /// The bytes of the field that is being read, still encoded.
    private var field: [UInt8] = []
    private var total = 0

    public init(limits: FormLimits = FormLimits()) {
        self.limits = limits
    }

    /// How many received bytes are not in `pairs` yet.
    public var buffered: Int { field.count }

    /// Reads more bytes.
    /// - Throws: the error to answer when the form is too large. The parser cannot be used after that.
    public mutating func append(_ bytes: [UInt8]) throws(ProtocolError) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "&")) {
            try take(rest[..<end])
            try finish()
            rest = rest[(end + 1)...]
        }
        try take(rest)
    }

    /// Ends the form, and completes its last field.
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

    /// A field is too large once its encoded length exceeds the longest encoding of a valid field.
    private mutating func take(_ part: ArraySlice<UInt8>) throws(ProtocolError) {
        guard part.count <= 3 * limits.fieldBytes + 1 - field.count else {
            throw FormLimits.fieldTooLarge(pairs.count + 1)
        }
        field += part
    }
}

/// Limits on a form. Beyond them the answer is a 413.
public struct FormLimits: Equatable, Sendable {
    /// The most fields and files together.
    public var parts = 100
    /// The most bytes of the name and the value of one field together, decoded.
    public var fieldBytes = 64 * 1024
    /// The most bytes of the names and values of all fields together.
    public var totalBytes = 1 << 20
    /// The most bytes of one file.
    public var fileBytes = 10 << 20
    /// The most bytes before the content of one part of `multipart/form-data`, line ends included.
    public var partHeadBytes = 8 * 1024

    public init() {}

    static let tooManyParts = ProtocolError(.contentTooLarge, "The form has too many fields; send fewer")
    static let totalTooLarge = ProtocolError(.contentTooLarge, "The fields of the form are too large together")

    static func fieldTooLarge(_ number: Int) -> ProtocolError {
        ProtocolError(.contentTooLarge, "Field \(number) of the form is too large")
    }
}
