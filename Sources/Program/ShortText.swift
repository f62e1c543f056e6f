import Exact

/// Texts from outside, where only their beginning is shown.
enum ShortText {
    /// The most Unicode scalars that are shown.
    static let limit = 60

    /// The text in one line without control characters, and shortened. A scalar that XML does not allow is replaced.
    static func of(_ text: String, to limit: Int = limit) -> String {
        let allowed = text.unicodeScalars.prefix(limit).map { $0.value & 0xFFFE == 0xFFFE ? "\u{FFFD}" : $0 }
        let shown = String(String.UnicodeScalarView(allowed)).shownInLine
        return text.hasScalars(atMost: limit) ? shown : shown + "…"
    }
}
