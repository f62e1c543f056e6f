import Journal
public import Dialogue

/// The inputs of a turn, kept so that the turn can be explained.
public final class AnsweredTurn {
    /// The session before the turn.
    public let session: Session
    public let input: Session.Input
    public let machine: Machine
    public let persona: Persona
    public let player: String
    public let at: Timestamp

    init(
        session: Session, input: Session.Input, machine: Machine, persona: Persona, player: String, at: Timestamp
    ) {
        (self.session, self.input, self.machine) = (session, input, machine)
        (self.persona, self.player, self.at) = (persona, player, at)
    }

    /// The turn's number in its session.
    public var number: Int { session.turnCount + 1 }

    public var explanation: Explanation { session.explain(input, on: machine, of: persona, at: at) }
}

/// The latest turns that a sandbox answered. They are kept in memory only: the explanation of an older turn replays the
/// session or fails with a 404.
struct RecentTurns {
    /// The most turns that are kept.
    static let limit = 50

    private var kept = Ring<AnsweredTurn>()
    /// The turns of the current batch.
    private var fresh: [AnsweredTurn] = []

    mutating func add(_ turn: AnsweredTurn) { fresh.append(turn) }

    /// The turn of that number. When resets made several with one session id, the latest.
    func turn(_ number: Int, of session: SessionID) -> AnsweredTurn? {
        func isMeant(_ turn: AnsweredTurn) -> Bool { turn.number == number && turn.session.id == session }
        return fresh.last(where: isMeant) ?? kept.all.last(where: isMeant)
    }

    mutating func keepBatch() {
        for turn in fresh { _ = kept.append(turn, limit: RecentTurns.limit) }
        fresh.removeAll(keepingCapacity: true)
    }

    /// Drops what was added since the last `keepBatch`.
    mutating func dropBatch() { fresh.removeAll() }
}
