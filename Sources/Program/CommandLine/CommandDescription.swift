import Exact

/// What is said about a command in help, manual page and completions, and what the parser takes.
struct CommandDescription {
    struct Operand {
        let placeholder: Placeholder
        var isRequired = true
        /// Whether more of its kind may follow; only the last one can.
        var repeats = false
        let help: String
    }

    struct Example {
        /// As typed in a shell.
        let line: String
        let help: String
    }

    struct ExitCode {
        let code: String
        let meaning: String

        static let success = ExitCode(code: "0", meaning: "done")
        static let failure = ExitCode(code: "1", meaning: "something failed, and one line says what")
        static let usage = ExitCode(code: "64", meaning: "wrong arguments or settings")
        static let standard = [success, failure, usage]
    }

    let name: String
    /// One line, without a full stop.
    let summary: String
    /// What follows `foilmock`, one text for each way to call the command.
    let usage: [String]
    /// Paragraphs.
    var about: [String] = []
    var operands: [Operand] = []
    /// The command's own options.
    var options: [CommandOption] = []
    /// Whether all settings of a server are options too.
    var takesSettings = false
    /// Whether another command follows after `--`.
    var takesCommand = false
    let examples: [Example]
    var exitCodes = ExitCode.standard

    /// All options by their subjects; the first group has no title.
    var optionGroups: [OptionGroup] {
        takesSettings ? ServerSetting.optionGroups : [OptionGroup(options: options)]
    }

    var allOptions: [CommandOption] { optionGroups.flatMap(\.options) }

    func option(_ flag: String) -> CommandOption? { allOptions.first { $0.flag === flag } }
}

struct CommandOption {
    /// With its two hyphens.
    let flag: String
    /// Nil for a switch.
    let placeholder: Placeholder?
    let help: String
    /// The environment variable that does the same.
    var variable: String?

    /// The flag, and the place of its value.
    var form: String { placeholder.map { "\(flag) \($0.text)" } ?? flag }
}

/// Options below one heading.
struct OptionGroup {
    var title: String?
    let options: [CommandOption]
}

/// The word for a value in help, such as `FILE` or `text|json`. Completion follows from it.
struct Placeholder: ExpressibleByStringLiteral {
    enum Completion: Equatable {
        case words([String])
        case file, folder, command, nothing
    }

    let text: String

    init(_ text: String) { self.text = text }

    init(stringLiteral text: String) { self.init(text) }

    private var parts: [String] { text.unicodeScalars.split(separator: "|").map(String.init) }

    private static func isWord(_ part: String) -> Bool {
        part.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    }

    /// The values that are typed as they are shown.
    var words: [String] { parts.filter(Placeholder.isWord) }

    /// Whether there are no other values.
    var isFixed: Bool { !parts.isEmpty && parts.allSatisfy(Placeholder.isWord) }

    var completion: Completion {
        switch text {
        case "FILE", "JOURNAL", "PATH": .file
        case "DIR": .folder
        case "COMMAND": .command
        default: words.isEmpty ? .nothing : .words(words)
        }
    }
}
