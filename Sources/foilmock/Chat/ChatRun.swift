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
        return ["taken back: \(step)", "  \(ChatText.place(of: try play.look()))"]
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
        return try play.change(.object([.init("state_key", .string(key))]))
    }

    private func set(_ operand: String) throws(ChatError) -> ChatTurn {
        let (name, value) = ChatRun.halves(operand, at: " ")
        guard name == "score" else {
            return try play.change(
                .object([.init("variables", .object([.init(name, value.map { .string($0) } ?? .null)]))]))
        }
        guard let score = value.flatMap({ Int($0) }) else {
            throw ChatError("the score must be a whole number: /set score 5")
        }
        return try play.change(.object([.init("score", .integer(score))]))
    }

    private func advance(by text: String) throws(ChatError) -> [String] {
        guard !play.rehearsal.isInRealTime else {
            throw ChatError("the clock is the real one, which cannot be put forward; begin without --clock real")
        }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = UInt32(text.dropLast()),
            Double(number) * unit <= SandboxClock.longestAdvance
        else { throw ChatError("a time is a whole number with its unit, such as 90s, 5m, 2h or 3d, up to 100 years") }
        _ = try play.take(.advance(Double(number) * unit))
        return ["the clock is at \(play.rehearsal.now.text)"]
    }

    private func event(_ operand: String) throws(ChatError) -> MatchContext.Event {
        let ids = play.machine.entries.events.keys.map(\.text)
        if ids.contains(where: { $0 === operand }) { return MatchContext.Event(id: operand, context: [:]) }
        let (id, rest) = ChatRun.halves(operand, at: " ")
        guard ids.contains(where: { $0 === id }) else {
            throw ChatError(ChatNames.missing(id, "the machine \"\(play.machine.key)\" has no event", among: ids))
        }
        var context: Texts = [:]
        for word in (rest ?? "").unicodeScalars.split(separator: " ").map({ String($0) }) {
            guard case (let name, let value?) = ChatRun.halves(word, at: "=") else {
                throw ChatError("what comes with an event is NAME=VALUE, not \(ExplanationText.quoted(word))")
            }
            context[name] = value
        }
        return MatchContext.Event(id: id, context: context)
    }

    private func save(to path: String) throws(ChatError) -> [String] {
        let story = try ChatStory(of: play)
        // A story that somebody has written is not lost.
        let isOwn = play.saved.contains { $0 === path }
        guard isOwn || access(path, F_OK) != 0 else { throw ChatError("there is a file \(path) already; name another") }
        do throws(AppError) {
            try Disk.write(story.file, to: path)
        } catch {
            throw ChatError(error)
        }
        play.saved.append(path)
        let remark = story.changed.map {
            ["turn \($0) comes out otherwise with the fixtures as they are now, and the story expects that"]
        }
        let place = path.ends(with: ".story.json") ? [] : ["the name of a story ends with .story.json"]
        let fixtures = folder.map { " --fixtures \($0)" } ?? ""
        return ["saved; to play it: foilmock test \(path)\(fixtures)"] + (remark ?? []) + place
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
        if let found = personas.first(where: { $0.name.lowercased() === name.lowercased() }) { return found }
        throw ChatError(missing(name, "there is no persona", among: personas.map(\.slug)))
    }

    /// By its key, or its name in any case.
    static func machine(_ name: String, of persona: Persona) throws(ChatError) -> Machine {
        let machines = persona.machines
        if let found = machines.first(where: { $0.key === name }) { return found }
        if let found = machines.first(where: { $0.name.lowercased() === name.lowercased() }) { return found }
        throw ChatError(missing(name, "\(persona.name) has no machine", among: machines.map(\.key)))
    }

    /// The most names that are listed.
    private static let shown = 20

    /// - Parameter what: what is said of the name: `there is no persona`.
    static func missing(_ name: String, _ what: String, among names: [String]) -> String {
        let near = Suggestion.text(for: name, among: names)
        let more = names.count > shown ? ", …" : ""
        let list =
            near.isEmpty && !names.isEmpty ? "; there are \(names.prefix(shown).joined(separator: ", "))\(more)" : near
        return "\(what) \(ExplanationText.quoted(name))\(list)"
    }
}
