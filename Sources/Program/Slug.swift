import Exact
import Text

/// The name of a persona's folder, made from the character's name.
enum Slug {
    /// The name's runs of letters and digits in lower case, joined by `-`; empty when it has none. Latin letters become
    /// those from a to z: they lose their accents and strokes. Letters of other scripts stay as they are.
    static func of(_ name: String) -> String {
        var words: [String] = []
        var isInWord = false
        for scalar in name.unicodeScalars {
            if isAccent(scalar), words.last?.utf8.last.map({ $0 < 0x80 }) ?? true { continue }
            let letters = letters(of: scalar)
            if !letters.isEmpty {
                if !isInWord { words.append("") }
                words[words.count - 1] += letters
            }
            isInWord = !letters.isEmpty
        }
        return words.joined(separator: "-")
    }

    /// Latin letters that do not come apart into a letter from a to z and an accent.
    private static let spelled: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i",
        "ŧ": "t", "ŋ": "ng",
    ]

    /// What the slug has in place of a scalar; empty when that is no letter, digit or mark.
    private static func letters(of scalar: Unicode.Scalar) -> String {
        let lower = scalar.properties.lowercaseMapping
        if let first = lower.unicodeScalars.first, let letters = spelled[first] { return letters }
        let folded = Folding.fold(String(scalar))
        if folded.count == 1, folded[0].isASCIILetterOrDigit { return String(decoding: folded, as: UTF8.self) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .nonspacingMark, .spacingMark:
            return scalar.isASCII ? "" : lower
        default: return ""
        }
    }

    /// Whether it is an accent of a Latin letter, when it follows one.
    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool { (0x300...0x36F).contains(scalar.value) }
}
