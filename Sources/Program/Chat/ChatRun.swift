import Dialogue
import Emulator
import Exact
import Fixtures
import Glibc
import JSON
import Stories

/// Carries out the lines of a chat, one after the other.
struct ChatRun {
    /// What a line leads to.
    enum Result {
        case nothing
        case turn(ChatTurn)
        /// What a command shows.
        case shown([String], by: ChatCommand)
        case quit
    }

    let play: ChatPlay
    /// The folder of the fixtures; nil: they are built in.
    let folder: String?

    func result(of line: ChatLine) throws(ChatError) -> Result {
        switch line {
        case .blank: .nothing
        case .say(let text): .turn(try play.take(.say(text, hasImage: false)))
        case .command(let command, let operand): try result(of: command, operand)
        }
    }

    private func result(of command: ChatCommand, _ operand: String) throws(ChatError) -> Result {
        switch command {
        case .why: .shown(try why(), by: command)
        case .state: .shown(try look { () throws(Rehearsal.Refusal) in try ChatText.state(play) }, by: command)
        case .history: .shown(try look { () throws(Rehearsal.Refusal) in try ChatText.history(play) }, by: command)
        case .machines: .shown(try look { () throws(Rehearsal.Refusal) in try ChatText.machines(play) }, by: command)
        case .undo: .shown(try undo(), by: command)
        case .jump: .turn(try jump(to: operand))
        case .set: .turn(try set(operand))
        case .advance: .shown(try advance(by: operand), by: command)
        case .reset: .turn(try play.restart())
        case .switchTo: .turn(try play.take(.begin(try ChatNames.machine(operand, of: play.persona))))
        case .event: .turn(try play.take(.event(try event(operand), hasImage: false)))
        case .image: .turn(try play.take(.say(operand, hasImage: true)))
        case .nudge: .turn(try play.take(.nudge))
        case .save: .shown(try save(to: operand), by: command)
        case .help: .shown(ChatText.help, by: command)
        case .quit: .quit
        }
    }

    private func look(_ read: () throws(Rehearsal.Refusal) -> [String]) throws(ChatError) -> [String] {
        try ChatPlay.allowed(read)
    }

    private func undo() throws(ChatError) -> [String] {
        let step = try play.undo()
        return ["taken back: \(step.description.shownInLine)", "  \(ChatText.place(of: try play.look()))"]
    }

    private func why() throws(ChatError) -> [String] {
        guard let last = play.steps.last(where: { $0.turn.step.said != nil }) else {
            throw ChatError("nothing was said yet")
        }
        guard let answered = last.turn.step.answered else {
            throw ChatError("the last turn answers no line of the player: there is nothing to explain")
        }
        return answered.explanation.lines
    }

    private func jump(to key: String) throws(ChatError) -> ChatTurn {
        let keys = play.machine.stateKeys.map(\.text)
        guard keys.contains(where: { $0 === key }) else {
            throw ChatError(
                ChatNames.missing(key, "the machine \"\(play.machine.key)\" has no state", among: keys))
        }
        return try play.change(
            .object([.init("state_key", .string(key))]), by: "\(ChatCommand.jump.word) \(key)")
    }

    private func set(_ operand: String) throws(ChatError) -> ChatTurn {
        let (name, rest) = ChatRun.halves(operand, at: " ")
        let value = rest.map { ChatLine.trimmed($0) }
        let line = "\(ChatCommand.set.word) \(operand)"
        guard name == "score" else {
            let known = try ChatPlay.allowed { () throws(Rehearsal.Refusal) in try play.variableNames() }
            guard known.contains(where: { $0 === name }) else {
                throw ChatError(
                    ChatNames.missing(
                        name, "the persona \"\(play.persona.slug)\" has no variable", among: ["score"] + known))
            }
            return try play.change(
                .object([.init("variables", .object([.init(name, value.map { .string($0) } ?? .null)]))]), by: line)
        }
        guard play.machine.scoringMode == .scoring else {
            throw ChatError("the machine \"\(play.machine.key)\" has no score: it is pass_fail")
        }
        guard let score = value.flatMap({ Int($0) }), Bounds.scores.contains(score) else {
            throw ChatError(
                "the score must be a whole number from \(Bounds.scores.lowerBound) to \(Bounds.scores.upperBound), such as "
                    + "/set score 5")
        }
        return try play.change(.object([.init("score", .integer(score))]), by: line)
    }

