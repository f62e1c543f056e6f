import Dialogue

/// The latest turns that a sandbox answered. They are kept in memory only: the explanation of an older turn replays the
/// session or fails with a 404.
struct RecentTurns {
    /// The most turns that are kept.
    static let limit = 50
    /// The most bytes of the turns that are kept.
    static let byteLimit = 4 << 20
    /// How errors name the turns that are kept.
    static let name =
        "the last \(limit) (\(byteLimit >> 20) MiB at most) that this sandbox answered since the server started"

    private var kept = BoundedTurns()
    /// The turns of the current batch.
    private var fresh = BoundedTurns()

    /// The memory of the turns that are kept, in bytes.
    var bytes: Int { kept.bytes }

    mutating func add(_ turn: AnsweredTurn) { fresh.append(turn) }

    /// The turn of that number. When resets made several with one session id, the latest.
    func turn(_ number: Int, of session: SessionID) -> AnsweredTurn? {
        func isMeant(_ turn: AnsweredTurn) -> Bool { turn.number == number && turn.session.id == session }
        return fresh.all.last(where: isMeant) ?? kept.all.last(where: isMeant)
    }

    mutating func keepBatch() {
        for turn in fresh.all { kept.append(turn) }
        fresh.removeAll()
    }

    /// Drops what was added since the last `keepBatch`.
    mutating func dropBatch() { fresh.removeAll() }

    mutating func dropOlderHalf() { kept.dropOlderHalf() }
}

/// Turns up to the limits of `RecentTurns`: beyond them the oldest leave.
private struct BoundedTurns {
    /// Oldest first.
    private(set) var all: [AnsweredTurn] = []
    private(set) var bytes = 0

    mutating func append(_ turn: AnsweredTurn) {
        if let newest = all.last, newest.persona !== turn.persona { forgetReplaced(by: turn.persona) }
        all.append(turn)
        bytes += turn.size
        while all.count > RecentTurns.limit || bytes > RecentTurns.byteLimit { removeFirst(1) }
    }

    mutating func removeAll() {
        all.removeAll(keepingCapacity: true)
        bytes = 0
    }

    mutating func dropOlderHalf() { removeFirst((all.count + 1) / 2) }

    private mutating func removeFirst(_ count: Int) {
        for turn in all[..<count] { bytes -= turn.size }
        all.removeFirst(count)
    }

    /// Drops the turns of the persona's earlier versions, which are in memory for these turns alone.
    private mutating func forgetReplaced(by persona: Persona) {
        all.removeAll { $0.persona.id == persona.id && $0.persona !== persona }
        bytes = all.reduce(0) { $0 + $1.size }
    }
}
