import Exact

/// Finds the name that an author probably meant.
public enum Suggestion {
    /// Names longer than this many bytes get no suggestion and are not suggested.
    static let nameLimit = 64
    /// With more candidates than this, none is suggested.
    static let candidateLimit = 1_000
    /// The most typing mistakes in one name.
    private static let mistakeLimit = 8

    /// `; did you mean "x"?`, or nothing when no candidate is near. Letters from A to Z are compared without their case.
    public static func text(for word: String, among candidates: some Collection<String>) -> String {
        var steps = 0
        return text(for: word, among: candidates, steps: &steps)
    }

    /// - Parameter steps: grows by how many pairs of bytes were compared.
    static func text(for word: String, among candidates: some Collection<String>, steps: inout Int) -> String {
        nearest(to: word, among: candidates, steps: &steps).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// The nearest candidate, or of those as near one that begins alike, or the first by name. Without one,
    /// the only candidate that the word is the beginning of; nil when there is none.
    static func nearest(to word: String, among candidates: some Collection<String>) -> String? {
        var steps = 0
        return nearest(to: word, among: candidates, steps: &steps)
    }

    private static func nearest(
        to word: String, among candidates: some Collection<String>, steps: inout Int
    ) -> String? {
        guard !word.isEmpty, word.utf8.count <= nameLimit, candidates.count <= candidateLimit else { return nil }
        let limit = min(mistakeLimit, max(1, word.unicodeScalars.count / 3))
        let bytes = lowercased(word)
        var nearest: (name: String, distance: Int, other: Int)?
        for name in candidates {
            guard name.utf8.count <= nameLimit, abs(name.utf8.count - bytes.count) <= limit,
                let distance = distance(bytes, lowercased(name), limit: limit, &steps)
            else { continue }
            let other = name.utf8.first == word.utf8.first ? 0 : 1
            if let nearest, (nearest.distance, nearest.other, nearest.name) < (distance, other, name) { continue }
            nearest = (name, distance, other)
        }
        return nearest?.name ?? onlyOne(beginningWith: bytes, among: candidates)
    }

    /// The candidate that begins with a word of at least this many bytes, if it is the only one.
    private static let leastBeginning = 4

    private static func onlyOne(beginningWith word: [UInt8], among candidates: some Collection<String>) -> String? {
        guard word.count >= leastBeginning else { return nil }
        let longer = candidates.filter { lowercased($0).starts(with: word) }
        return longer.allSatisfy { $0 === longer.first } ? longer.first : nil
    }

    private static func lowercased(_ text: String) -> [UInt8] {
        text.utf8.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
    }

    /// The fewest insertions, deletions, replacements and swaps of neighbours that lead from one word to the other; nil
    /// when they are more than the limit.
    private static func distance(_ a: [UInt8], _ b: [UInt8], limit: Int, _ steps: inout Int) -> Int? {
        guard !b.isEmpty else { return a.count <= limit ? a.count : nil }
        let far = limit + 1
        var before = [Int](repeating: far, count: b.count + 1)
        var last = (0...b.count).map { min($0, far) }
        var row = before
        for i in 1...a.count {
            // What lies further from the diagonal is further than the limit.
            let columns = max(1, i - limit)...max(1, min(b.count, i + limit))
            for j in 0...b.count { row[j] = far }
            if i <= limit { row[0] = i }
            var least = row[0]
            for j in columns {
                steps += 1
                var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, before[j - 2] + 1) }
                row[j] = min(best, far)
                least = min(least, row[j])
            }
            guard least <= limit else { return nil }
            swap(&before, &last)
            swap(&last, &row)
        }
        return last[b.count] <= limit ? last[b.count] : nil
    }
}
