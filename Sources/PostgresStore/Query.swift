/// SQL that each connection prepares once, at its first use. Make a query once, as a constant.
final class Query: Sendable {
    let sql: String

    init(_ sql: String) { self.sql = sql }
}
