import Exact

extension String {
    /// The text as a terminal can show it: control characters, and characters that change the direction of what follows,
    /// are written as `\u{1b}`. A name from a file or from the network can so neither colour the terminal nor hide a part
    /// of a line. Line feeds and tabs stay.
    var shown: String {
        guard unicodeScalars.contains(where: \.isHidden) else { return self }
        return unicodeScalars.map { $0.isHidden ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
    }

    /// The same in one line.
    var shownInLine: String { shown.with("\\n", inPlaceOf: "\n").with("\\t", inPlaceOf: "\t") }
}

extension Unicode.Scalar {
    fileprivate var isHidden: Bool {
        switch value {
        case 0x09, 0x0A: false
        case ..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
