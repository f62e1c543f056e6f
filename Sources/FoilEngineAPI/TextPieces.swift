/// A text cut as a model would send it: word by word, each with the space after it.
enum TextPieces {
    /// Characters at most in one piece, for scripts that do not part words.
    static let longest = 24

    /// The pieces together are the text; none is empty, and none cuts a character in two.
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
