import Exact

/// Percent-encoding (RFC 3986 §2.1).
public enum PercentEncoding {
    /// Decodes a path segment. A `+` stays one. Nil when a `%` is not followed by two hexadecimal digits or the bytes
    /// are not UTF-8.
    public static func decode(_ text: String) -> String? {
        guard text.holds(UInt8(ascii: "%")) else { return text }
        let (bytes, isWhole) = decoded(text[...].utf8)
        return isWhole ? String(validating: bytes, as: UTF8.self) : nil
    }

    /// Encodes a text as one path segment: everything but RFC 3986's unreserved characters is escaped.
    public static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch Unicode.Scalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": encoded.append(byte)
            default:
                let digits = Array(String(byte, radix: 16, uppercase: true).utf8)
                encoded += [UInt8(ascii: "%")] + (digits.count == 1 ? [UInt8(ascii: "0")] : []) + digits
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The decoded bytes of `text`. A `%` that begins no escape is kept, and `isWhole` is then false.
    static func decoded<Text: Collection<UInt8>>(
        _ text: Text, plusIsSpace: Bool = false
    ) -> (bytes: [UInt8], isWhole: Bool) where Text.SubSequence == Text {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var isWhole = true
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+"), plusIsSpace {
                bytes.append(UInt8(ascii: " "))
            } else if byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else if let value = escape(rest) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
                isWhole = false
            }
        }
        return (bytes, isWhole)
    }

    private static func escape<Text: Collection<UInt8>>(_ digits: Text) -> UInt8? where Text.SubSequence == Text {
        var two = digits.prefix(2)
        guard let high = two.popFirst().flatMap(hexValue), let low = two.popFirst().flatMap(hexValue) else {
            return nil
        }
        return high << 4 | low
    }
}
