import Exact

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
        String(unsafeUninitializedCapacity: Self.length) { text in
            write(to: UnsafeMutableRawBufferPointer(text))
            return Self.length
        }
    }

    /// The bytes of the text form.
    public static var length: Int { 36 }

    /// Writes the text form to `length` bytes.
    public func write(to text: UnsafeMutableRawBufferPointer) {
        let parts = (
            hexDigits(of: high >> 32), hexDigits(of: high & 0xFFFF_FFFF), hexDigits(of: low >> 32),
            hexDigits(of: low & 0xFFFF_FFFF)
        )
        text.storeBytes(of: parts.0.bigEndian, toByteOffset: 0, as: UInt64.self)
        text.storeBytes(of: UInt32(parts.1 >> 32).bigEndian, toByteOffset: 9, as: UInt32.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: parts.1).bigEndian, toByteOffset: 14, as: UInt32.self)
        text.storeBytes(of: UInt32(parts.2 >> 32).bigEndian, toByteOffset: 19, as: UInt32.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: parts.2).bigEndian, toByteOffset: 24, as: UInt32.self)
        text.storeBytes(of: parts.3.bigEndian, toByteOffset: 28, as: UInt64.self)
        (text[8], text[13], text[18], text[23]) = (dash, dash, dash, dash)
    }
}

private let dash = UInt8(ascii: "-")

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
