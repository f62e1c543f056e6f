/// The manual page, in the macros of man(7).
enum ManualPage {
    static var text: String {
        var page = Roff()
        page.title()
        page.section("NAME")
        page.line("foilmock - emulate the FoilEngine and FluidTalk APIs on this machine")
        page.section("SYNOPSIS")
        page.synopsis(CommandTable.descriptions.flatMap(\.usage))
        page.section("DESCRIPTION")
        page.line(
            "foilmock is a server that answers like the FoilEngine API and FluidTalk's two APIs. It works offline, "
                + "costs nothing, and gives the same answers every time. It calls no language model: rules in JSON files, "
                + "the fixtures, decide what a character does and says.")
        page.section("COMMANDS")
        for command in CommandTable.descriptions { page.command(command) }
        page.section("OPTIONS")
        page.line("serve and exec take these.")
        page.paragraph(ServerSetting.manner)
        for group in ServerSetting.optionGroups {
            if let title = group.title { page.part(title) }
            for option in group.options { page.option(option) }
        }
        page.part("OF EVERY COMMAND")
        page.item("-h, --help", "Show help.")
        page.item("--version", "Show the version; with --json as one JSON object.")
        page.section("ENVIRONMENT")
        for (name, meaning) in variables { page.item(name, meaning) }
        page.section("FILES")
        page.item("$XDG_STATE_HOME/foilmock/foilmock.db", "The database, unless --db names another.")
        page.item("$XDG_RUNTIME_DIR/foilmock", "What runs here, for foilmock open: a file for each server.")
        page.item("fixtures", "Beside the program: the fixtures, unless --fixtures names another folder.")
        page.section("EXIT STATUS")
        page.line(
            "0 if all went well, 1 if something failed, 64 if the arguments or settings are wrong. Each command says more."
        )
        return page.text
    }

    private static let variables = [
        ("FOILMOCK_...", "The settings, as each option says."),
        ("XDG_STATE_HOME, HOME", "The folder of the database."),
        ("XDG_RUNTIME_DIR", "The folder by which foilmock open finds servers."),
        ("BROWSER", "The program that foilmock open starts (xdg-open)."),
        ("TMPDIR", "The folder for temporary files, such as uploads (/tmp)."),
        ("NO_COLOR, TERM", "There is no colour if NO_COLOR is not empty, or TERM is dumb."),
    ]
}
