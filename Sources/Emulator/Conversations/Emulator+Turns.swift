import Dialogue
import HTTP
import Store

extension Emulator {
    /// The inputs of a turn: kept in memory, or found by replaying the session, if the replayed turn is the same.
    /// - Throws: a 404 when the turn is neither kept nor replayed to the same result.
    public func answeredTurn(
        _ number: String, of conversation: Conversation, in account: Account
    ) throws(Failure) -> AnsweredTurn {
        let (session, key) = (conversation.session, conversation.key)
        if let turn = Int(number).flatMap({ account.sandbox.recent.turn($0, of: session.id) }),
            turn.number <= session.turnCount
        {
            return turn
        }
        guard session.turnCount <= HistoryReplay.turnLimit else {
            guard let wanted = Int(number), (0...session.turnCount).contains(wanted) else {
                throw Failure(
                    .notFound, "The session has no turn \(number); its turns are 0 to \(session.turnCount)")
            }
            throw Failure(
                .notFound,
                "Turn \(number) cannot be explained: it is not among \(RecentTurns.name), and a session of more than "
                    + "\(HistoryReplay.turnLimit) turns is not played again; this one has \(session.turnCount)")
        }
        let history = try stored { () throws(StoreError) in try store.history(of: key, machine: session.machine) }
        guard let place = history.firstIndex(where: { String($0.number) == number }) else {
            throw Failure(
                .notFound,
                "The session has no turn \(number); its turns are \(history.first?.number ?? 0) to "
                    + "\(history.last?.number ?? 0)")
        }
        guard history[place].line != nil else {
            throw Failure(
                .notFound,
                "Turn \(number) answers no line of the player: a greeting or a nudge, of which there is nothing to explain, "
                    + "or an event that is forgotten")
        }
        guard let persona = conversation.persona, let machine = conversation.machine,
            let turn = HistoryReplay(of: conversation, persona, machine, account)
                .answered(session, by: Array(history[...place]), of: conversation.player)
        else {
            throw Failure(
                .notFound,
                "Turn \(number) cannot be explained any more: it is not among \(RecentTurns.name), and made again it "
                    + "comes out otherwise")
        }
        return turn
    }
}
