/// Strings as one stored value: each in UTF-8 with a zero byte behind it. A zero byte within a string is dropped.
enum StoredStrings {
    static func encode(_ strings: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for string in strings {
            bytes += string.utf8.lazy.filter { $0 != 0 }
            bytes.append(0)
        }
        return bytes
    }

    /// Nil when the bytes were not made by `encode`.
    static func decode(_ bytes: [UInt8]) -> [String]? {
        guard bytes.last ?? 0 == 0 else { return nil }
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
