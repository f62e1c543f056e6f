import Dialogue
import Emulator
import Exact
import Fixtures
import Glibc
import Stories

/// `foilmock chat`: plays with a persona in the terminal, or by lines from a pipe.
struct Chat: Command {
    enum Format: String, CaseIterable {
        case text, json
    }

    /// Nil: the only one.
    let persona: String?
    /// Nil: the persona's default machine.
    let machine: String?
    let fixtures: String?
    let setting: ChatPlay.Setting
    let format: Format

    static var description: CommandDescription {
        let formats = Format.allCases.map(\.rawValue).joined(separator: "|")
        let beginnings = Story.Beginning.allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "chat", summary: "Play with a persona in the terminal, in memory",
            usage: ["chat [PERSONA] [OPTIONS]"],
            about: [
                "Each line is said to the persona. Below its reply is where it leads, and why in short. Lines such as /why, "
                    + "/undo and /save FILE look and change; /help lists them. Changes of the fixtures are taken at once.",
                "Lines from a pipe are a script: no prompt, and an error is printed with the number of its line.",
            ],
            operands: [
                .init(
                    placeholder: "PERSONA", isRequired: false,
                    help: "Its slug or name (the only one; in a terminal you are asked)")
            ],
            options: [
                CommandOption(
                    flag: "--machine", placeholder: "MACHINE",
                    help: "Begin on this machine, unlocked or not (the persona's default)"),
                CommandOption(flag: "--as", placeholder: "NAME", help: "The player's name (Sam)"),
                CommandOption(
                    flag: "--begins", placeholder: Placeholder(beginnings),
                    help: "Who speaks first: the persona by its greeting or its opener, or the player (greeting)"),
                CommandOption(
                    flag: "--fixtures", placeholder: "DIR", help: "The personas (those that serve would use)"),
                CommandOption(flag: "--seed", placeholder: "N", help: "What draws derive from (1)"),
                CommandOption(
                    flag: "--clock", placeholder: "real|TIME",
                    help: "The real time, or one that only /advance moves (2026-03-10T12:00:00Z)"),
                CommandOption(
                    flag: "--format", placeholder: Placeholder(formats),
                    help: "Lines for people, or one JSON object a turn for programs (text)"),
            ],
            examples: [
                .init(line: "foilmock chat warden", help: "Play with a persona that is built in:"),
                .init(
                    line: "foilmock chat mira-the-smith --fixtures my-fixtures",
                    help: "Try a character while you write it:"),
                .init(
                    line: "foilmock chat warden --format json",
                    help: "For a program, which writes a line and reads an object for it:"),
            ],
            exitCodes: [
                .init(code: "0", meaning: "ended as asked"),
                .init(code: "1", meaning: "a line of a script failed"),
                .init(code: "2", meaning: "nothing was played: the fixtures cannot be read"), .usage,
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        persona = input.operand(0)
        machine = input["--machine"]
        fixtures = input["--fixtures"]
        format = input["--format"].flatMap(Format.init) ?? .text
        let name = input["--as"] ?? "Sam"
        if name.isBlank || !name.hasScalars(atMost: ObjectReader.nameLimit) {
            throw .usage("--as must be a name of up to \(ObjectReader.nameLimit) characters")
        }
        guard let seed = Int(input["--seed"] ?? "1") else {
            throw .usage("--seed must be a whole number, not '\(input["--seed"] ?? "")'")
        }
        let clock = input["--clock"] ?? Story.standardClock.text
        let time = Timestamp(text: clock)
        guard clock == "real" || time != nil else {
            throw .usage("--clock must be real, or a time such as \(Story.standardClock.text), not '\(clock)'")
        }
        setting = ChatPlay.Setting(
            player: Player(name: name, gender: .nonBinary), seed: seed, clock: time,
            begins: input["--begins"].flatMap(Story.Beginning.init) ?? .greeting)
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        // A reader who has gone ends the program, whatever the one that started it does with this signal.
        signal(SIGPIPE, SIG_DFL)
        let fixtures = ChatFixtures(try FixtureSource.chosen(fixtures, environment))
        let catalog: Catalog
        do {
            catalog = try fixtures.load(else: "nothing is played")
        } catch {
            Terminal.error(error.painted)
            return App.Exit.notPlayed
        }
        let isTerminal = format == .text && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        let editor = isTerminal ? LineEditor(environment) : nil
        let input: any ChatInput = editor ?? PlainInput(STDIN_FILENO, prompt: isTerminal ? "> " : nil)
        editor?.complete = { ChatCompletion(of: $0, among: catalog.personas.map(\.slug)) }
        guard let persona = try chosen(catalog, input, isTerminal) else { return App.Exit.success }
        let machine = try Chat.usage { () throws(ChatError) in
            guard let name = self.machine else { return persona.defaultMachine }
            return try ChatNames.machine(name, of: persona)
        }
        let warnings = ChatWarnings()
        let play = try Chat.usage { () throws(ChatError) in
            try ChatPlay(catalog, persona, on: machine, setting, warn: warnings.add)
        }
        let session = ChatSession(play, fixtures, warnings, format, isTerminal: isTerminal)
        editor?.complete = { ChatCompletion($0, session.names) }
        editor?.idle = { session.reloaded() }
        return try session.run(input)
    }

    /// The persona to play with; nil: the user has ended before choosing one.
    private func chosen(_ catalog: Catalog, _ input: any ChatInput, _ isTerminal: Bool) throws(AppError) -> Persona? {
        if let persona {
            return try Chat.usage { () throws(ChatError) in try ChatNames.persona(persona, in: catalog) }
        }
        if catalog.personas.count == 1 { return catalog.personas[0] }
        guard isTerminal else {
            let slugs = catalog.personas.map(\.slug)
            throw .usage(
                slugs.isEmpty
                    ? "there is no persona; foilmock new persona NAME makes one"
                    : "name a PERSONA: \(Words.list(slugs, "or"))")
        }
        let rows = ChatText.table(catalog.personas.map { ($0.slug, $0.name) })
        try Terminal.out(
            "Who do you want to play with? \(ChatCommand.quit.word) ends.\n"
                + rows.map { "  \($0)" }.joined(separator: "\n"))
        while let line = try input.next() {
            guard case .text(let text) = line, !text.isBlank else { continue }
            let name = ChatLine.trimmed(text)
            if name === ChatCommand.quit.word { return nil }
            do throws(ChatError) {
                return try ChatNames.persona(name, in: catalog)
            } catch {
                Terminal.error(error.message.shownInLine)
            }
        }
        return nil
    }

    /// Does what fails by wrong arguments.
    private static func usage<Value>(_ work: () throws(ChatError) -> Value) throws(AppError) -> Value {
        do throws(ChatError) {
            return try work()
        } catch {
            throw .usage(error.message)
        }
    }
}
