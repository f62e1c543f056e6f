/// Encodes strings as one stored value: each in UTF-8, followed by a zero byte. A zero byte within a string is written
/// as C0 80, which never occurs in valid UTF-8 (Java's modified UTF-8 does the same).
enum StoredStrings {
    private static let zero: [UInt8] = [0xC0, 0x80]

    static func encode(_ strings: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for string in strings {
            for byte in string.utf8 {
                if byte == 0 { bytes += zero } else { bytes.append(byte) }
            }
            bytes.append(0)
        }
        return bytes
    }

    /// Nil when the bytes were not made by `encode`.
    static func decode(_ bytes: [UInt8]) -> [String]? {
        guard bytes.last ?? 0 == 0 else { return nil }
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0.contains(zero[0]) ? $0.replacing(zero, with: [0]) : $0, as: UTF8.self) }
    }
}
