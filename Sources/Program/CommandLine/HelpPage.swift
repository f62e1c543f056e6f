/// The text of help pages, in lines of at most `width` columns.
enum HelpPage {
    static let width = 100

    /// The options that most users need, of `serve`.
    private static let usual = ["--port", "--fixtures", "--watch", "--db", "--rate-limits"]

    static var overview: Painted {
        let commands = CommandTable.descriptions.map { ($0.name, $0.summary) }
        let options = usual.compactMap(Serve.description.option).map { ($0.form, $0.help) }
        return [
            "foilmock emulates the FoilEngine and FluidTalk APIs on your machine: offline, free, always the same.",
            section(
                "USAGE",
                table([("foilmock COMMAND [OPTIONS]", ""), ("foilmock [OPTIONS]", "The same as foilmock serve")])),
            section("COMMANDS", table(commands)),
            section("OPTIONS of serve and exec that are used most", table(options)),
            section(
                "MORE",
                table([
                    ("foilmock COMMAND --help", "One command, with all its options and an example"),
                    ("foilmock manual | man -l -", "All of it, as a manual page"),
                ])),
        ].joined(separator: "\n\n")
    }

    static func text(of command: CommandDescription) -> Painted {
        var parts: [Painted] = [
            "\("foilmock \(command.name)", .heading)  \(command.summary)",
            section("USAGE", command.usage.map { "  foilmock \($0)" }),
        ]
        if !command.about.isEmpty {
            parts.append(
                Painted(command.about.map { wrapped($0, indent: 0).joined(separator: "\n") }.joined(separator: "\n\n")))
        }
        if !command.operands.isEmpty {
            parts.append(section("ARGUMENTS", table(command.operands.map { ($0.placeholder.text, $0.help) })))
        }
        parts += options(of: command)
        parts.append(section("EXAMPLES", command.examples.flatMap { wrapped($0.help, indent: 2) + ["    \($0.line)"] }))
        parts.append(section("EXIT CODES", table(command.exitCodes.map { ($0.code, $0.meaning) })))
        return parts.joined(separator: "\n\n")
    }

    /// All groups have one column, so that they look like one list.
    private static func options(of command: CommandDescription) -> [Painted] {
        let help = [("-h, --help", "Show this help")]
        let groups = command.optionGroups
        let rows = groups.map { $0.options.map { ($0.form, $0.help) } }
        let column = (rows.flatMap(\.self) + help).map(\.0.count).max() ?? 0
        return zip(groups, rows).enumerated().map { index, group in
            section(group.0.title ?? "OPTIONS", table(group.1 + (index == 0 ? help : []), column: column))
        }
    }

    private static func section(_ title: String, _ lines: [String]) -> Painted {
        "\(title, .heading)\n\(lines.joined(separator: "\n"))"
    }

    /// Two columns; the second is wrapped.
    private static func table(_ rows: [(String, String)], column: Int? = nil) -> [String] {
        let column = (column ?? rows.map(\.0.count).max() ?? 0) + 4
        return rows.flatMap { name, help in
            let lines = wrapped(help, indent: column)
            guard let first = lines.first else { return ["  \(name)"] }
            let gap = String(repeating: " ", count: column - 2 - name.count)
            return ["  \(name)\(gap)\(first.drop { $0 == " " })"] + lines.dropFirst()
        }
    }

    /// The lines of a paragraph.
    private static func wrapped(_ text: String, indent: Int) -> [String] {
        let space = String(repeating: " ", count: indent)
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(space + word)
            }
        }
        return lines
    }
}
