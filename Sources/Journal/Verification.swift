import Dialogue
import HTTP

/// The result of comparing the number of matching requests with an expected number.
public struct Verification {
    /// The expected number, both bounds included; nil: no upper bound.
    public struct Count: Equatable {
        public let least: Int
        public let most: Int?

        public init(least: Int, most: Int?) {
            self.least = least
            self.most = most
        }

        func holds(for number: Int) -> Bool { number >= least && number <= most ?? number }

        var words: String {
            switch most {
            case least: "\(least)"
            case let most?: "\(least) to \(most)"
            case nil: "at least \(least)"
            }
        }
    }

    /// A request that nearly matches.
    public struct Near {
        public let entry: JournalEntry
        /// The first condition that does not hold.
        public let difference: String
    }

    public let count: Int
    public let isMet: Bool
    /// What was found instead; nil when the expectation is met.
    public let explanation: String?
    public let near: [Near]

    /// The most nearly matching requests that are reported.
    private static let nearLimit = 3
    /// The most numbers of matching requests that are listed.
    private static let numberLimit = 10

    /// Compares the journal's requests; control calls are not counted.
    /// - Throws: `Unknown` when the result depends on requests that have left the journal, or when comparing was too
    ///   expensive.
    public init(_ expected: Count, of match: EntryMatch, in journal: Journal) throws(Unknown) {
        var effort = RequestEffort()
        let requests = journal.entries.filter { !$0.isControl }
        let compared = requests.map { (entry: $0, differences: match.differences(to: $0, &effort)) }
        guard !effort.hasGivenUp else { throw .tooMuch }
        let found = compared.filter(\.differences.isEmpty).map(\.entry)
        // Any of the requests that have left may have matched.
        let (least, most) = (found.count, found.count + journal.left)
        isMet = expected.holds(for: least) && expected.holds(for: most)
        let isMissed = most < expected.least || least > expected.most ?? Int.max
        guard isMet || isMissed else { throw .left(journal.left) }
        count = found.count
        let isTooFew = count < expected.least
        let misses = compared.filter { !$0.differences.isEmpty }
            .sorted { ($0.differences.count, -$0.entry.number) < ($1.differences.count, -$1.entry.number) }
        near =
            isTooFew
            ? misses.prefix(Verification.nearLimit).map { Near(entry: $0.entry, difference: $0.differences[0]) } : []
        explanation = isMet ? nil : Verification.explain(found, expected, isTooFew, near)
    }

    public enum Unknown: Error {
        /// This many requests have left the journal.
        case left(Int)
        /// Not all messages were compared.
        case tooMuch
    }

    private static func explain(
        _ found: [JournalEntry], _ expected: Count, _ isTooFew: Bool, _ near: [Near]
    ) -> String {
        let matching = found.count == 1 ? "1 request matches" : "\(found.count) requests match"
        let text = "\(matching), not \(expected.words)"
        guard isTooFew else {
            let numbers = found.prefix(numberLimit).map { "#\($0.number)" }.joined(separator: ", ")
            return "\(text): \(numbers)" + (found.count > numberLimit ? " and \(found.count - numberLimit) more" : "")
        }
        guard let nearest = near.first else { return "\(text); there was no other" }
        return "\(text); nearest is #\(nearest.entry.number) \(nearest.entry.head.method) \(nearest.entry.head.path): "
            + nearest.difference
    }
}
