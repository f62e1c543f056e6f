import JSON

/// What to write in place of something that other languages have and JSON has not.
enum SyntaxHint {
    private static let quotes = ["'", "‘", "’", "‚", "“", "”", "„", "«", "»"]
    private static let words = [("True", "true"), ("False", "false"), ("None", "null")]

    /// The remedy for what is at the place of a syntax error, behind a semicolon; empty when none is known.
    static func text(for bytes: [UInt8], at offset: Int) -> String {
        let rest = bytes[min(offset, bytes.count)...]
        func begins(_ text: String) -> Bool { rest.starts(with: text.utf8) }
        if begins("//") || begins("/*") || begins("#") {
            return "; JSON has no comments: write \"$comment\": \"…\" in an object"
        }
        if begins("}") || begins("]"), last(before: offset, of: bytes) == UInt8(ascii: ",") {
            return "; remove the comma before it"
        }
        if offset > 0, bytes[offset - 1] == UInt8(ascii: "\\") { return "; write a backslash as \\\\" }
        // Control characters are errors in strings only.
        if begins("\t") { return "; write a tab as \\t" }
        if hasCurlyEnd(bytes[..<rest.startIndex]) { return "; a string ends with \", not with ”" }
        if begins("\n") || begins("\r") { return "; write a line end as \\n, or end the string with \"" }
        if let quote = quotes.first(where: begins) { return "; write \" in place of \(quote)" }
        if let (_, word) = words.first(where: { begins($0.0) }) { return "; write \(word)" }
        return ""
    }

    /// Where a mistake is shown: a comma that is missing at the end of a line is missing there, not where the next line
    /// begins.
    static func place(of error: JSONError, in bytes: [UInt8]) -> Int {
        let start = min(error.offset, bytes.count)
        guard error.message.hasPrefix("expected ',' or "), start < bytes.count, bytes[start] == UInt8(ascii: "\""),
            let end = bytes[..<start].lastIndex(where: { !white.contains($0) }),
            bytes[end..<start].contains(where: { $0 == 0x0A || $0 == 0x0D })
        else { return error.offset }
        return end + 1
    }

    private static let white: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]

    /// The last byte before a place that is no white space.
    private static func last(before offset: Int, of bytes: [UInt8]) -> UInt8? {
        bytes[..<offset].last { !white.contains($0) }
    }

    /// Whether the string that goes on at the end, or ends there, has a curly quote where its end may be meant.
    private static func hasCurlyEnd(_ bytes: ArraySlice<UInt8>) -> Bool {
        let quote = UInt8(ascii: "\"")
        let inside = bytes.last == quote ? bytes.dropLast() : bytes
        let start = inside.lastIndex(of: quote) ?? inside.startIndex
        return String(decoding: inside[start...], as: UTF8.self).unicodeScalars.contains("”")
    }
}
