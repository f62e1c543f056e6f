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
            let isSpace = text[place].isWhitespace
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
}
