/// `foilmock completion`: prints the script by which a shell completes command lines of foilmock.
enum Completion: String, CaseIterable, Command {
    case bash, zsh, fish

    static var description: CommandDescription {
        let words = allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "completion", summary: "Print the script by which a shell completes command lines of foilmock",
            usage: ["completion \(words)"],
            about: [
                "It completes commands, options, files, folders, and values of which there are few; behind foilmock exec -- "
                    + "what the other command's own script completes."
            ],
            operands: [.init(placeholder: Placeholder(words), help: "The shell")],
            examples: [
                .init(line: "source <(foilmock completion bash)", help: "For this bash, or in ~/.bashrc for each:"),
                .init(
                    line: "foilmock completion zsh > ~/.zfunc/_foilmock",
                    help: "For zsh, in a folder of its fpath:"),
                .init(
                    line: "foilmock completion fish > ~/.config/fish/completions/foilmock.fish", help: "For fish:"),
            ])
    }

    init(_ input: CommandInput) {
        // The operand is required, and one of these words.
        self = Completion(rawValue: input.operands[0])!
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        try Terminal.out(script)
        return App.Exit.success
    }

    var script: String {
        switch self {
        case .bash: BashCompletion.script
        case .zsh: ZshCompletion.script
        case .fish: FishCompletion.script
        }
    }

    /// The options with a value. They have one in each command that has them.
    static var valuedFlags: [String] {
        var flags: [String] = []
        for option in CommandTable.descriptions.flatMap(\.allOptions)
        where option.placeholder != nil && !flags.contains(option.flag) {
            flags.append(option.flag)
        }
        return flags
    }

    /// The options that every command takes.
    static let everywhere = [("--help", "Show help"), ("--version", "Show the version")]
}
