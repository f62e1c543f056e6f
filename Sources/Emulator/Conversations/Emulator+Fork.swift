import Dialogue
import Fixtures
import HTTP
import Store

extension Emulator {
    /// Copies the session, as it was after one of its turns and with its history up to that turn, to another player.
    /// The first player's unlocks and variables are copied as they are now.
    /// - Parameters:
    ///   - turn: the number of a turn in the session's history.
    ///   - player: the other player's name, in the same channel.
    /// - Returns: the other player's session, and whether it equals the first one at that turn. It does not when the
    ///   turns had to be replayed and came out differently: lists then continue from other lines.
    /// - Throws: a 400 for a turn that does not exist or a session that is too long, a 404 when the session's machine
    ///   no longer exists, a 409 when the other player already has a session on the machine.
    public func fork(
        _ conversation: Conversation, at turn: Int, to player: String, in account: Account
    ) throws(Failure) -> (fork: Conversation, isExact: Bool) {
        guard let persona = conversation.persona, let machine = conversation.machine else {
            throw Failure(.notFound, "The fixtures no longer have the machine of this session, so it cannot be forked")
        }
        let (source, key) = (conversation.session, conversation.key)
        guard source.turnCount <= HistoryReplay.turnLimit else {
            throw Failure(
                .badRequest,
                "The session has \(source.turnCount) turns, and one of more than \(HistoryReplay.turnLimit) cannot be forked: "
                    + "fork it earlier, or put a snapshot into another sandbox")
        }
        let other = PlayerKey(sandbox: key.sandbox, channel: key.channel, persona: key.persona, player: player)
        let found = try stored { () throws(StoreError) in
            (
                history: try store.history(of: key, machine: machine.id),
                rival: try store.session(of: other, machine: machine.id), progress: try store.progress(of: other)
            )
        }
        guard found.rival == nil else {
            throw Failure(
                .conflict,
                "The player \"\(player)\" has a session on the machine \"\(machine.key)\" already; reset it, or name another"
            )
        }
        let numbers = found.history.map(\.number)
        guard let place = numbers.firstIndex(of: turn) else {
            throw Failure(
                .badRequest,
                "$.turn: the session has no turn \(turn); its turns are \(numbers.first ?? 0) to \(numbers.last ?? 0)")
        }
        let history = Array(found.history[...place])
        let remembered: (session: Session, isExact: Bool)
        if turn == numbers.last {
            remembered = (source, true)
        } else if let next = account.sandbox.recent.turn(turn + 1, of: source.id) {
            remembered = (next.session, true)
        } else {
            remembered = HistoryReplay(of: conversation, persona, machine, account).session(source, after: history[...])
        }
        var progress = found.progress.merged(with: conversation.progress, isNewer: false)
        progress.inits += 1
        let session = remembered.session.identified(
            as: Identifiers.session(
                seed: account.sandbox.seed, sandbox: account.sandbox.name, player: other, machine: machine.id,
                nth: progress.inits))
        let fork = Conversation(session: session, key: other, persona: persona, progress: progress)
        try stored { () throws(StoreError) in
            try store.begin(session, turns: history, of: other)
            try store.save(fork.progress, of: other)
        }
        return (fork, remembered.isExact)
    }
}
