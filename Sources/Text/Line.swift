/// What a player wrote, prepared once for many comparisons.
public struct Line: Sendable {
    let folded: FoldedText
    let words: Words

    public init(_ text: String) {
        if let ascii = Folding.asciiLowercased(text) {
            folded = FoldedText(ascii: ascii)
            words = Words(ascii: ascii)
        } else {
            let scalars = Folding.scalars(of: text)
            folded = FoldedText(scalars: scalars)
            words = Words(scalars: scalars)
        }
    }

    /// Whether the whole line is that text, except for case, accents and white space at the ends.
    public func equals(_ text: FoldedText) -> Bool {
        folded == text
    }
}
