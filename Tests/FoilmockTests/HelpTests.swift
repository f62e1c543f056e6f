import Emulator
import Exact
import Testing

@testable import Program

@Suite("Help, manual page and completions")
struct HelpTests {
    static let names = CommandTable.descriptions.map(\.name)

    static func description(_ name: String) throws -> CommandDescription { try CommandTable.named(name).description }

    /// The arguments of an example: what a shell makes of it, without what comes after `>` or `|`.
    static func arguments(_ line: String) throws -> [String] {
        let own = line.split { ">|".contains($0) }[0]
        let parts = own.split(separator: "\"", omittingEmptySubsequences: false)
        let words = parts.enumerated().flatMap { index, part in
            index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
        }
        let program = try #require(words.firstIndex { $0.hasSuffix("foilmock") })
        return words[(program + 1)...].map { $0.hasSuffix(")") ? String($0.dropLast()) : $0 }
    }

    @Test("a command has a name of its own and one line that says what it does")
    func summaries() {
        #expect(Set(Self.names).count == Self.names.count)
        for description in CommandTable.descriptions {
            #expect(!description.summary.isEmpty && !description.summary.hasSuffix("."))
        }
    }

    @Test("the short help has every command and its summary")
    func overview() {
        let lines = HelpPage.overview.plain.split(separator: "\n")
        for description in CommandTable.descriptions {
            #expect(lines.contains { $0.hasPrefix("  \(description.name) ") && $0.hasSuffix(description.summary) })
        }
    }

    @Test("a command's help has its forms, arguments, options, examples and exit codes", arguments: names)
    func page(_ name: String) throws {
        let description = try Self.description(name)
        let lines = HelpPage.text(of: description).plain.split(separator: "\n").map(String.init)
        for form in description.usage { #expect(lines.contains("  foilmock \(form)")) }
        for operand in description.operands {
            #expect(lines.contains { $0.hasPrefix("  \(operand.placeholder.text) ") })
        }
        for option in description.allOptions { #expect(lines.contains { $0.hasPrefix("  \(option.form) ") }) }
        for example in description.examples { #expect(lines.contains("    \(example.line)")) }
        for code in description.exitCodes { #expect(lines.contains { $0.hasPrefix("  \(code.code) ") }) }
        #expect(lines.contains { $0.hasPrefix("  -h, --help ") })
    }

    @Test("no line of the help is wider than a page", arguments: names)
    func width(_ name: String) throws {
        for page in [HelpPage.text(of: try Self.description(name)), HelpPage.overview] {
            for line in page.plain.split(separator: "\n") { #expect(line.count <= HelpPage.width, "\(line)") }
        }
    }

    @Test("a command has an example, and all its examples can be read", arguments: names)
    func examples(_ name: String) throws {
        let description = try Self.description(name)
        #expect(!description.examples.isEmpty)
        for example in description.examples {
            let found = try command(try Self.arguments(example.line))
            let own = type(of: found).description.name
            #expect(own == name, "\(example.line)")
        }
    }

    @Test("the forms of a command name its arguments", arguments: names)
    func usage(_ name: String) throws {
        let description = try Self.description(name)
        for operand in description.operands {
            let name = operand.isRequired ? operand.placeholder.text : "[\(operand.placeholder.text)]"
            let word = operand.repeats ? "\(name)..." : name
            #expect(description.usage[0].split(separator: " ").contains { $0 == word })
        }
    }

    @Test("every setting is an option of serve and of exec, in a group with a title", arguments: ["serve", "exec"])
    func settings(_ name: String) throws {
        let groups = try Self.description(name).optionGroups
        #expect(groups.dropFirst().flatMap { $0.options.map(\.flag) } == ServerSetting.all.map(\.flag))
        #expect(groups.dropFirst().allSatisfy { $0.title != nil })
        #expect(groups[0].options.map(\.flag) == ["--config"])
    }

    @Test("every command and setting is in the manual page and in the completions")
    func everywhere() {
        let page = ManualPage.text
        for name in Self.names { #expect(page.contains("\n.SS \"\(Roff.escaped(name))\"\n")) }
        for setting in ServerSetting.all {
            #expect(page.contains(Roff.escaped(setting.flag)) && page.contains(setting.variable))
            #expect(BashCompletion.script.contains(" \(setting.flag) "))
            #expect(ZshCompletion.script.contains("'\(setting.flag)\(setting.isSwitch ? "" : "=")["))
            #expect(FishCompletion.script.contains(" -l \(setting.flag.dropFirst(2)) "))
        }
    }

    @Test("an option has a value in every command that has it, or in none: the completions count on it")
    func values() {
        let switches = CommandTable.descriptions.flatMap(\.allOptions).filter { $0.placeholder == nil }.map(\.flag)
        #expect(Set(switches).isDisjoint(with: Completion.valuedFlags))
    }

    static let placeholders: [(Placeholder, Placeholder.Completion, Bool)] = [
        ("text|json", .words(["text", "json"]), true), ("docs|off|M/N", .words(["docs", "off"]), false),
        ("*|ORIGIN,…", .nothing, false), ("N", .nothing, false), ("persona", .words(["persona"]), true),
        ("FILE", .file, false), ("JOURNAL", .file, false), ("DIR", .folder, false), ("COMMAND", .command, false),
    ]

    @Test("words in lower case are typed as they are; FILE and DIR are paths", arguments: placeholders.indices)
    func placeholder(_ index: Int) {
        let (placeholder, completion, isFixed) = Self.placeholders[index]
        #expect(placeholder.completion == completion)
        #expect(placeholder.isFixed == isFixed)
    }

    @Test("the setting of every choice is completed with all its words")
    func choices() {
        for (name, words) in [
            ("log", Configuration.LogStyle.allCases.map(\.rawValue)), ("durability", ["normal", "full"]),
        ] {
            let setting = ServerSetting.all.first { $0.name == name }
            #expect(setting.map { Placeholder($0.placeholder).completion } == .words(words))
        }
    }

    static let roff: [(String, String)] = [
        ("--port", "\\-\\-port"), ("'a\\b'", "\\(aqa\\eb\\(aq"), (".x", "\\&.x"), ("a…", "a\\[u2026]"),
        ("\"~^`", "\\(dq\\(ti\\(ha\\(ga"),
    ]

    @Test("no character of a text is an order to man", arguments: roff)
    func escapes(_ text: String, _ escaped: String) {
        #expect(Roff.escaped(text) == escaped)
    }

    @Test("a line of the manual page holds at most 79 bytes, and a sentence begins one")
    func filled() {
        var page = Roff()
        page.line("One. " + String(repeating: "word ", count: 40))
        let lines = page.text.split(separator: "\n")
        #expect(lines[0] == "One.")
        #expect(lines.allSatisfy { $0.utf8.count <= 79 } && lines[1].utf8.count > 74)
    }
}
