import Dialogue

/// The way back through a session's turns, from the newest to the first. It checks each link that it follows and counts
/// the turns, so that a damaged history is an error and never a shorter one.
struct TurnChain {
    /// The row id of the turn that `follow` reads next; nil after the session's first turn.
    private(set) var next: Int64?
    /// The number of turns from `next` on; nil for a removed session, which no longer says it.
    private var left: Int?
    /// The greatest number that the next turn may have.
    private var greatest: Int

    /// Of a session: its newest turn, the number of its turns, and the greatest number that one of them may have.
    static let columns = "last_turn, turn_rows, turn_count"

    /// Reads the columns of `columns`, which begin at `column`.
    init(row: Statement, at column: Int32) throws(SQLiteError) {
        next = try row.number(column)
        left = try row.count(column + 1)
        greatest = try row.count(column + 2)
    }

    /// The turns of a removed session, from that row on.
    init(leftAt last: Int64) {
        next = last
        greatest = .max
    }

    /// Reads the next turn, and goes on to the one before it.
    /// - Parameter read: gets the turn's row with the columns previous, number, line.
    /// - Returns: the result of `read`; nil after the first turn.
    mutating func follow<Result>(
        in database: Database, _ read: (Statement) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        try follow(TurnChain.line, in: database, read)
    }

    /// Reads the next turn as a whole, and goes on to the one before it.
    mutating func followWhole(in database: Database) throws(SQLiteError) -> Turn? {
        try follow(TurnChain.whole, in: database) { row throws(SQLiteError) in try Turn(row: row, at: 1) }
    }

    private mutating func follow<Result>(
        _ query: Query, in database: Database, _ read: (Statement) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        guard let id = next else { return nil }
        let found = try database.row(query, { $0.bind(id) }) { row throws(SQLiteError) in
            (previous: try row.numberOrNil(0), number: try row.count(1), result: try read(row))
        }
        guard let found else { throw .damaged("turn \(id) is missing") }
        if let previous = found.previous, previous >= id {
            throw .damaged("turn \(id) names the later turn \(previous) as the one before it")
        }
        guard found.number <= greatest else {
            throw .damaged("turn \(id) has the number \(found.number), but it must be at most \(greatest)")
        }
        greatest = found.number - 1
        next = found.previous
        if let left { self.left = try TurnChain.rest(left - 1, isEnd: next == nil, at: id) }
        return found.result
    }

    /// The turns that are left after the turn `id`: none if it is the session's first one, else one or more.
    private static func rest(_ left: Int, isEnd: Bool, at id: Int64) throws(SQLiteError) -> Int {
        if isEnd, left != 0 { throw .damaged("\(left) of a session's turns are missing before turn \(id)") }
        if !isEnd, left <= 0 { throw .damaged("a session has more turns than it counts, before turn \(id)") }
        return left
    }

    private static let line = Query("SELECT previous, number, line FROM turns WHERE id = ?")
    private static let whole = Query("SELECT previous, \(Turn.columns) FROM turns WHERE id = ?")
}
