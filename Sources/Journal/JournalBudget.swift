/// The memory that all journals share.
final class JournalBudget {
    private struct Member {
        unowned let journal: Journal
    }

    /// The most entries of each journal.
    let limit: Int
    private let most: Int
    private(set) var bytes = 0
    private var members: [ObjectIdentifier: Member] = [:]

    /// - Parameter bytes: the most bytes of all entries together.
    init(limit: Int, bytes: Int) {
        self.limit = limit
        most = bytes
    }

    func enter(_ journal: Journal) { members[ObjectIdentifier(journal)] = Member(journal: journal) }

    func leave(_ journal: Journal, bytes: Int) {
        members[ObjectIdentifier(journal)] = nil
        resize(by: -bytes)
    }

    func resize(by bytes: Int) { self.bytes += bytes }

    /// How many bytes more there can be.
    var room: Int { max(0, most - bytes) }

    var oldestArrival: Int? { members.values.compactMap(\.journal.oldestArrival).min() }

    /// The next entries of all journals after an arrival, in order of arrival: at most so many, and at least one if
    /// there is one.
    func entries(after arrival: Int, atMost count: Int) -> [JournalEntry] {
        guard let next = members.values.compactMap({ $0.journal.arrival(after: arrival) }).min() else { return [] }
        return members.values.flatMap { $0.journal.entries(arrivedIn: next..<next + count) }
            .sorted { $0.arrival < $1.arrival }
    }

    /// Removes the oldest entries of all journals while there are too many bytes. Each step removes an eighth of the
    /// arrivals that are kept, so that the search through all journals is rare.
    /// - Parameter latest: the arrival number of the latest entry.
    func tidy(latest: Int) {
        while bytes > most, let oldest = oldestArrival {
            let end = oldest + max(1, (latest - oldest) / 8)
            for member in members.values { member.journal.drop(before: end) }
        }
    }
}
