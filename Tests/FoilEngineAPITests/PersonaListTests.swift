import Dialogue
import Emulator
import FoilEngineAPI
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Lists of personas (spec A.5, H-13)")
struct PersonaListTests {
    @Test("a list is a bare array of items in display order")
    func shape() throws {
        let web = try Web()
        let items = web.call(.get, "personas").json?.array ?? []
        #expect(items.map(\.keys) == Array(repeating: Web.item, count: 2))
        #expect(
            items.first?.shown
                == "{id:\"\(World.mira)\",name:\"Mira\",description:\"Keeps a gate\",is_published:true,"
                + "created_at:\"2026-01-02T03:04:05Z\",updated_at:\"2026-02-03T04:05:06Z\"}")
    }

    static let lists: [(String, String?, [String])] = [
        ("", nil, ["Mira", "own"]), ("", "ann-token", ["Mira", "own"]), ("", "ben-token", ["Mira", "own"]),
        ("public_only=false", nil, ["Mira", "own"]), ("public_only=false", "ann-token", ["Mira", "own"]),
        ("public_only=false", "ben-token", ["Mira", "foreign", "own"]), ("my_personas=true", "ann-token", ["own"]),
        ("my_personas=true", "ben-token", []), ("my_personas=1&public_only=0", "ben-token", ["foreign"]),
        ("my_personas=False&public_only=TRUE", nil, ["Mira", "own"]), ("limit=1", nil, ["Mira"]),
        ("limit=100", nil, ["Mira", "own"]),
    ]

    @Test(
        "published personas are for all, unpublished ones for their owner who asks, my_personas has the own ones",
        arguments: lists)
    func listed(_ query: String, _ token: String?, _ names: [String]) throws {
        #expect(try Web().names(query, token: token) == names)
    }

    @Test("a list has 20 personas unless limit says more")
    func limit() throws {
        let web = try Web()
        for number in 1...22 { web.save(Web.document(name: "n\(number)")) }
        #expect(web.names("my_personas=true", token: "ann-token") == ["own"] + (1...19).map { "n\($0)" })
        #expect(web.names("my_personas=true&limit=22", token: "ann-token").last == "n21")
    }

    @Test(
        "a mistake in a query is refused with its parameter",
        arguments: [
            ("limit=0", "limit must be a whole number from 1 to 100"),
            ("limit=101", "limit must be a whole number from 1 to 100"),
            ("limit=1.5", "limit must be a whole number from 1 to 100"),
            ("limit=", "limit must be a whole number from 1 to 100"),
            ("public_only=yes", "public_only must be true or false"),
            ("my_personas=", "my_personas must be true or false"),
        ])
    func mistakes(_ query: String, _ text: String) throws {
        let answer = try Web().call(.get, "personas?\(query)")
        #expect(answer.status == 400)
        #expect(answer.error == "query parameter \(text)")
    }

    @Test("my_personas needs a token, and a wrong token is a 401")
    func tokens() throws {
        let web = try Web()
        #expect(web.call(.get, "personas?my_personas=true").status == 401)
        #expect(web.call(.get, "personas", token: "nobody").status == 401)
        #expect(web.call(.get, "personas/\(World.mira)", token: "nobody").status == 401)
        #expect(try Web(.required).call(.get, "personas").status == 200)
    }

    @Test("one persona is returned as in the list, an unpublished one to its owner only")
    func one() throws {
        let web = try Web()
        let listed = web.call(.get, "personas").json?.array?.first?.shown
        #expect(web.call(.get, "personas/\(World.mira)").json?.shown == listed)
        #expect(web.call(.get, "personas/\(World.foreign)", token: "ben-token")["is_published"]?.bool == false)
        for token in [nil, "ann-token"] {
            #expect(web.call(.get, "personas/\(World.foreign)", token: token).error == "Persona not found")
        }
        #expect(web.call(.get, "personas/\(World.draft)", token: "ann-token").status == 404, "nobody owns it")
        #expect(web.call(.get, "personas/\(World.nobody)").error == "Persona not found")
        #expect(web.call(.get, "personas/mira").status == 400)
    }

    @Test(
        "a saved persona is for its account's users and keys, and in the default account for anonymous players")
    func made() throws {
        let web = try Web()
        let anns = web.made()
        let bens = web.made(token: "ben-token")
        #expect(web.names("limit=100").contains("Nora"))
        #expect(web.names(token: "ben-token") == ["Mira", "own", "Nora"])
        #expect(web.begin(persona: anns).status == 200)
        #expect(web.begin(persona: anns, token: "ann-token").status == 200)
        #expect(web.begin(persona: bens).error == "Persona not found")
        #expect(web.begin(persona: anns, token: "ben-token").error == "Persona not found")
        #expect(web.client.begin(persona: anns, key: "pk_live_demo").status == 200)
        #expect(web.client.begin(persona: anns, key: "pk_test_a").error == "Persona not found")
        #expect(web.client.begin(persona: bens, key: "pk_live_other").status == 200)
        for route in ["personas/\(bens)", "personas/\(bens)/full"] {
            #expect(web.call(.get, route, token: "ann-token").error == "Persona not found")
        }
    }

    @Test("a persona of an open test account is seen by that account only")
    func open() throws {
        let web = try Web()
        let persona = try web.made(openKey: "pk_test_a")
        #expect(web.client.begin(persona: persona, key: "pk_test_a").status == 200)
        #expect(web.client.get("/api/v1/sdk/personas", key: "pk_test_a").text.contains("Nora"))
        for key in ["pk_test_b", "pk_live_demo"] {
            #expect(web.client.begin(persona: persona, key: key).status == 404)
            #expect(!web.client.get("/api/v1/sdk/personas", key: key).text.contains("Nora"))
        }
        #expect(!web.names("limit=100").contains("Nora"))
    }

    @Test("a persona is removed with its test account, and is not there when the key opens it again")
    func evicted() throws {
        let web = try Web(openLimit: 1)
        let persona = try web.made(openKey: "pk_test_a")
        web.client.clock.advance(seconds: 3_600)
        #expect(web.client.get("/api/v1/sdk/personas", key: "pk_test_b").status == 200)
        #expect(try web.store.personas().isEmpty)
        web.client.clock.advance(seconds: 3_600)
        #expect(!web.client.get("/api/v1/sdk/personas", key: "pk_test_a").text.contains("Nora"))
        #expect(try web.made(openKey: "pk_test_a") == persona)
    }
}

extension Web {
    /// Has the account of an open test key make a persona.
    fileprivate func made(openKey key: String) throws -> String {
        let body = try JSONReader.read(Array(Web.document().utf8))
        let entry = try client.emulator.roster.save(
            body, over: nil, of: try account(key), at: Timestamp(seconds: 0))
        #expect(client.endBatch())
        return entry.persona.id.description
    }
}
