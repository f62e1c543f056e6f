import Embedded
import Exact
import Fixtures
import JSON

/// `foilmock new persona`: writes a persona to start from with stories about it, and the schemas that its files refer to.
struct NewPersona: Command {
    let name: String
    let folder: String
    /// The name of the persona's folder.
    let slug: String

    static var description: CommandDescription {
        CommandDescription(
            name: "new", summary: "Write a character to begin with",
            usage: ["new persona NAME [DIR]"],
            about: ["The character works as it is, and its files explain themselves."],
            operands: [
                .init(placeholder: "persona", help: "What to write"),
                .init(placeholder: "NAME", help: "The character's name; the folder is named after it"),
                .init(
                    placeholder: "DIR", isRequired: false, help: "The fixture folder, made if it is missing (fixtures)"),
            ],
            examples: [
                .init(line: "foilmock new persona \"Mira the Smith\" my-fixtures", help: "Write a first character:")
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        name = input.operands[1]
        guard name.hasScalars(atMost: ObjectReader.nameLimit) else {
            throw .usage(
                "a name has at most \(ObjectReader.nameLimit) characters, and '\(ShortText.of(name))' has more")
        }
        slug = FileName.of(Slug.of(name), else: "")
        guard !slug.isEmpty else {
            throw .usage(
                "the folder is named after the character, and '\(ShortText.of(name))' holds no letter and no digit; "
                    + "give a name with letters, and change it in persona.json")
        }
        var folder = input.operand(2) ?? "fixtures"
        while folder.utf8.count > 1, folder.ends(with: "/") { folder.unicodeScalars.removeLast() }
        guard !folder.isEmpty else { throw .usage("the folder must be a path, not ''") }
        self.folder = folder
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        try Terminal.out(try write())
        return App.Exit.success
    }

    /// Writes all files. Returns the message for the user.
    func write() throws(AppError) -> String {
        let persona = "\(folder)/personas/\(slug)"
        let schemas = "\(folder)/.schema"
        try Disk.makeFolders("\(folder)/personas")
        guard try Disk.makeFolder(persona) else {
            throw .failure("there is already \(persona); remove it, or choose another name")
        }
        try Schema.writeAll(to: schemas)
        // persona.json is last, so that a server that watches the folder finds the machine too.
        try Disk.makeFolders("\(persona)/machines")
        let files = [
            FixtureFile(embedded_machine_template()), filled(FixtureFile(embedded_persona_template()), "NAME", name),
        ]
        for file in files { try Disk.write(file.bytes, to: "\(persona)/\(file.path)") }
        let written = files.map { "  \(persona)/\($0.path)" }.sorted() + ["  \(try writeStory())"]
        return
            (["Written:"] + written + [
                "  \(schemas)/  (JSON Schemas, with which an editor completes and checks)", "Next:",
                "  foilmock chat \(ShellWord(slug)) --fixtures \(ShellWord(folder))",
                "  foilmock check \(ShellWord(folder))", "  foilmock test \(ShellWord(folder))",
                "  foilmock serve --fixtures \(ShellWord(folder)) --watch",
            ]).joined(separator: "\n")
    }

    /// Writes stories about the persona, if there are none of that name. Returns their path.
    private func writeStory() throws(AppError) -> String {
        try Disk.makeFolders("\(folder)/stories")
        let path = "\(folder)/stories/\(slug).story.json"
        guard !Disk.exists(path) else { return "\(path)  (it was there, and stays)" }
        let story = filled(FixtureFile(embedded_story_template()), "SLUG", slug)
        try Disk.write(story.bytes, to: path)
        return path
    }

    /// A template with a text filled in for a word.
    private func filled(_ template: FixtureFile, _ word: String, _ value: String) -> FixtureFile {
        var writer = JSONWriter(capacity: 64)
        writer.string(value)
        let text = String(decoding: template.bytes, as: UTF8.self)
            .with(String(decoding: writer.bytes, as: UTF8.self), inPlaceOf: "\"\(word)\"")
        return FixtureFile(path: template.path, bytes: Array(text.utf8))
    }
}

/// A text as one word of a shell's command line.
struct ShellWord: CustomStringConvertible {
    let description: String

    init(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "/._-+:@%,=".utf8.contains($0) }
        description = isPlain && !text.isEmpty ? text : "'\(text.with(#"'\''"#, inPlaceOf: "'"))'"
    }
}
