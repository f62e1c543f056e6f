import Emulator
import Exact
import HTTP

/// How long a text in public may be, in Unicode scalars (B.7-6, E-23).
struct TextCap {
    /// The caps that a call or a machine can ask for.
    static let range = 20...2_200
    /// The cap where neither does.
    static let standard = 150
    /// Caps of platforms, which nothing exceeds.
    private static let limits: [ExactText: Int] = ["instagram": 2_200, "threads": 500]

    let most: Int

    /// - Parameters:
    ///   - asked: the call's; nil: the machine's.
    init(_ asked: Int?, of machine: Int = TextCap.standard, on platform: String) {
        most = min(asked ?? machine, TextCap.limits[platform] ?? .max)
    }

    /// - Throws: a 400 for a cap out of range.
    static func check(_ asked: Int?) throws(Failure) {
        guard let asked, !range.contains(asked) else { return }
        throw Failure(
            .badRequest, "max_chars must be from \(range.lowerBound) to \(range.upperBound), not \(asked)")
    }

    /// The text, cut at the last white space that fits, else after as many scalars as fit.
    func cut(_ text: String) -> (text: String, isTruncated: Bool) {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: most, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return (text, false) }
        let space = scalars[...end].lastIndex { $0.properties.isWhitespace }
        let whole = space.map { String(scalars[..<$0]).trimmed } ?? ""
        return (whole.isEmpty ? String(scalars[..<end]) : whole, true)
    }
}
