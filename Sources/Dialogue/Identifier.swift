/// A UUID of one kind of subject: a persona's id has another type than a machine's (RFC 9562 §4).
public struct Identifier<Subject>: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Sixteen bytes in network order; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        (high, low) = bytes.withUnsafeBytes {
            (
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// The 8-4-4-4-12 text form, hex digits in either case; nil for anything else.
    public init?(_ text: String) {
        let bytes = text.utf8.span
        guard bytes.count == 36, bytes[18] == UInt8(ascii: "-"),
            let high = word(bytes.extracting(0..<18), dashes: 8, 13),
            let low = word(bytes.extracting(19..<36), dashes: 4, 4)
        else { return nil }
        self.init(high: high, low: low)
    }

    public var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// The text form in lower case.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            for dash in [8, 13, 18, 23] { text[dash] = UInt8(ascii: "-") }
            write(high, 0..<8, into: text, at: 0)
            write(high, 8..<12, into: text, at: 9)
            write(high, 12..<16, into: text, at: 14)
            write(low, 0..<4, into: text, at: 19)
            write(low, 4..<16, into: text, at: 24)
            return 36
        }
    }
}

/// Writes some of the sixteen hex digits of a word.
private func write(_ word: UInt64, _ digits: Range<Int>, into text: UnsafeMutableBufferPointer<UInt8>, at place: Int) {
    let table: StaticString = "0123456789abcdef"
    for digit in digits {
        text[place + digit - digits.lowerBound] = table.utf8Start[Int(word >> UInt64(60 - 4 * digit) & 15)]
    }
}

/// Sixteen hex digits with dashes at these places; nil for anything else.
private func word(_ text: Span<UInt8>, dashes first: Int, _ second: Int) -> UInt64? {
    var word: UInt64 = 0
    for place in text.indices {
        let byte = text[place]
        if place == first || place == second {
            guard byte == UInt8(ascii: "-") else { return nil }
        } else {
            guard let digit = hexValue(byte) else { return nil }
            word = word << 4 | digit
        }
    }
    return word
}

private func hexValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}

public typealias PersonaID = Identifier<Persona>
public typealias MachineID = Identifier<Machine>
public typealias SessionID = Identifier<Session>
public typealias MessageID = Identifier<Turn>
