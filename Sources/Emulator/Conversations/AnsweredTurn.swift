public import Dialogue

/// All that a turn was made of, to make it once more for who asks why it came out as it did.
public final class AnsweredTurn {
    /// As it was before the turn.
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

    /// The number that the turn got.
    public var number: Int { session.turnCount + 1 }

    public var explanation: Explanation { session.explain(input, on: machine, of: persona, at: at) }
}

/// The turns that a sandbox answered last. They are not part of what a sandbox keeps: who asks is told if one is gone.
struct RecentTurns {
    /// Turns at most.
    static let limit = 50

    private var kept = Ring<AnsweredTurn>()
    /// Of the batch.
    private var fresh: [AnsweredTurn] = []

    mutating func add(_ turn: AnsweredTurn) { fresh.append(turn) }

    /// That turn of the session; the last of several that resets have made of one id.
    func turn(_ number: Int, of session: SessionID) -> AnsweredTurn? {
        func isMeant(_ turn: AnsweredTurn) -> Bool { turn.number == number && turn.session.id == session }
        return fresh.last(where: isMeant) ?? kept.all.last(where: isMeant)
    }

    mutating func keepBatch() {
        for turn in fresh { _ = kept.append(turn, limit: RecentTurns.limit) }
        fresh.removeAll(keepingCapacity: true)
    }

    /// Takes back what was added since the last `keepBatch`.
    mutating func dropBatch() { fresh.removeAll() }
}
