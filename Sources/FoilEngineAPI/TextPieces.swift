/// A text split as a language model would send it: word by word, each with the space after it.
enum TextPieces {
    /// The most characters of a piece, for scripts without spaces between words.
    static let longest = 24

    /// The pieces of a text. None is empty, and none splits a character.
    static func of(_ text: String) -> [String] {
        var pieces: [String] = []
        var start = text.startIndex
        var count = 0
        var sawSpace = false
        for place in text.indices {
            let isSpace = isSpace(text, at: place)
            if place > start, (sawSpace && !isSpace) || count == longest {
                pieces.append(String(text[start..<place]))
                start = place
                count = 0
            }
            sawSpace = isSpace
            count += 1
        }
        if start < text.endIndex { pieces.append(String(text[start...])) }
        return pieces
    }

    /// Whether the character there is white space, which its first scalar decides.
    private static func isSpace(_ text: String, at place: String.Index) -> Bool {
        switch text.utf8[place] {
        case 0x09...0x0D, 0x20: true
        case 0..<0x80: false
        default: text.unicodeScalars[place].properties.isWhitespace
        }
    }
}
