import Emulator
import Exact
import Fixtures

/// The command that the arguments select.
enum Command: Equatable {
    case serve(Configuration)
    case exec(Exec.Options)
    /// The folder or the database that `foilmock check` reads, and the format of its output.
    case check(Check.Options)
    case newPersona(NewPersona)
    case schema(Schema)
    case replay(Replay.Options)
    /// The base URL of the server to check.
    case health(String)
    case version
    case help

    /// Reads the arguments; without any the command is `serve`.
    init(_ arguments: [SystemText], environment: Environment) throws(AppError) {
        // Everything after `--` belongs to the other command, including its --help, and is passed on byte for byte.
        if arguments.first == "exec", let mark = arguments.firstIndex(of: "--") {
            let command = Array(arguments[(mark + 1)...])
            let own = try Arguments.texts(arguments[1..<mark])
            self = .exec(try Exec.Options(own[...], command: command, environment: environment))
            return
        }
        var rest = try Arguments.texts(arguments[...])[...]
        if rest.contains("--help") || rest.contains("-h") {
            self = .help
            return
        }
        if rest.contains("--version") {
            self = .version
            return
        }
        let name = rest.first.flatMap { $0.begins(with: "-") ? nil : $0 }
        if name != nil { rest.removeFirst() }
        switch name {
        case nil, "serve":
            self = .serve(try Configuration(flags: Flags(rest), environment: environment))
        case "health":
            guard rest.count <= 1, !(rest.first?.begins(with: "-") ?? false) else {
                throw .usage("'foilmock health' takes at most one URL")
            }
            if let url = rest.first {
                self = .health(url)
            } else {
                self = .health(try Configuration(flags: [], environment: environment).localURL)
            }
        case "exec": self = .exec(try Exec.Options(rest, command: [], environment: environment))
        case "check": self = .check(try Check.Options(rest))
        case "new": self = .newPersona(try NewPersona(rest))
        case "schema": self = .schema(try Schema(rest))
        case "replay": self = .replay(try Replay.Options(rest))
        case "help": self = .help
        case let name?:
            let names = ["serve", "exec", "replay", "check", "new", "schema", "health"]
            let near = Suggestion.text(for: name, among: names)
            let all = "; there are \(names.dropLast().map { "'\($0)'" }.joined(separator: ", ")) and '\(names.last!)'"
            throw .usage("there is no command '\(name)'\(near.isEmpty ? all : near)")
        }
    }
}

/// The settings from flags: `--name value` or `--name=value`, and `--name` for a switch.
struct Flags: ExpressibleByArrayLiteral {
    private(set) var values: [(setting: ServerSetting, value: String)] = []
    private(set) var configFile: String?

    init(arrayLiteral elements: (setting: ServerSetting, value: String)...) { values = elements }

    init(_ arguments: ArraySlice<String>) throws(AppError) {
        var rest = arguments
        while let argument = rest.popFirst() {
            guard argument.begins(with: "--") else { throw .usage("unexpected argument '\(argument)'") }
            let parts = argument.unicodeScalars.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
            let flag = parts[0]
            let setting = ServerSetting.all.first { $0.flag == flag }
            guard setting != nil || flag == "--config" else {
                let near = Suggestion.text(for: flag, among: ["--config"] + ServerSetting.all.map(\.flag))
                throw .usage("there is no option '\(flag)'\(near)")
            }
            let value: String
            if parts.count == 2 {
                value = parts[1]
            } else if setting?.isSwitch == true {
                value = "true"
            } else {
                guard let next = rest.popFirst() else { throw .usage("'\(flag)' needs a value") }
                value = next
            }
            if let setting { values.append((setting, value)) } else { configFile = value }
        }
    }
}
