/// A text split as a language model would send it: word by word, each with the space after it.
enum TextPieces {
    /// The most characters of a piece, for scripts without spaces between words.
    static let longest = 24

    /// The pieces of a text. None is empty, and none splits a character.
    static func of(_ text: String) -> [String] {
        var pieces: [String] = []
        pieces.reserveCapacity(text.utf8.count / 6 + 1)
        var start = text.startIndex
        var place = start
        var count = 0
        var sawSpace = false
        while place < text.endIndex {
            let isSpace = isSpace(text, at: place)
            if place > start, (sawSpace && !isSpace) || count == longest {
                pieces.append(String(text[start..<place]))
                start = place
                count = 0
            }
            sawSpace = isSpace
            count += 1
            place = end(ofCharacterAt: place, in: text)
        }
        if start < text.endIndex { pieces.append(String(text[start...])) }
        return pieces
    }

    /// Between two ASCII characters is an end, except between CR and LF; others are searched for, which takes ten times as
    /// long.
    private static func end(ofCharacterAt place: String.Index, in text: String) -> String.Index {
        let (bytes, next) = (text.utf8, text.utf8.index(after: place))
        let isASCII = bytes[place] < 0x80 && (next == bytes.endIndex || bytes[next] < 0x80)
        return isASCII && bytes[place] != UInt8(ascii: "\r") ? next : text.index(after: place)
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
