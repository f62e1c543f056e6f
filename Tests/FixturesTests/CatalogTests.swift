import Dialogue
import Fixtures
import Support
import Testing

@Suite("The catalog as a whole")
struct CatalogTests {
    /// The shipped fixtures, as paths below their folder.
    static func shipped() throws -> [FixtureFile] {
        try Repository.files(below: "fixtures").map {
            FixtureFile(path: String($0.dropFirst("fixtures/".count)), bytes: try Repository.bytes($0))
        }
    }

    @Test("the shipped fixtures load")
    func shippedLoad() throws {
        let catalog = try Folder.load(try Self.shipped())
        let barista = try #require(catalog.personas.first)
        #expect(barista.name == "Grumpy Barista")
        #expect(barista.description == "A coffee shop NPC with a bad attitude")
        #expect(barista.machines.map(\.key) == ["opening_scene", "side_quest", "back_room", "night_shift"])
        #expect(barista.defaultMachine.key == "opening_scene")
        #expect(barista.owner == .everyone)
        #expect(barista.isPublished)
        #expect(catalog.accounts == .demo)
    }

    @Test("the shipped barista answers as in the reference (H-7)")
    func reference() throws {
        let barista = try #require(try Folder.load(try Self.shipped()).personas.first)
        let machine = barista.defaultMachine
        var (session, greeting, _) = Session.begin(
            id: SessionID(high: 0, low: 1), machine: machine, of: barista, player: Player(name: "Alex", gender: .male),
            variables: [:], at: Timestamp(seconds: 0))
        #expect(greeting.reply == "Well, well... another traveler. What brings you here, Alex?")
        func answer(_ line: String) -> Turn {
            session.answer(
                Session.Input(message: line, instruction: Instruction(plain: line)), on: machine, of: barista,
                at: Timestamp(seconds: 1)
            ).turn
        }
        let advice = answer("What do you recommend?")
        #expect(advice.reply == "The door, Alex. Or the dark roast.")
        let turn = answer("I heard you have something rare for sale.")
        #expect(turn.reply == "Rare? Everything here is rare, friend. But the real question is — can you afford it?")
        #expect(turn.stateKey.text == "negotiation")
        #expect(turn.score == 15)
        #expect(turn.decision == .pass)
        #expect(turn.followUp)
        #expect(session.redirectCount == 0)
    }

