import Dialogue
import Exact

/// Makes the turns of a history again, for what the history does not tell: which lines were spoken, what was caught.
struct HistoryReplay {
    let persona: Persona
    let machine: Machine
    let variables: Texts
    /// Whether messages may hold directives.
    let directives: Bool

    /// Turns that a session may have to be read whole and played again: some tens of milliseconds, in which nobody else is
    /// answered.
    static let turnLimit = 2_000

    init(of conversation: Conversation, _ persona: Persona, _ machine: Machine, _ account: Account) {
        (self.persona, self.machine) = (persona, machine)
        variables = conversation.progress.variables
        directives = account.directives
    }

    /// A session as it was after a history that is not all of its own, so that it had not ended.
    /// - Returns: the session, and whether each turn came out as it stands in the history. Where one does not, the session
    ///   goes on from where the history says that it stood.
    func session(_ source: Session, after history: ArraySlice<Turn>) -> (session: Session, isExact: Bool) {
        var isExact = true
        var session = Session.silent(
            id: source.id, machine: machine, player: source.player, at: source.startedAt)
        for (place, row) in zip(history.indices, history) {
            if let made = made(row, from: session, after: history[..<place]), made.turn == row,
                made.session.outcome == nil
            {
                session = made.session
            } else {
                isExact = false
                session.stand(where: row)
            }
        }
        session.memory.note = source.memory.note
        return (session, isExact)
    }

    /// The turn at the end of a history, as it would be answered now; nil unless all of the history comes out the same.
    func answered(_ source: Session, by history: [Turn], of player: String) -> AnsweredTurn? {
        guard let row = history.last, let line = row.line else { return nil }
        let (before, isExact) = session(source, after: history.dropLast())
        guard isExact, let made = made(row, from: before, after: history.dropLast()), made.turn == row else {
            return nil
        }
        return AnsweredTurn(
            session: before, input: input(line, after: history.dropLast()), machine: machine, persona: persona,
            player: player, at: row.at)
    }

    /// The turn as it comes out now; nil when it cannot be made. Of events the history does not tell which they were.
    private func made(
        _ row: Turn, from session: Session, after history: ArraySlice<Turn>
    ) -> (session: Session, turn: Turn)? {
        if row.number == 0 { return begun(row, session) }
        guard session.stands(in: machine), session.outcome == nil else { return nil }
        var session = session
        guard let line = row.line else {
            let nudged = try? session.nudge(on: machine, of: persona, variables: variables, at: row.at)
            return nudged.map { (session, $0.turn) }
        }
        let turn = session.answer(input(line, after: history), on: machine, of: persona, at: row.at).turn
        return (session, turn)
    }

    private func input(_ line: String, after history: ArraySlice<Turn>) -> Session.Input {
        Session.Input(
            message: line, instruction: instruction(line), variables: variables,
            earlier: machine.asksSaid || persona.asksSaid
                ? history.compactMap(\.line).map { instruction($0).text } : [])
    }

    /// The way to begin that says what stands in the history.
    private func begun(_ row: Turn, _ session: Session) -> (session: Session, turn: Turn)? {
        let entries = [nil, machine.entries.opener] + machine.entries.events.values.map(Optional.some)
        return entries.lazy.map { entry in
            let begun = Session.begin(
                id: session.id, machine: machine, of: persona, player: session.player, variables: variables,
                entry: entry, at: row.at)
            return (begun.session, begun.turn)
        }.first { $0.1 == row }
    }

    private func instruction(_ line: String) -> Instruction {
        guard directives else { return Instruction(plain: line) }
        return (try? Instruction(line)) ?? Instruction(plain: line)
    }
}

extension Session {
    /// Stands where a row of its history says, as far as a row can tell.
    fileprivate mutating func stand(where row: Turn) {
        if row.stateKey != stateKey {
            redirectCount = 0
            memory.asked = [:]
        } else if row.decision == .redirect {
            redirectCount += 1
        }
        (stateKey, score, outcome) = (row.stateKey, row.score, nil)
        (turnCount, lastMessageAt) = (row.number, row.at)
        if row.line != nil { memory.isInFollowUp = row.followUp && row.decision == nil }
    }
}
