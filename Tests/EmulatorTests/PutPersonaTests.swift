import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

/// A server with the fixtures of two accounts, over a store that others may open after it.
private struct Town {
    static let id = "00000000-0000-4000-8000-00000000000a"
    static let gate = "00000000-0000-4000-8000-000000000001"

    let store: any Store
    let emulator: Emulator
    let clock = TestClock()

    init(store: any Store = MemoryStore()) throws {
        self.store = store
        let talk = #"{"states": [{"state_key": "s", "is_initial_state": true, "says": "Hello."}]}"#
        let files: [(String, String)] = [
            ("accounts.json", #"{"accounts": [{"name": "demo", "keys": ["pk_live_demo"], "directives": true}]}"#),
            ("personas/mira/persona.json", "{\"id\": \"\(Self.id)\", \"name\": \"Mira\", \"display_order\": 1}"),
            ("personas/mira/machines/gate.json", "{\"id\": \"\(Self.gate)\", " + talk.dropFirst()),
            ("personas/own/persona.json", #"{"name": "Own", "owner": "demo"}"#),
            ("personas/own/machines/talk.json", talk),
        ]
        emulator = try Emulator(
            catalog: try Catalog.load(
                files.map { FixtureFile(path: $0.0, bytes: Array($0.1.utf8)) }, dialects: [],
                identify: Identifiers.fixture),
            store: store, clock: clock.clock, media: .none, warn: { _ in })
    }

    func account(_ name: String) throws -> Account { try emulator.account(opening: name) }

    static func document(_ persona: String, machine: String = #""machine_key": "gate""#, more: String = "") -> String {
        """
        {"persona": {\(persona)}\(more), "machines": [{\(machine),
          "states": [{"state_key": "s", "is_initial_state": true, "says": "Other."}]}]}
        """
    }

    @discardableResult
    func put(_ body: String, _ slug: String = "mira", in name: String = "pk_test_a") throws -> Persona {
        let value = try JSONReader.read(Array(body.utf8))
        return try emulator.roster.put(value, slug: slug, for: try account(name)).persona
    }

    func names(_ name: String) throws -> [String] {
        emulator.roster.personas(for: try account(name)).map(\.name)
    }
}

@Suite("A persona put into one sandbox")
struct PutPersonaTests {
    @Test("a put persona replaces the fixture of its slug, with the same ids, in its sandbox only")
    func override() throws {
        let town = try Town()
        let persona = try town.put(Town.document(#""name": "Other""#))
        #expect((persona.id.description, persona.machines[0].id.description) == (Town.id, Town.gate))
        #expect(persona.machines[0].greeting == nil && persona.slug == "mira")
        #expect(try town.names("pk_test_a") == ["Other", "Own"])
        #expect(try town.names("pk_test_b") == ["Mira", "Own"])
        let id = try #require(PersonaID(Town.id))
        #expect(town.emulator.roster.persona(id, for: try town.account("pk_test_a"))?.name == "Other")
        #expect(town.emulator.roster.persona(id, for: try town.account("demo"))?.name == "Mira")
    }

    @Test("a put persona of a new slug has the ids that a fixture of that slug would have")
    func beside() throws {
        let town = try Town()
        let persona = try town.put(Town.document(#""name": "Nora", "display_order": 0"#), "nora")
        #expect(persona.id == PersonaID(bytes: Identifiers.fixture("nora")))
        #expect(persona.machines[0].id == MachineID(bytes: Identifiers.fixture("nora/gate")))
        #expect(try town.names("pk_test_a") == ["Nora", "Mira", "Own"])
        #expect((persona.owner, persona.isPublished) == (.everyone, true))
    }

    @Test("an override of an account's own fixture is not seen by other accounts")
    func ownFixture() throws {
        let town = try Town()
        try town.put(
            Town.document(#""name": "Other", "owner": "demo""#, machine: #""machine_key": "talk""#), "own", in: "demo")
        #expect(try town.names("demo") == ["Mira", "Other"])
        #expect(try town.names("pk_test_a") == ["Mira", "Own"])
    }

    @Test("a persona can be put again under the same ids, and withdrawn for the fixture")
    func again() throws {
        let town = try Town()
        let account = try town.account("pk_test_a")
        let roster = town.emulator.roster
        try town.put(Town.document(#""name": "One""#), "nora")
        try town.put(Town.document(#""name": "Two""#), "nora")
        #expect(try town.names("pk_test_a") == ["Mira", "Own", "Two"])
        try town.put(Town.document("\"name\": \"Three\", \"id\": \"00000000-0000-4000-8000-0000000000ff\""), "nora")
        #expect(try town.names("pk_test_a") == ["Mira", "Own", "Three"])
        try roster.withdraw(slug: "nora", for: account)
        #expect(try town.names("pk_test_a") == ["Mira", "Own"])
        try town.put(Town.document(#""name": "Other""#))
        try roster.withdraw(slug: "mira", for: account)
        #expect(try town.names("pk_test_a") == ["Mira", "Own"])
        #expect(throws: Failure(.notFound, "The sandbox \"pk_test_a\" has no persona \"mira\" of its own")) {
            try roster.withdraw(slug: "mira", for: account)
        }
    }

    @Test("a put persona survives a restart with its slug, owner and ids")
    func restart() throws {
        let store = MemoryStore()
        let town = try Town(store: store)
        try town.put(Town.document(#""name": "Other", "owner": "demo", "is_published": false"#))
        try town.put(Town.document(#""name": "Nora""#), "nora")
        store.commit()
        let again = try Town(store: store)
        let personas = again.emulator.roster.personas(for: try again.account("pk_test_a"))
        #expect(Set(personas.map(\.slug)) == ["mira", "nora", "own"])
        let other = try #require(personas.first { $0.slug == "mira" })
        #expect((other.name, other.owner, other.isPublished) == ("Other", .account("demo"), false))
        #expect(other.id.description == Town.id)
        #expect(personas.contains { $0.slug == "nora" && $0.owner == .everyone })
        #expect(try again.names("pk_test_b") == ["Mira", "Own"])
    }

    @Test("a persona that was read can be put again, and stays the same")
    func roundTrip() throws {
        let town = try Town()
        let account = try town.account("pk_test_a")
        let first = try town.emulator.roster.entry(slug: "mira", for: account)
        let full = first.document.full(of: first.persona)
        _ = try town.emulator.roster.put(full, slug: "mira", for: account)
        let second = try town.emulator.roster.entry(slug: "mira", for: account)
        #expect(second.document.full(of: second.persona).bytes == full.bytes)
    }

    static let mistakes: [(slug: String, body: String, message: String)] = [
        ("mira", "[]", "the document must be an object"),
        ("mira", Town.document(#""name": 1"#), #"persona.name: "name" of the persona must be a text"#),
        (
            "mira", Town.document(#""name": "N", "owner": "demmo""#),
            #"persona.owner: names no account: "demmo"; did you mean "demo"?"#
        ),
        ("mira", Town.document(#""name": "N", "owner": 1"#), "persona.owner: must be a text"),
        ("mira", Town.document(#""name": "N", "nme": 1"#), #"persona.nme: unknown key "nme""#),
        ("mira", Town.document(#""name": "N""#, more: #", "machine": 1"#), "unknown key \"machine\""),
        (
            "mira", Town.document("\"name\": \"N\", \"id\": \"00000000-0000-4000-8000-0000000000ff\""),
            "persona.id: must be \(Town.id), which the persona \"mira\" has"
        ),
        (
            "nora", Town.document("\"name\": \"N\", \"id\": \"\(Town.id)\""),
            "persona.id: is that of the persona \"mira\""
        ),
        (
            "nora", Town.document(#""name": "N""#, machine: "\"machine_key\": \"a\", \"id\": \"\(Town.gate)\""),
            "machines[0].id: is that of the machine \"mira/gate\""
        ),
        ("no.ra", Town.document(#""name": "N""#), "A persona's slug is 1 to 160 letters, digits, _ or -"),
    ]

    @Test("a mistake in a document is refused with its path, and changes nothing", arguments: mistakes)
    func refused(_ slug: String, _ body: String, _ message: String) throws {
        let town = try Town()
        let refusal = try #require(throws: Failure.self) { try town.put(body, slug) }
        #expect(refusal.status == .badRequest)
        #expect(refusal.message.contains(message), "\(refusal.message)")
        #expect(try town.names("pk_test_a") == ["Mira", "Own"])
    }
}
