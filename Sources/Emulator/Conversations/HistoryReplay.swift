import Dialogue
import Exact

/// Replays the turns of a history, to find what the history does not hold: which lines were spoken, what was captured.
struct HistoryReplay {
    let persona: Persona
    let machine: Machine
    let variables: Texts
    /// Whether messages may hold directives.
    let directives: Bool

    /// The most turns of a session that is replayed. That takes some tens of milliseconds, in which no other request is
    /// answered.
    static let turnLimit = 2_000

    init(of conversation: Conversation, _ persona: Persona, _ machine: Machine, _ account: Account) {
        (self.persona, self.machine) = (persona, machine)
        variables = conversation.progress.variables
        directives = account.directives
    }

    /// The session as it was after a part of its history. The part ends before the last turn, so the session had not
    /// ended.
    /// - Returns: the session, and whether each replayed turn equals the one in the history. After one that does not,
    ///   the session continues from the state and score that the history has.
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
        session.memory.keep(source.memory.notes)
        return (session, isExact)
    }

    /// The inputs of a history's last turn; nil unless every replayed turn equals the one in the history.
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

    /// Replays the next turn of a session.
    /// - Parameter history: the turns before it.
    /// - Returns: the session after the turn, and the parts of the machine that it reached; nil when the replayed turn is
    ///   not the one in the history.
    func step(_ row: Turn, from session: Session, after history: ArraySlice<Turn>) -> (session: Session, reach: Reach?)
    {
        guard let made = made(row, from: session, after: history), made.turn == row else {
            var session = session
            session.stand(where: row)
            return (session, nil)
        }
        let reach: Reach? =
            if row.number == 0, let begun = begun(row, session) {
                Session.reach(
                    beginning: session.id, on: machine, of: persona, player: session.player, variables: variables,
                    entry: begun.entry, at: row.at)
            } else if let line = row.line {
                session.reach(input(line, after: history), on: machine, of: persona, at: row.at)
            } else {
                session.reach(nudgedOn: machine, of: persona, variables: variables, at: row.at)
            }
        return (made.session, reach)
    }

    /// The replayed turn; nil when it cannot be made, because the history does not hold which event a turn answered.
    private func made(
        _ row: Turn, from session: Session, after history: ArraySlice<Turn>
    ) -> (session: Session, turn: Turn)? {
        if row.number == 0 { return begun(row, session).map { ($0.session, $0.turn) } }
        guard session.fits(machine), session.outcome == nil else { return nil }
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

    /// Begins the session with the entry whose first turn equals the one in the history.
    private func begun(
        _ row: Turn, _ session: Session
    ) -> (entry: Entries.Entry?, session: Session, turn: Turn)? {
        let entries = [nil, machine.entries.opener] + machine.entries.events.values.map(Optional.some)
        return entries.lazy.map { entry in
            let begun = Session.begin(
                id: session.id, machine: machine, of: persona, player: session.player, variables: variables,
                entry: entry, at: row.at)
            return (entry, begun.session, begun.turn)
        }.first { $0.2 == row }
    }

    private func instruction(_ line: String) -> Instruction {
        guard directives else { return Instruction(plain: line) }
        return (try? Instruction(line)) ?? Instruction(plain: line)
    }
}

extension Session {
    /// Takes the state, score and counts from a row of the history, as far as the row holds them.
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
