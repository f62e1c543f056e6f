/// What a player wrote, prepared once for many comparisons.
public struct Line: Sendable {
    let folded: [UInt8]
    let words: Words

    public init(_ text: String) {
        if let ascii = Folding.asciiLowercased(text) {
            folded = FoldedText.bytes(ascii: ascii)
            words = Words(ascii: ascii)
        } else {
            let scalars = Folding.scalars(of: text)
            folded = FoldedText.bytes(scalars: scalars)
            words = Words(scalars: scalars)
        }
    }

    /// Whether the whole line is that text, except for case, accents and white space at the ends.
    public func equals(_ text: FoldedText) -> Bool {
        folded == text.bytes
    }
}
