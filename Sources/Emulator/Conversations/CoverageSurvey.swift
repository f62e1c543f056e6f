public import Coverage
import Dialogue
import Fixtures
import JSON
import Store

/// Counts what the sessions of some sandboxes have reached, by replaying their histories, some turns in each step.
///
/// What no history holds is not counted: sessions that were removed, turns that answered an event, turns that come out
/// otherwise now, personas that were not loaded from files.
final class CoverageSurvey {
    /// The most turns that one step replays.
    private static let turns = 10

    /// A session that is being replayed.
    private struct Run {
        let replay: HistoryReplay
        let history: [Turn]
        var session: Session
        var place = 0
    }

    private let emulator: Emulator
    private let catalog: Catalog
    private var coverage: Coverage
    private var accounts: ArraySlice<Account>
    /// The sessions of the account before those.
    private var waiting: ArraySlice<(conversation: Conversation, account: Account)> = []
    private var run: Run?

    init(_ emulator: Emulator, of accounts: [Account], _ coverage: Coverage) {
        (self.emulator, self.coverage) = (emulator, coverage)
        catalog = emulator.catalog
        self.accounts = accounts[...]
    }

    /// The next piece, as in `BodyPieces`: empty until the last.
    func next() throws(Failure) -> BodyPiece {
        for _ in 0..<CoverageSurvey.turns {
            guard try step() else {
                var writer = JSONWriter(capacity: 4096)
                coverage.write(into: &writer, below: "")
                return BodyPiece(writer.bytes, isLast: true)
            }
        }
        return BodyPiece([], isLast: false)
    }

    /// Replays the next turn; returns false at the end.
    private func step() throws(Failure) -> Bool {
        if var run, run.place < run.history.count {
            let row = run.history[run.place]
            let (session, reach) = run.replay.step(row, from: run.session, after: run.history[..<run.place])
            if let reach { coverage.add(reach, on: run.replay.machine, of: run.replay.persona) }
            run.session = session
            run.place += 1
            self.run = run
            return true
        }
        run = nil
        guard let (conversation, account) = waiting.popFirst() else {
            guard let account = accounts.popFirst() else { return false }
            waiting = try emulator.conversations(of: account).map { ($0, account) }[...]
            return true
        }
        let session = conversation.session
        guard session.turnCount <= HistoryReplay.turnLimit, let persona = conversation.persona,
            persona === catalog.persona(persona.id), let machine = conversation.machine
        else { return true }
        run = Run(
            replay: HistoryReplay(of: conversation, persona, machine, account),
            history: try emulator.stored { () throws(StoreError) in
                try emulator.store.history(of: conversation.key, machine: session.machine)
            },
            session: Session.silent(id: session.id, machine: machine, player: session.player, at: session.startedAt))
        return true
    }
}

extension Emulator {
    /// Lists the parts of all machines, of which none is reached yet: work for another thread, because it reads all
    /// fixtures.
    public func listingParts() -> @Sendable () -> Coverage {
        let catalog = catalog
        return { Coverage(of: catalog, catalog.documents.values.flatMap(\.files)) }
    }

    /// What the sessions of a sandbox, or of all, have reached of the machines.
    /// - Parameters:
    ///   - account: nil: all sandboxes.
    ///   - parts: what `listingParts` has listed.
    public func coverage(of account: Account?, among parts: Coverage) throws(Failure) -> BodyPieces {
        let survey = CoverageSurvey(self, of: account.map { [$0] } ?? sandboxes, parts)
        return { () throws(Failure) in try survey.next() }
    }
}