    private func advance(by text: String) throws(ChatError) -> [String] {
        guard !play.rehearsal.isInRealTime else {
            throw ChatError("the clock is the real one, which cannot be put forward; begin without --clock real")
        }
        guard !text.begins(with: "-") else {
            throw ChatError("the clock cannot be put back; /undo takes back the last step")
        }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = UInt32(text.dropLast()),
            Double(number) * unit <= SandboxClock.longestAdvance
        else {
            throw ChatError(
                "a time is a whole number with its unit, such as 90s, 5m, 2h or 3d, up to 100 years (36525d)")
        }
        _ = try play.take(.advance(Double(number) * unit))
        return ["the clock is at \(play.rehearsal.now.text)"]
    }

    private func event(_ operand: String) throws(ChatError) -> MatchContext.Event {
        let ids = play.machine.entries.events.keys.map(\.text).sorted()
        // An id may have blanks, so the longest one counts.
        let meant = ids.filter { operand === $0 || operand.begins(with: "\($0) ") }.max {
            $0.utf8.count < $1.utf8.count
        }
        guard let meant else {
            let id = ChatRun.halves(operand, at: " ").0
            throw ChatError(ChatNames.missing(id, "the machine \"\(play.machine.key)\" has no event", among: ids))
        }
        let rest = operand.unicodeScalars.dropFirst(meant.unicodeScalars.count)
        return MatchContext.Event(id: meant, context: try EventWords.context(of: String(rest)))
    }

    private func save(to path: String) throws(ChatError) -> [String] {
        let story = try ChatStory(of: play)
        // A story that somebody has written is not lost.
        let isOwn = play.saved.contains { $0 === path }
        guard isOwn || !Disk.exists(path) else { throw ChatError("there is a file \(path) already; name another") }
        do throws(AppError) {
            try Disk.write([(story.file, path)], replaces: isOwn)
        } catch {
            throw ChatError(error)
        }
        play.saved.append(path)
        let remark = story.changed.map {
            ["\($0) comes out otherwise with the fixtures as they are now, and the story expects that"]
        }
        let place = path.ends(with: ".story.json") ? [] : ["the name of a story ends with .story.json"]
        let fixtures = folder.map { " --fixtures \(ShellWord($0))" } ?? ""
        return ["saved; to play it: foilmock test \(ShellWord(path))\(fixtures)"] + (remark ?? []) + place
    }

    /// The text before the first such character, and the text after it; nil: it has none.
    private static func halves(_ text: String, at mark: Unicode.Scalar) -> (String, String?) {
        let parts = text.unicodeScalars.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count == 2 ? String(parts[1]) : nil)
    }
}

/// Finds personas and machines by what a user calls them.
enum ChatNames {
    /// By its slug, its id, or its name in any case.
    static func persona(_ name: String, in catalog: Catalog) throws(ChatError) -> Persona {
        let personas = catalog.personas
        if let found = personas.first(where: { $0.slug === name || $0.id.description === name }) { return found }
        let named = personas.filter { $0.name.lowercased() === name.lowercased() }
        if let found = try only(named, name, "personas", by: \.slug) { return found }
        throw ChatError(missing(name, "there is no persona", among: personas.map(\.slug)))
    }

    /// By its key, or its name in any case.
    static func machine(_ name: String, of persona: Persona) throws(ChatError) -> Machine {
        let machines = persona.machines
        if let found = machines.first(where: { $0.key === name }) { return found }
        let named = machines.filter { $0.name.lowercased() === name.lowercased() }
        if let found = try only(named, name, "machines", by: \.key) { return found }
        throw ChatError(missing(name, "\(persona.name) has no machine", among: machines.map(\.key)))
    }

    /// The one that has the name; nil: none has it.
    private static func only<Named>(
        _ named: [Named], _ name: String, _ what: String, by key: (Named) -> String
    ) throws(ChatError) -> Named? {
        guard named.count > 1 else { return named.first }
        throw ChatError(
            "\(named.count) \(what) have the name \(ExplanationText.quoted(name)); say which: \(listed(named.map(key)))"
        )
    }

    /// The most names that are listed.
    private static let shown = 20

    /// - Parameter what: what is said of the name: `there is no persona`.
    static func missing(_ name: String, _ what: String, among names: [String]) -> String {
        let near = Suggestion.text(for: name, among: names)
        let list = near.isEmpty && !names.isEmpty ? "; there are \(listed(names))" : near
        return "\(what) \(ExplanationText.quoted(name))\(list)"
    }
    private static func listed(_ names: [String]) -> String {
        names.prefix(shown).joined(separator: ", ") + (names.count > shown ? ", …" : "")
    }
}