    @Test("mistakes in several files are reported together, by place")
    func several() {
        let files = Folder.files(
            persona: "{\n  \"name\": 1,\n  \"nam\": \"Mira\"\n}", gate: "{", road: "{\"states\": []}",
            accounts: "{\"accounts\": [{\"name\": \"a\", \"keys\": [\"é\"]}]}")
        #expect(
            Folder.diagnostics(files + [Folder.file("account.json", "{}")]) == [
                "account.json: error: nothing reads this file: fixtures are accounts.json, personas/<slug>/persona.json "
                    + "and personas/<slug>/machines/<machine_key>.json",
                "accounts.json:1:38: error: a key must be a text of 1 to 200 letters, digits, _ and -",
                "personas/mira/machines/gate.json:1:2: error: expected a key in double quotes or '}', found the end of "
                    + "the text",
                "personas/mira/machines/road.json:1:12: error: no state has \"is_initial_state\": true; exactly one must",
                "personas/mira/persona.json:2:11: error: \"name\" of the persona must be a text, not a number",
                "personas/mira/persona.json:3:3: error: unknown key \"nam\" in the persona; did you mean \"name\"?",
            ])
    }

    @Test(
        "a JSON file in an unknown place is refused",
        arguments: [
            "account.json", "personas/persona.json", "personas/mira.json", "personas/mira/personas.json",
            "personas/mira/machines/old/gate.json", "machines/gate.json", "Personas/mira/persona.json",
            "personas/mira/more/persona.json",
        ])
    func misplaced(_ path: String) {
        #expect(
            Folder.diagnostics(Folder.files() + [Folder.file(path, "{}")]) == [
                "\(path): error: nothing reads this file: fixtures are accounts.json, personas/<slug>/persona.json and "
                    + "personas/<slug>/machines/<machine_key>.json"
            ])
    }

    @Test(
        "other files may be anywhere, and JSON below media/",
        arguments: [
            "README.md", "personas/mira/media/beach.jpg", "personas/mira/media/beach.json", "personas/x.txt",
            "notes.json", "ready.json", "package.json", "node_modules/a/package.json", "docs/personas/a.json",
        ])
    func others(_ path: String) throws {
        #expect(try Folder.load(Folder.files() + [Folder.file(path, "no JSON")]).personas.count == 1)
    }

    @Test("a folder without a persona is refused")
    func noPersona() {
        let expected = ["personas: error: there is no persona: personas/<slug>/persona.json"]
        #expect(Folder.diagnostics([]) == expected)
        #expect(
            Folder.diagnostics([Folder.file("accounts.json", #"{"accounts": [{"name": "a", "keys": []}]}"#)])
                == expected)
    }

    static let elsewhere: [([String], String)] = [
        (
            [
                "fixtures/personas/mira/persona.json", "fixtures/personas/mira/machines/gate.json",
                "fixtures/accounts.json",
            ],
            #"; there is one below "fixtures": name that folder"#
        ),
        (
            ["a/b/personas/mira/persona.json", "z/personas/mira/persona.json"],
            #"; there is one below "z": name that folder"#
        ),
        (["a/b/personas/mira/persona.json"], #"; there is one below "a/b": name that folder"#),
        (
            ["mira/persona.json", "mira/machines/gate.json"],
            #"; this is the folder "personas": name the one above it"#
        ),
        (
            ["persona.json", "machines/gate.json"],
            "; this is the folder of one persona: name the one two above it"
        ),
    ]

    @Test("a folder above or below the fixture folder is one mistake, which says where that is", arguments: elsewhere)
    func otherFolder(_ paths: [String], _ hint: String) {
        #expect(
            Folder.diagnostics(paths.map { Folder.file($0, "{}") }) == [
                "personas: error: there is no persona: personas/<slug>/persona.json" + hint
            ])
    }

    static let endings: [(String, Bool)] = [
        ("accounts.jsonc", true), ("accounts.JSON", true), ("personas/mira/persona.json5", true),
        ("personas/mira/machines/tower.jsonc", true), ("personas/mira/machines/tower.Json", true),
        ("notes.jsonc", false), ("tsconfig.json5", false), ("personas/mira/machines/tower.json~", false),
        ("personas/mira/machines/tower.md", false), ("personas/mira/media/tower.jsonc", false),
        ("settings.JSON", false),
        ("personas/mira/machines/old/tower.jsonc", false),
    ]

    @Test("a fixture with the ending of another JSON is warned of, as nobody reads it", arguments: endings)
    func ending(_ path: String, _ isWarned: Bool) throws {
        let warnings = try Folder.load(Folder.files() + [Folder.file(path, "")]).warnings.map(\.description)
        let warning =
            "\(path): warning: nothing reads this file: the name of a fixture ends with .json, in small letters"
        #expect(warnings.contains(warning) == isWarned)
    }

    @Test("a persona without machines is refused")
    func noMachine() {
        #expect(
            Folder.diagnostics([Folder.file(Folder.persona, #" {"name": "Mira"}"#)]) == [
                "personas/mira/persona.json:1:2: error: the persona has no machine: machines/ beside this file holds "
                    + "no .json file"
            ])
    }

    @Test("machines without a persona.json are refused")
    func noPersonaFile() {
        let files = [Folder.file(Folder.gate, Folder.machineText())] + Folder.renamed("ann")
        #expect(
            Folder.diagnostics(files) == [
                "personas/mira/machines/gate.json: error: there is no personas/mira/persona.json beside it"
            ])
    }

    @Test("an unknown owner is refused")
    func stranger() {
        let persona = Folder.personaText(#""owner": "dmo""#)
        let message = "personas/mira/persona.json: error: \"owner\" names no account: \"dmo\""
        #expect(Folder.diagnostics(Folder.files(persona: persona)) == [message + "; did you mean \"demo\"?"])
        #expect(
            Folder.diagnostics(
                Folder.files(persona: persona, accounts: #"{"accounts": [{"name": "other", "keys": []}]}"#)) == [
                    message
                ])
    }

    static let id = "00112233-4455-6677-8899-aabbccddeeff"

    @Test("two personas with the same id are refused")
    func duplicatePersona() {
        let text = Folder.personaText("\"id\": \"\(Self.id)\"")
        #expect(
            Folder.diagnostics(Folder.files(persona: text) + Folder.renamed("noa", persona: text)) == [
                "personas/noa/persona.json: error: the id \(Self.id) is also that of personas/mira/persona.json"
            ])
    }

    @Test("two machines with the same id are refused, in one persona or in two")
    func duplicateMachine() {
        let text = Folder.machineText("\"id\": \"\(Self.id)\"")
        let road = Folder.machineText(key: "road", "\"id\": \"\(Self.id)\"")
        #expect(
            Folder.diagnostics(Folder.files(gate: text, road: road)) == [
                "personas/mira/persona.json: error: the machine \"road\" has the id \(Self.id), which is also that of "
                    + "personas/mira/persona.json machine \"gate\""
            ])
        #expect(
            Folder.diagnostics(Folder.files(gate: text) + Folder.renamed("noa", gate: text)) == [
                "personas/noa/persona.json: error: the machine \"gate\" has the id \(Self.id), which is also that of "
                    + "personas/mira/persona.json machine \"gate\""
            ])
    }

    @Test("personas are sorted by display order, then by the name of the folder")
    func order() throws {
        let files =
            Folder.renamed("b") + Folder.renamed("a")
            + Folder.renamed("d", persona: Folder.personaText(#""display_order": 1"#))
            + Folder.renamed("c", persona: Folder.personaText(#""display_order": 1"#))
            + Folder.renamed("e", persona: Folder.personaText(#""display_order": -1"#))
        #expect(try Folder.load(files).personas.map(\.slug) == ["e", "c", "d", "a", "b"])
        #expect(try Folder.load(files.reversed()).personas.map(\.slug) == ["e", "c", "d", "a", "b"])
    }

    @Test("a catalog finds its personas by id, and no others")
    func byID() throws {
        let catalog = try Folder.load(Folder.renamed("a") + Folder.renamed("b"))
        for persona in catalog.personas { #expect(catalog.persona(persona.id)?.slug == persona.slug) }
        #expect(catalog.persona(PersonaID(high: 1, low: 1)) == nil)
    }
}

extension Folder {
    /// Another persona with the one machine `gate`.
    static func renamed(
        _ slug: String, persona: String = personaText(), gate: String = machineText()
    ) -> [FixtureFile] {
        [
            file("personas/\(slug)/persona.json", persona), file("personas/\(slug)/machines/gate.json", gate),
        ]
    }
}
