/// `foilmock manual`: prints the manual page foilmock(1).
struct Manual: Command {
    static var description: CommandDescription {
        CommandDescription(
            name: "manual", summary: "Print the manual page foilmock(1)", usage: ["manual"],
            examples: [
                .init(line: "foilmock manual | man -l -", help: "Read it:"),
                .init(line: "foilmock manual > foilmock.1", help: "Save it, for a folder of man's path:"),
            ])
    }

    init(_ input: CommandInput) {}

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        try Terminal.out(ManualPage.text)
        return App.Exit.success
    }
}
