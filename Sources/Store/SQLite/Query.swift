import CSQLite

/// The SQL of one statement: a `Query`, or a `String`, which is prepared at each run.
protocol StatementText {
    var sql: String { get }
    /// The place among the statements that a database keeps; nil: it keeps none for this text.
    var place: Int? { get }
}

/// SQL that a database prepares once, and keeps prepared. Make a query once, as a constant.
final class Query: StatementText, Sendable {
    let sql: String
    let place: Int?
    private nonisolated(unsafe) static let next: UnsafeMutablePointer<Int32> = {
        let next = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        next.initialize(to: 0)
        return next
    }()

    init(_ sql: String) {
        self.sql = sql
        place = Int(foilmock_take_number(Query.next))
    }
}

extension String: StatementText {
    var sql: String { self }
    var place: Int? { nil }
}
