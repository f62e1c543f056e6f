/// `foilmock help`, and `--help` anywhere: how the program, or one command, is used.
struct Help: Command {
    /// Nil: the whole program.
    let about: String?

    static var description: CommandDescription {
        CommandDescription(
            name: "help", summary: "Explain foilmock, or one command", usage: ["help [COMMAND]", "COMMAND --help"],
            operands: [.init(placeholder: "COMMAND", isRequired: false, help: "The command to explain (foilmock)")],
            examples: [.init(line: "foilmock help check", help: "The same as foilmock check --help:")])
    }

    init(about: String?) { self.about = about }

    init(_ input: CommandInput) throws(AppError) {
        about = input.operand(0)
        if let about { _ = try CommandTable.named(about) }
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let page =
            if let about { HelpPage.text(of: try CommandTable.named(about).description) } else { HelpPage.overview }
        try Terminal.out(page)
        return App.Exit.success
    }
}
