import Emulator
import Exact
import Fixtures

/// The arguments of a command, read by its description: `--name value` or `--name=value`, `--name` for a switch, and
/// operands, in any order. `-n value` can be written `-nvalue`; what follows `--` are operands.
struct CommandInput {
    private(set) var options: [(option: CommandOption, value: String)] = []
    private(set) var operands: [String] = []
    /// What follows `--`, as bytes of the system, for a command that takes another.
    let command: [SystemText]
    let environment: Environment
    private let description: CommandDescription

    init(
        _ description: CommandDescription, _ arguments: [SystemText], _ command: [SystemText] = [],
        _ environment: Environment = [:]
    ) throws(AppError) {
        (self.description, self.command, self.environment) = (description, command, environment)
        var rest = try Arguments.texts(arguments[...])[...]
        var takesOptions = true
        while let argument = rest.popFirst() {
            guard takesOptions, argument.begins(with: "-") else {
                try take(argument)
                continue
            }
            if argument === "--", !description.operands.isEmpty {
                takesOptions = false
                continue
            }
            if let (option, value) = short(argument) {
                try take(option, value)
                continue
            }
            let parts = argument.unicodeScalars.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
            guard let option = description.option(parts[0]) else { throw unknown(parts[0]) }
            if parts.count == 2 {
                try take(option, parts[1])
            } else if option.placeholder == nil {
                try take(option, "true")
            } else {
                guard let value = rest.popFirst() else { throw .usage("'\(option.flag)' needs a value") }
                try take(option, value)
            }
        }
        if description.takesCommand, command.isEmpty { throw noCommand }
        if let missing = description.operands.dropFirst(operands.count).first, missing.isRequired {
            throw .usage("'foilmock \(description.name)' needs \(missing.placeholder.text)\(usage)")
        }
    }

    /// The value that was given last; nil: none was given.
    subscript(_ flag: String) -> String? { options.last { $0.option.flag === flag }?.value }

    /// Whether a switch is on.
    func isOn(_ flag: String) -> Bool { ["true", "1"].contains(self[flag]) }

    /// The operand at that place; nil: it was left out.
    func operand(_ place: Int) -> String? { operands.count > place ? operands[place] : nil }

    /// An option of one letter with its value in the same word.
    private func short(_ argument: String) -> (CommandOption, String)? {
        let scalars = argument.unicodeScalars
        guard scalars.count > 2, !argument.begins(with: "--"), scalars.dropFirst(2).first != "=",
            let option = description.option(String(scalars.prefix(2))), option.placeholder != nil
        else { return nil }
        return (option, String(scalars.dropFirst(2)))
    }

    private var noCommand: AppError {
        .usage("'foilmock \(description.name)' takes a command after --: foilmock \(description.usage[0])")
    }

    private var usage: String { ": foilmock \(description.usage[0])" }

    private mutating func take(_ operand: String) throws(AppError) {
        let place = min(operands.count, description.operands.count - 1)
        guard place >= 0, place == operands.count || description.operands[place].repeats else {
            if description.takesCommand, command.isEmpty { throw noCommand }
            let names = CommandTable.descriptions.map(\.name)
            let isCommand = names.contains { $0 === operand } && operands.isEmpty
            throw .usage("unexpected argument '\(operand)'" + (isCommand ? "; a command comes first" : usage))
        }
        let placeholder = description.operands[place].placeholder
        if placeholder.isFixed, !placeholder.words.contains(where: { $0 === operand }) {
            throw .usage(
                "'foilmock \(description.name)' takes \(Words.list(placeholder.words, "or")), not '\(operand)'"
                    + (placeholder.words.count > 1 ? Suggestion.text(for: operand, among: placeholder.words) : usage))
        }
        operands.append(operand)
    }

    private mutating func take(_ option: CommandOption, _ value: String) throws(AppError) {
        let words = option.placeholder?.words ?? ["true", "false", "1", "0"]
        // A setting says itself what it takes.
        if option.variable == nil, option.placeholder?.isFixed ?? true, !words.contains(where: { $0 === value }) {
            let allowed = option.placeholder == nil ? "true or false" : "one of \(words.joined(separator: ", "))"
            throw .usage(
                "\(option.flag) must be \(allowed), not '\(value)'\(Suggestion.text(for: value, among: words))")
        }
        options.append((option, value))
    }

    private func unknown(_ flag: String) -> AppError {
        // Other programs have the short form.
        if flag === "-v" || flag === "-V" {
            return .usage("there is no option '\(flag)'; did you mean \"--version\"?")
        }
        let owners = CommandTable.descriptions.filter { $0.option(flag) != nil }.map { "'foilmock \($0.name)'" }
        let remark =
            owners.isEmpty
            ? Suggestion.text(for: flag, among: description.allOptions.map(\.flag) + ["--help", "--version"])
            : "; it is an option of \(Words.list(owners, "or"))"
        return .usage("'foilmock \(description.name)' has no option '\(flag)'\(remark)")
    }
}

/// The settings from flags.
struct Flags {
    private(set) var values: [(setting: ServerSetting, value: String)] = []
    private(set) var configFile: String?

    init() {}

    init(_ input: CommandInput) {
        let settings = ServerSetting.all
        for (option, value) in input.options {
            if let setting = settings.first(where: { $0.flag === option.flag }) {
                values.append((setting, value))
            } else {
                // The one option that is no setting.
                configFile = value
            }
        }
    }
}
