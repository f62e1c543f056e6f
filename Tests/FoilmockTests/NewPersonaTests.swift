import Dialogue
import Fixtures
import JSON
import Stories
import Support
import Testing

@testable import Program

@Suite("Writing a new persona")
struct NewPersonaTests {
    let folder = TemporaryFolder()

    func write(_ name: String) throws -> String { try read(NewPersona.self, ["persona", name, folder.path]).write() }

    static let slugs: [(String, String)] = [
        ("Mira", "mira"), ("Grumpy Barista", "grumpy-barista"), ("  R2--D2 ", "r2-d2"), ("O'Hara", "o-hara"),
        ("Zoë", "zoe"), ("ÉMILE Ángel", "emile-angel"), ("Say \"hi\"", "say-hi"), ("🦊 Foxy", "foxy"),
        ("Fo🦊xy", "fo-xy"),
        ("../x", "x"), ("../../etc/passwd", "etc-passwd"), ("a\\b\u{0}c\n", "a-b-c"),
        // Latin letters become those from a to z
        ("Łukasz", "lukasz"), ("Bjørn Ærø", "bjorn-aero"), ("Đorđe", "dorde"), ("STRAẞE 5", "strasse-5"),
        ("Zoe\u{308}", "zoe"), ("Iğdır İ", "igdir-i"), ("O’Hara", "o-hara"), ("Þór", "thor"),
        // Letters of other scripts stay
        ("さくら 7", "さくら-7"), ("さくら", "さくら"), ("Андрей Ёж", "андрей-ёж"), ("और", "और"), ("Ωμέγα", "ωμέγα"),
        ("", ""), (" ", ""), ("...", ""), ("/", ""), ("🦊", ""), ("-", ""), ("\u{301}", ""),
    ]

    @Test("a folder's name is the letters and digits of the character's, joined by dashes", arguments: slugs)
    func slug(_ name: String, _ slug: String) {
        #expect(Slug.of(name) == slug)
    }

    @Test(
        "the file has the name as it was given, and the folder loads without warnings",
        arguments: ["Mira", #"Zoë "the Fox""#, #"back\slash"#, "two\nlines {x}", "🦊 Foxy", "../x", "NAME"])
    func name(_ name: String) throws {
        _ = try write(name)
        let catalog = try FixtureSource.folder(folder.path).load().catalog
        #expect(catalog.personas.map(\.name) == [name])
        #expect(catalog.warnings == [])
    }

    @Test("new files are the templates, with the name put into the persona's")
    func templates() throws {
        _ = try write("Mira")
        for path in ["persona.json", "machines/first_meeting.json"] {
            let template = try Repository.text("Sources/Embedded/templates/\(path)")
            let written = try FixtureFolder.contents("\(folder.path)/personas/mira/\(path)")
            #expect(String(decoding: written, as: UTF8.self) == template.replacing("\"NAME\"", with: "\"Mira\""))
        }
    }

    @Test("the stories of a new persona pass, and stories that are there stay")
    func stories() throws {
        for name in ["Mira", #"Zoë "the Fox""#] { _ = try write(name) }
        let found = try StoryFolder([folder.path], fixtures: nil, [:])
        #expect(found.files.count == 2 && found.warnings == [])
        #expect(try StoryTests.verdicts(found).allSatisfy(\.passed))
        folder.write("{}", to: "stories/ann.story.json")
        #expect(try write("Ann").contains("stories/ann.story.json  (it was there, and stays)"))
        #expect(try FixtureFolder.contents(folder.place("stories/ann.story.json")) == Array("{}".utf8))
    }

    @Test("a folder or a file that cannot be written is refused by name, with the reason")
    func unwritable() {
        let file = folder.write("", to: "file")
        #expect(throws: AppError.failure("\(file)/personas cannot be written: Not a directory")) {
            try read(NewPersona.self, ["persona", "Mira", file]).write()
        }
        folder.write("", to: ".schema")
        let schema = "\(folder.path)/.schema/persona.schema.json"
        #expect(throws: AppError.failure("\(schema) cannot be written: Not a directory")) { try write("Mira") }
        #expect(throws: AppError.failure("/dev/full cannot be written: No space left on device")) {
            try Disk.write([1], to: "/dev/full")
        }
    }

    @Test("a persona that exists is refused by name, and left as it is")
    func existing() throws {
        _ = try write("Mira")
        folder.write("{}", to: "personas/mira/persona.json")
        let persona = "\(folder.path)/personas/mira"
        #expect(throws: AppError.failure("there is already \(persona); remove it, or choose another name")) {
            try write("mira?")
        }
        #expect(try FixtureFolder.contents("\(persona)/persona.json") == Array("{}".utf8))
    }

