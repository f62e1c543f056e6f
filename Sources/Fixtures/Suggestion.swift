/// Finds what an author may have meant.
public enum Suggestion {
    /// `; did you mean "x"?`, or nothing when no candidate is near.
    public static func text(for word: String, among candidates: [String]) -> String {
        guard !word.isEmpty else { return "" }
        let limit = max(1, word.count / 3)
        let near = candidates.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
            .filter { $0.1 <= limit }.min { ($0.1, $0.0) < ($1.1, $1.0) }
        return near.map { "; did you mean \"\($0.0)\"?" } ?? ""
    }

    /// The fewest insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard abs(a.count - b.count) < 8, !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, before[j - 2] + 1) }
                row.append(best)
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
