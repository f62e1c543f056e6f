import Dialogue
import Fixtures

extension FuzzTarget {
    /// A folder is refused with mistakes in its own files, or it loads and all of its machines can be played.
    static func catalog(_ input: [UInt8]) -> String? {
        let folder = FuzzFolder(input)
        do throws(Catalog.Refusal) {
            let catalog = try Catalog.load(folder.files, dialects: FuzzFolder.dialects, identify: FuzzFolder.identify)
            if let complaint = complaint(about: catalog.warnings, .warning, in: folder) { return complaint }
            for persona in catalog.personas {
                var conversation = Conversation(persona)
                for machine in persona.machines {
                    if let complaint = conversation.complaint(about: machine, hearing: folder.lines) {
                        return complaint
                    }
                }
            }
            return nil
        } catch {
            guard !error.diagnostics.isEmpty else { return "refused without a word" }
            return complaint(about: error.diagnostics, .error, in: folder)
                ?? complaint(about: error.warnings, .warning, in: folder)
        }
    }

    private static func complaint(
        about diagnostics: [Diagnostic], _ severity: Diagnostic.Severity, in folder: FuzzFolder
    ) -> String? {
        let files = Set(folder.files.map(\.path) + ["personas"])
        let unsound = diagnostics.first {
            !files.contains($0.file) || $0.message.isEmpty || $0.severity != severity || $0.line < 0 || $0.column < 0
        }
        return unsound.map { "an unsound diagnostic: \($0)" }
    }
}

/// One player who plays a persona's machines one after another, and the first check that fails.
private struct Conversation {
    let persona: Persona
    var progress = Progress()

    init(_ persona: Persona) { self.persona = persona }

    mutating func complaint(about machine: Machine, hearing lines: [String]) -> String? {
        progress.inits += 1
        let begun = Session.begin(
            id: SessionID(high: 0, low: UInt64(progress.inits)), machine: machine, of: persona,
            player: Player(name: "Sam", gender: .female), variables: progress.variables, at: Timestamp(seconds: 0))
        var session = begun.session
        if let complaint = complaint(about: begun.turn, 0, session, machine) { return complaint }
        for (index, line) in lines.enumerated() where session.outcome == nil {
            let input = Session.Input(
                message: line, instruction: (try? Instruction(line)) ?? Instruction(plain: line),
                variables: progress.variables, earlier: Array(lines[..<index]))
            if let complaint = answer(input, &session, index + 1, machine) { return complaint }
        }
        if let complaint = complaintAboutEntries(of: machine, hearing: lines) { return complaint }
        progress.complete(session, on: machine)
        _ = persona.unlocks(by: session, progress: &progress)
        return Progress.variables(encoded: progress.encodedVariables) == nil ? "the progress cannot be kept" : nil
    }

    /// The same by each entry: it begins there, goes on by the event and a nudge, and by the first line.
    private func complaintAboutEntries(of machine: Machine, hearing lines: [String]) -> String? {
        let openings = machine.entries.events.map { (Optional($1), Optional(MatchContext.Event(id: $0.text))) }
        for (entry, event) in openings + [(machine.entries.opener, nil)] {
            let begun = Session.begin(
                id: SessionID(high: 1, low: 1), machine: machine, of: persona,
                player: Player(name: "Sam", gender: .male), variables: progress.variables, entry: entry, event: event,
                at: Timestamp(seconds: 0))
            var session = begun.session
            if let complaint = complaint(about: begun.turn, 0, session, machine) { return complaint }
            for input in [
                Session.Input(message: "", instruction: Instruction(plain: ""), event: event),
                Session.Input(message: "", instruction: Instruction(plain: lines.first ?? ""), hasImage: true),
            ] where session.outcome == nil {
                if let complaint = answer(input, &session, session.turnCount + 1, machine) { return complaint }
            }
            guard session.outcome == nil else { continue }
            let count = session.turnCount
            let nudged = try? session.nudge(on: machine, of: persona, variables: [:], at: Timestamp(seconds: 2))
            if session.turnCount != count + (nudged == nil ? 0 : 1) {
                return "a nudge is counted as \(session.turnCount)"
            }
        }
        return nil
    }

    /// Takes a turn that is explained before.
    private func answer(
        _ input: Session.Input, _ session: inout Session, _ number: Int, _ machine: Machine
    ) -> String? {
        let explanation = session.explain(input, on: machine, of: persona, at: Timestamp(seconds: 1))
        let (turn, said, _) = session.answer(input, on: machine, of: persona, at: Timestamp(seconds: 1))
        return complaint(about: turn, number, session, machine) ?? explanation.complaint(about: turn, said, session)
    }

    private func complaint(about turn: Turn, _ number: Int, _ session: Session, _ machine: Machine) -> String? {
        if turn.number != number || session.turnCount != number { return "turn \(number) is counted as \(turn.number)" }
        if !session.fits(machine) || turn.stateKey != session.stateKey { return "no state \(session.stateKey)" }
        if Int32(exactly: turn.score) == nil { return "the score \(turn.score) is too large" }
        // A zero byte is dropped when a memory is kept, so what is kept again is compared with what was kept.
        guard let kept = Memory(encoded: session.memory.encoded), Memory(encoded: kept.encoded) == kept else {
            return "the memory cannot be kept: \(session.memory)"
        }
        return nil
    }
}
