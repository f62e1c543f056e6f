/// How an explanation words what it has seen.
enum ExplanationText {
    /// Unicode scalars of a text that are told.
    private static let length = 80
    /// Items of a list that are told.
    private static let items = 8

    /// A text as JSON writes it, so that it is one line and can be searched for in a fixture; a long one is cut short.
    static func quoted(_ text: some StringProtocol) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars.prefix(length) {
            switch scalar.value {
            case 0x22, 0x5C: quoted += "\\\(scalar)"
            case 0x0A: quoted += "\\n"
            case 0x0D: quoted += "\\r"
            case 0x09: quoted += "\\t"
            case ..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + (text.unicodeScalars.dropFirst(length).isEmpty ? "\"" : "…\"")
    }

    /// Texts in quotes, with commas; of a long list, the first and how many more there are.
    static func list(_ texts: [some CustomStringConvertible]) -> String {
        let told = texts.prefix(items).map { quoted($0.description) }.joined(separator: ", ")
        return texts.count > items ? "\(told) and \(texts.count - items) more" : told
    }
}