    @Test("the output lists what was written and what to do next")
    func report() throws {
        let place = folder.path
        #expect(
            try read(NewPersona.self, ["persona", "Mira", place + "//"]).write() == """
                Written:
                  \(place)/personas/mira/machines/first_meeting.json
                  \(place)/personas/mira/persona.json
                  \(place)/stories/mira.story.json
                  \(place)/.schema/  (JSON Schemas, with which an editor completes and checks)
                Next:
                  foilmock chat mira --fixtures \(place)
                  foilmock check \(place)
                  foilmock test \(place)
                  foilmock serve --fixtures \(place) --watch
                """)
    }

    @Test("a folder has no name that a system keeps for itself, and no long one")
    func names() throws {
        let long = String(repeating: "a", count: 300)
        for (name, slug) in [("Con", "con_"), ("Lpt1", "lpt1_"), (long, String(long.prefix(100)))] {
            #expect(try read(NewPersona.self, ["persona", name, folder.path]).slug == slug)
        }
        let longer = String(repeating: "a", count: 1_001)
        #expect(throws: AppError.self) { try read(NewPersona.self, ["persona", longer, folder.path]) }
    }

    static let words: [(String, String)] = [
        ("fixtures", "fixtures"), ("../a_b/c-d.e", "../a_b/c-d.e"), ("my fixtures", "'my fixtures'"), ("", "''"),
        ("it's", #"'it'\''s'"#), ("$HOME", "'$HOME'"), ("a;b", "'a;b'"), ("é", "'é'"),
        ("it'\u{301}s", "'it'\\''\u{301}s'"),
    ]

    @Test("a word that a shell would change is quoted", arguments: words)
    func shellWord(_ text: String, _ word: String) {
        #expect(ShellWord(text).description == word)
    }

    static let form = ": foilmock new persona NAME [DIR]"
    static let wrong: [([String], String)] = [
        ([], "'foilmock new' needs persona\(form)"), (["persona"], "'foilmock new' needs NAME\(form)"),
        (["machine", "Mira"], "'foilmock new' takes persona, not 'machine'\(form)"),
        (["persona", "Mira", "a", "b"], "unexpected argument 'b'\(form)"),
        (
            ["persona", "Mira", "--force"],
            "'foilmock new' has no option '--force'; it is an option of 'foilmock import'"
        ),
        (["persona", "Mira", ""], "the folder must be a path, not ''"),
        (
            ["persona", "?!"],
            "the folder is named after the character, and '?!' holds no letter and no digit; "
                + "give a name with letters, and change it in persona.json"
        ),
    ]

    @Test("wrong arguments are refused", arguments: wrong)
    func wrongArguments(_ arguments: [String], _ message: String) {
        #expect(throws: AppError.usage(message)) { try read(NewPersona.self, arguments) }
    }

    @Test("the default folder is fixtures")
    func folders() throws {
        #expect(try read(NewPersona.self, ["persona", "Mira"]).folder == "fixtures")
        #expect(try read(NewPersona.self, ["persona", "Mira", "/"]).folder == "/")
    }
}

@Suite("The schemas")
struct SchemaTests {
    @Test("the schema of stories is the file of its name, byte for byte")
    func story() throws {
        #expect(Schema.story.file.path == "story.schema.json")
        #expect(try Schema.story.file.bytes == Repository.bytes("Sources/Embedded/schemas/story.schema.json"))
    }

    @Test(
        "the schemas of personas and machines have what each dialect adds",
        arguments: [(Schema.persona, "persona"), (.machine, "machine")])
    func added(_ schema: Schema, _ part: String) throws {
        let own = try JSONReader.read(Repository.bytes("Sources/Embedded/schemas/\(schema.file.path)"))
        let whole = try JSONReader.read(schema.file.bytes)
        let files = try Repository.files(below: "Sources").filter {
            $0.hasSuffix("API/\(schema.file.path)")
        }
        #expect(!files.isEmpty)
        var properties = keys(own["properties"])
        var definitions = keys(own["$defs"])
        for file in files {
            let added = try JSONReader.read(Repository.bytes(file))
            properties.formUnion(keys(added[part]))
            definitions.formUnion(keys(added["$defs"]))
        }
        #expect(keys(whole["properties"]) == properties)
        #expect(keys(whole["$defs"]) == definitions)
    }

    @Test("the schema of accounts has what each dialect adds")
    func accounts() throws {
        #expect(Schema.accounts.file.path == "accounts.schema.json")
        let definitions = try JSONReader.read(Schema.accounts.file.bytes)["$defs"]
        let account = keys(definitions?["account"]?["properties"])
        let compat = keys(definitions?["compat"]?["properties"])
        let files = try Repository.files(below: "Sources").filter {
            $0.hasSuffix("API/accounts.schema.json")
        }
        #expect(files.count == Wiring.entries.count)
        for file in files {
            let part = try JSONReader.read(try Repository.bytes(file))
            let added = keys(part["compat"])
            #expect(!added.isEmpty && added.isSubset(of: compat))
            #expect(keys(part["account"]).isSubset(of: account))
            #expect(keys(part["$defs"]).isSubset(of: keys(definitions)))
        }
        #expect(account.isSuperset(of: ["name", "keys", "handshake_keys", "compat"]))
    }

    private func keys(_ value: JSONValue?) -> Set<String> { Set(value?.members?.map(\.key) ?? []) }

    @Test("every file in the folder of schemas is a schema")
    func all() throws {
        let files = try Repository.files(below: "Sources/Embedded/schemas")
        #expect(files == Schema.allCases.map { "Sources/Embedded/schemas/\($0.file.path)" }.sorted())
    }

    static let wrong: [([String], String)] = [
        ([], "'foilmock schema' needs persona|machine|accounts|story: foilmock schema persona|machine|accounts|story"),
        (
            ["personas"],
            "'foilmock schema' takes persona, machine, accounts or story, not 'personas'; did you mean \"persona\"?"
        ),
        (["persona", "machine"], "unexpected argument 'machine': foilmock schema persona|machine|accounts|story"),
        (["-x"], "'foilmock schema' has no option '-x'"),
    ]

    @Test("any other word, none and several are refused", arguments: wrong)
    func wrongArguments(_ arguments: [String], _ message: String) {
        #expect(throws: AppError.usage(message)) { try read(Schema.self, arguments) }
    }
}
