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
    /// The approximate memory of the turn, in bytes: all that a caller can make large, and an average for the rest. The
    /// persona is not counted: `RecentTurns` keeps one of each.
    let size: Int

    init(
        session: Session, input: Session.Input, machine: Machine, persona: Persona, player: String, at: Timestamp
    ) {
        // First, so that the session and the input are then moved and not copied.
        size = 1024 + input.size + session.memory.size + player.utf8.count
        (self.session, self.input, self.machine) = (session, input, machine)
        (self.persona, self.player, self.at) = (persona, player, at)
    }

    /// The turn's number in its session.
    public var number: Int { session.turnCount + 1 }

    public var explanation: Explanation { session.explain(input, on: machine, of: persona, at: at) }

    public var reach: Reach { session.reach(input, on: machine, of: persona, at: at) }
}

extension Session.Input {
    fileprivate var size: Int {
        var size = message.utf8.count + instruction.text.utf8.count + (reply?.utf8.count ?? 0) + variables.size
        if let event { size += event.context.size }
        for line in earlier { size += line.utf8.count + 48 }
        return size
    }
}
