import Exact
import Fixtures

/// One command of the program. A value is the command with its arguments.
protocol Command: Equatable {
    /// Help, manual page, completions and parser follow from it.
    static var description: CommandDescription { get }

    init(_ input: CommandInput) throws(AppError)

    /// Carries the command out. Returns the exit code.
    func run(_ environment: Environment) throws(AppError) -> Int32
}

/// All commands. A new one is a type in a file of its own, and its entry here.
enum CommandTable {
    /// In the order of the help.
    static var all: [any Command.Type] {
        [
            Serve.self, Exec.self, Check.self, Chat.self, TestStories.self, RecordStory.self, Explore.self,
            DrawGraph.self, NewPersona.self, ImportPersona.self, ExportPersona.self, Replay.self, Migrate.self,
            Schema.self,
            Health.self, OpenPage.self, Completion.self, Manual.self,
            Help.self, Version.self,
        ]
    }

    static var descriptions: [CommandDescription] { all.map { $0.description } }

    /// - Throws: an error that names the nearest command, or all.
    static func named(_ name: String) throws(AppError) -> any Command.Type {
        if let command = all.first(where: { $0.description.name === name }) { return command }
        let names = descriptions.map(\.name)
        let near = Suggestion.text(for: name, among: names)
        throw .usage(
            "there is no command '\(name)'"
                + (near.isEmpty ? "; there are \(Words.list(names.map { "'\($0)'" }, "and"))" : near))
    }
}

/// The command line: a command, and what follows its name.
struct Invocation {
    private let command: any Command.Type
    private let arguments: [SystemText]
    private let isNamed: Bool

    /// - Throws: an error when the first argument is the name of no command.
    init(_ arguments: [SystemText]) throws(AppError) {
        guard let first = arguments.first, first.bytes.first != UInt8(ascii: "-") else {
            // As the command of that name, which takes nothing else.
            let isVersion = arguments.first == "--version"
            command = isVersion ? Version.self : Serve.self
            (self.arguments, isNamed) = (isVersion ? Array(arguments.dropFirst()) : arguments, false)
            return
        }
        command = try CommandTable.named(try Arguments.texts([first])[0])
        self.arguments = Array(arguments.dropFirst())
        isNamed = true
    }

    var name: String { command.description.name }

    /// Reads the arguments. `--help` and `--version` may be anywhere before `--`.
    func read(_ environment: Environment) throws(AppError) -> any Command {
        var own = arguments
        // Everything after `--` belongs to the other command, including its --help, and is passed on byte for byte.
        var other: [SystemText] = []
        if command.description.takesCommand, let mark = arguments.firstIndex(of: "--") {
            (own, other) = (Array(arguments[..<mark]), Array(arguments[(mark + 1)...]))
        }
        if own.contains("--help") || own.contains("-h") { return Help(about: isNamed ? name : nil) }
        if own.contains("--version") { return Version(isJSON: own.contains("--json")) }
        return try command.init(CommandInput(command.description, own, other, environment))
    }
}

/// Lists of words in sentences.
enum Words {
    /// `a, b or c`, with that last word.
    static func list(_ words: [String], _ last: String) -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) \(last) \(words[words.count - 1])"
    }
}
