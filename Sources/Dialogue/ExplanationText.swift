/// Formats texts and lists for explanations and reports.
public enum ExplanationText {
    /// The most Unicode scalars of a text that are shown.
    private static let length = 80
    /// The most items of a list that are shown.
    private static let items = 8

    /// A text as a JSON string, so that it is one line and can be found in a fixture; a long one is shortened.
    public static func quoted(_ text: some StringProtocol) -> String {
        let isLong = !text.unicodeScalars.dropFirst(length).isEmpty
        return "\"\(escaped(text.unicodeScalars.prefix(length)))\(isLong ? "…" : "")\""
    }

    /// The same of any length.
    public static func whole(_ text: some StringProtocol) -> String { "\"\(escaped(text.unicodeScalars))\"" }

    private static func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var quoted = ""
        for scalar in scalars {
            switch scalar.value {
            case 0x22, 0x5C: quoted += "\\\(scalar)"
            case 0x0A: quoted += "\\n"
            case 0x0D: quoted += "\\r"
            case 0x09: quoted += "\\t"
            case ..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted
    }

    /// Quoted texts, separated by commas; of a long list the first ones and the number of the others.
    static func list(_ texts: [String]) -> String {
        let listed = texts.prefix(items).map { quoted($0) }.joined(separator: ", ")
        return texts.count > items ? "\(listed) and \(texts.count - items) more" : listed
    }
}
