extension JSONScanner {
    /// The error for an unexpected character at the current place.
    func expected(_ what: String) -> JSONError {
        JSONError(message: "expected \(what), found \(found)", offset: at)
    }

    private var found: String {
        guard at < bytes.count else { return "the end of the text" }
        guard let length = wellFormedLength(at: at) else { return "a byte that is not UTF-8" }
        let character = String(decoding: bytes[at..<at + length], as: UTF8.self)
        let scalar = character.unicodeScalars.first!
        if scalar == "'" { return "an apostrophe" }
        return Self.isVisible(scalar) ? "'\(character)'" : "U+\(Self.fourDigits(scalar.value))"
    }

    private static func fourDigits(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Whether a scalar can be quoted in a message: it is not a control, a format character, a space or a lone mark.
    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned, .privateUse,
            .surrogate, .nonspacingMark, .enclosingMark, .spacingMark:
            false
        default: true
        }
    }
}
