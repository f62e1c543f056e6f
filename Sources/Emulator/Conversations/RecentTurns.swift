import Dialogue
import Journal

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
        while let turn = fresh.removeFirst() { kept.append(turn) }
    }

    /// Drops what was added since the last `keepBatch`.
    mutating func dropBatch() { fresh = BoundedTurns() }

    mutating func dropOlderHalf() { kept.dropOlderHalf() }
}

/// Turns up to the limits of `RecentTurns`: beyond them the oldest leave.
private struct BoundedTurns {
    private var turns = Ring<AnsweredTurn>()
    private(set) var bytes = 0

    /// Oldest first.
    var all: [AnsweredTurn] { turns.all }

    mutating func append(_ turn: AnsweredTurn) {
        if let newest = turns.newest, newest.persona !== turn.persona { forgetReplaced(by: turn.persona) }
        bytes += turn.size - (turns.append(turn, limit: RecentTurns.limit)?.size ?? 0)
        while bytes > RecentTurns.byteLimit { _ = removeFirst() }
    }

    mutating func removeFirst() -> AnsweredTurn? {
        let oldest = turns.removeFirst()
        bytes -= oldest?.size ?? 0
        return oldest
    }

    mutating func dropOlderHalf() {
        for _ in 0..<(turns.count + 1) / 2 { _ = removeFirst() }
    }

    /// Drops the turns of the persona's earlier versions, which are in memory for these turns alone.
    private mutating func forgetReplaced(by persona: Persona) {
        let before = turns.all
        let left = before.filter { $0.persona === persona || $0.persona.id != persona.id }
        guard left.count < before.count else { return }
        self = BoundedTurns()
        for turn in left { append(turn) }
    }
}
