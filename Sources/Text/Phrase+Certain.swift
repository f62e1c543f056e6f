/// What is certain of every line in which a phrase occurs.
extension Phrase {
    /// The phrase is not split up beyond so many bytes.
    private static let splitLimit = 200

    /// Phrases that occur wherever this one does: its runs of words, each as a whole and as a prefix. Not all of a long
    /// phrase, nor of one in which a breach may be.
    public var parts: Set<Phrase> {
        var parts: Set<Phrase> = [self]
        for piece in pieces where piece.count <= Phrase.splitLimit {
            for start in piece.indices where piece[start] == Words.end {
                for end in piece.indices where end > start + 1 {
                    // A prefix ends inside a word, a whole word with the byte behind it.
                    parts.insert(Phrase(pieces: [Array(piece[start..<end])]))
                    if piece[end] == Words.end { parts.insert(Phrase(pieces: [Array(piece[start...end])])) }
                }
                if start + 1 < piece.count { parts.insert(Phrase(pieces: [Array(piece[start...])])) }
            }
        }
        return parts
    }

    /// The least `Character`s of a line in which it occurs, or fewer: no `Character` has two ASCII letters or digits.
    public var leastLength: Int { pieces.reduce(0) { $0 + FoldedText.asciiWordBytes(in: $1) } }
}

extension FoldedText {
    /// The least `Character`s of a text that equals it, or fewer.
    public var leastLength: Int { FoldedText.asciiWordBytes(in: bytes) }

    fileprivate static func asciiWordBytes(in bytes: [UInt8]) -> Int {
        bytes.count { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }
}
