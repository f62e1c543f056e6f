/// A listed word or phrase, compiled to be looked for in many lines.
///
/// It occurs when its words follow one another as whole words, with anything that is not a word between them. Two
/// letters of a script without spaces must be adjacent, unless they are separated in the phrase too. `bak*` is a
/// prefix: the last word need only begin so (in folded form, so that 가* begins 각 as well).
public struct Phrase: Sendable {
    /// As its author wrote it; empty for a part of a phrase.
    public let written: String
    /// Pieces of `Words` form, which may have a breach between them. All begin with `Words.end` and end with it, but
    /// the last of a prefix.
    let pieces: [[UInt8]]

    /// - Parameter pieces: in the form of `pieces`.
    init(pieces: [[UInt8]]) { (self.pieces, written) = (pieces, "") }

    /// nil when the text holds no word, or a `*` anywhere but right behind its last word.
    public init?(_ text: String) {
        var scalars = Folding.scalars(of: text)
        while let last = scalars.last, FoldedText.isSpace(last) { scalars.removeLast() }
        let isPrefix = scalars.last == 0x2A
        if isPrefix { scalars.removeLast() }
        let words = Words(scalars: scalars)
        guard !words.isEmpty, !isPrefix || words.endsInWord, !Self.hasStar(scalars) else { return nil }

        var pieces = words.bytes.split(separator: Words.breach).map(Array.init)
        if isPrefix { pieces[pieces.count - 1].removeLast() }
        self.pieces = pieces
        written = text
    }

    /// Whether a text contains a star other than in the keycap picture.
    private static func hasStar(_ scalars: [Int32]) -> Bool {
        scalars.indices.contains { index in
            guard scalars[index] == 0x2A else { return false }
            let next = index + 1 < scalars.count ? scalars[index + 1] : 0
            return next != 0xFE0F && next != 0x20E3
        }
    }

    public func occurs(in line: Line, _ effort: inout Effort) -> Bool {
        let first = pieces[0]
        let words = line.words.bytes
        guard first.count <= words.count, effort.spend(bytes: words.count) else { return false }
        return first.withUnsafeBufferPointer { first in
            words.withUnsafeBufferPointer { words in occurs(first, in: words, &effort) }
        }
    }

    /// Bytes that are compared beyond the first of each word before they are counted.
    private static let uncounted = 4_096

    private func occurs(
        _ first: UnsafeBufferPointer<UInt8>, in words: UnsafeBufferPointer<UInt8>, _ effort: inout Effort
    ) -> Bool {
        var compared = 0
        for start in 0...words.count - first.count where words[start] == Words.end {
            var length = 1
            while length < first.count, words[start + length] == first[length] { length += 1 }
            if length == first.count {
                if pieces.count == 1 || restOccurs(in: words, behind: start) { return true }
                length = pieces.reduce(0) { $0 + $1.count }
            }
            compared += length - 1
            if compared > Phrase.uncounted {
                guard effort.spend(bytes: compared) else { return false }
                compared = 0
            }
        }
        return false
    }

    private func restOccurs(in words: UnsafeBufferPointer<UInt8>, behind start: Int) -> Bool {
        // The end of one piece is the beginning of the next.
        var place = start + pieces[0].count - 1
        for piece in pieces.dropFirst() {
            if !Self.occurs(piece, in: words, at: place) {
                guard place + 1 < words.count, words[place + 1] == Words.breach else { return false }
                place += 2
                guard Self.occurs(piece, in: words, at: place) else { return false }
            }
            place += piece.count - 1
        }
        return true
    }

    @inline(__always)
    private static func occurs(_ piece: [UInt8], in words: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard start + piece.count <= words.count else { return false }
        for index in piece.indices where words[start + index] != piece[index] { return false }
        return true
    }
}

/// Two phrases are equal when they occur in the same lines, however they are written.
extension Phrase: Hashable {
    public static func == (left: Phrase, right: Phrase) -> Bool { left.pieces == right.pieces }

    public func hash(into hasher: inout Hasher) { hasher.combine(pieces) }
}

extension Phrase: CustomStringConvertible {
    /// The phrase in folded form, which makes the same phrase again: `gold*`.
    public var description: String {
        let isPrefix = pieces.last?.last != Words.end
        return pieces.map(Self.text).joined(separator: " ") + (isPrefix ? "*" : "")
    }

    /// Letters of scripts without spaces are adjacent; otherwise a breach would be between them.
    private static func text(_ piece: [UInt8]) -> String {
        var text = ""
        var lastIsRun = false
        for word in piece.split(separator: Words.end) {
            let scalars = String(decoding: word, as: UTF8.self).unicodeScalars
            guard let first = scalars.first else { continue }
            let kind = ScalarClass(Int32(bitPattern: first.value))
            if !text.isEmpty, kind != .run || !lastIsRun { text += " " }
            lastIsRun = kind == .run
            text.unicodeScalars.append(first)
            if kind == .emojiOnRequest { text.unicodeScalars.append("\u{FE0F}") }
            text.unicodeScalars.append(contentsOf: scalars.dropFirst())
        }
        return text
    }
}
