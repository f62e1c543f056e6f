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
            "foilmock is a server that answers like the FoilEngine API and the FluidTalk Handshake API. It works offline, "
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
        ("TMPDIR", "The folder for temporary files, such as uploads (/tmp)."),
        ("NO_COLOR, TERM", "There is no colour if NO_COLOR is not empty, or TERM is dumb."),
    ]
}

/// A text in roff, as it grows.
struct Roff {
    private(set) var lines: [String] = []

    var text: String { lines.joined(separator: "\n") }

    mutating func macro(_ name: String, _ arguments: String...) {
        lines.append(([".\(name)"] + arguments.map { "\"\(Roff.escaped($0))\"" }).joined(separator: " "))
    }

    mutating func title() {
        // A date has hyphens, which mandoc does not read where they are escaped.
        lines.append(".TH FOILMOCK 1 \(App.released) \"foilmock \(App.version)\" \"User Commands\"")
    }

    mutating func section(_ title: String) { macro("SH", title) }

    mutating func part(_ title: String) { macro("SS", title) }

    /// Text that is filled. A sentence begins a line, so that man leaves more room before it.
    mutating func line(_ text: String) {
        var line = ""
        for word in text.split(separator: " ").map({ Roff.escaped(String($0)) }) {
            if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 79 || line.hasSuffix(".") {
                lines.append(line)
                line = word
            } else {
                line += line.isEmpty ? word : " \(word)"
            }
        }
        lines.append(line)
    }

    mutating func paragraph(_ text: String) {
        if lines.last?.hasPrefix(".S") == false { lines.append(".PP") }
        line(text)
    }

    /// A name, and what it means.
    mutating func item(_ name: String, _ meaning: String) {
        lines.append(".TP")
        macro("B", name)
        line(meaning)
    }

    mutating func option(_ option: CommandOption) {
        let variable = option.variable.map { " Variable: \($0)." } ?? ""
        item(option.form, "\(option.help).\(variable)")
    }

    mutating func synopsis(_ forms: [String]) {
        for (index, form) in forms.enumerated() {
            if index > 0 { lines.append(".br") }
            macro("B", "foilmock \(form)")
        }
    }

    mutating func command(_ command: CommandDescription) {
        part(command.name)
        synopsis(command.usage)
        paragraph("\(command.summary).")
        for text in command.about where text != ServerSetting.manner { paragraph(text) }
        for operand in command.operands { item(operand.placeholder.text, "\(operand.help).") }
        if command.takesSettings {
            paragraph("Its options are in the section OPTIONS.")
        } else {
            command.allOptions.forEach { option($0) }
        }
        command.examples.forEach { example($0) }
        let codes = command.exitCodes.map { "\($0.code) \($0.meaning)" }.joined(separator: "; ")
        paragraph("Exit status: \(codes).")
    }

    mutating func example(_ example: CommandDescription.Example) {
        paragraph(example.help)
        lines += [".PP", ".RS 4", ".nf"]
        lines.append(Roff.escaped(example.line))
        lines += [".fi", ".RE"]
    }

    static func escaped(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "\"": "\\(dq"
            case "~": "\\(ti"
            case "^": "\\(ha"
            case "`": "\\(ga"
            default: scalar.isASCII ? String(scalar) : "\\[u\(hexadecimal(scalar))]"
            }
        }.joined()
        return escaped.hasPrefix(".") ? "\\&\(escaped)" : escaped
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
