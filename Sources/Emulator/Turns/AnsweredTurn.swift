public import Dialogue

/// All that a turn was made of, to make it once more for who asks why it came out as it did.
public struct AnsweredTurn {
    /// As it was before the turn.
    public let session: Session
    public let input: Session.Input
    public let machine: Machine
    public let persona: Persona
    public let player: String
    public let at: Timestamp

    /// The number that the turn got.
    public var number: Int { session.turnCount + 1 }

    public var explanation: Explanation { session.explain(input, on: machine, of: persona, at: at) }
}

/// The turns that a sandbox answered last. They are not part of what a sandbox keeps: who asks is told if one is gone.
struct RecentTurns {
    /// Turns at most.
    static let limit = 200

    private var turns: [AnsweredTurn?] = []
    /// How many there were.
    private var count = 0
    /// How many of them the store has kept.
    private var kept = 0

    mutating func add(_ turn: AnsweredTurn) {
        let place = count % RecentTurns.limit
        if place < turns.count { turns[place] = turn } else { turns.append(turn) }
        count += 1
    }

    /// That turn of the session; the last of several that a reset has made of one id.
    func turn(_ number: Int, of session: SessionID) -> AnsweredTurn? {
        for nth in stride(from: count - 1, through: max(0, count - RecentTurns.limit), by: -1) {
            if let turn = turns[nth % RecentTurns.limit], turn.number == number, turn.session.id == session {
                return turn
            }
        }
        return nil
    }

    mutating func keepTurn() { kept = count }

    /// Takes back what was added since the last `keepTurn`. What had to make room is gone.
    mutating func dropTurn() {
        for nth in max(kept, count - RecentTurns.limit)..<max(kept, count) { turns[nth % RecentTurns.limit] = nil }
        count = kept
    }
}
