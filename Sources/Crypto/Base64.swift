/// RFC 4648 §4, with padding.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    public static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let three = bytes[start..<min(start + 3, bytes.count)]
            var group = three.reduce(0) { $0 << 8 | UInt32($1) }
            group <<= UInt32(3 - three.count) * 8
            for place in 0..<4 {
                out.append(
                    place <= three.count ? alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Nil for anything that `encode` does not write.
    public static func decode(_ text: String) -> [UInt8]? {
        var decoder = Decoder()
        guard let bytes = decoder.append(Array(text.utf8)), decoder.isComplete else { return nil }
        return bytes
    }

    /// Decodes a text that comes in pieces.
    public struct Decoder {
        /// The value of each byte as a digit; `noDigit` for others.
        private static let values: [UInt8] = {
            var values = [UInt8](repeating: noDigit, count: 256)
            for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
            return values
        }()
        private static let noDigit: UInt8 = 64

        /// The group of four that is begun.
        private var group: UInt32 = 0
        /// How many digits of it came, padding included.
        private var length = 0
        /// How many `=` came: nothing follows their group.
        private var padding = 0

        public init() {}

        /// - Returns: the bytes of the groups that the piece completes; nil for a text that `encode` does not write. The
        ///   decoder cannot be used after that.
        public mutating func append(_ piece: [UInt8]) -> [UInt8]? {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(piece.count / 4 * 3 + 3)
            let values = Decoder.values
            var at = 0
            while at < piece.count {
                // Whole groups without padding, which are nearly all.
                while length == 0, padding == 0, at + 4 <= piece.count {
                    let (a, b) = (values[Int(piece[at])], values[Int(piece[at + 1])])
                    let (c, d) = (values[Int(piece[at + 2])], values[Int(piece[at + 3])])
                    guard (a | b | c | d) & Decoder.noDigit == 0 else { break }
                    bytes.append(a << 2 | b >> 4)
                    bytes.append(b << 4 | c >> 2)
                    bytes.append(c << 6 | d)
                    at += 4
                }
                guard at < piece.count else { break }
                let byte = piece[at]
                at += 1
                let value = values[Int(byte)]
                if value != Decoder.noDigit {
                    guard padding == 0 else { return nil }
                    group = group << 6 | UInt32(value)
                } else {
                    guard byte == UInt8(ascii: "="), length >= 2 else { return nil }
                    padding += 1
                    group <<= 6
                }
                length += 1
                guard length == 4 else { continue }
                // The bits that padding leaves over are zero.
                guard group & ((1 << UInt32(8 * padding)) - 1) == 0 else { return nil }
                for place in 0..<3 - padding {
                    bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * place)))
                }
                (group, length) = (0, 0)
            }
            return bytes
        }

        /// Whether the text can end here.
        public var isComplete: Bool { length == 0 }
    }
}
