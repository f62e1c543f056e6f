import JSON
import Testing

/// A request that is refused, and how.
struct Refused: Sendable, CustomTestStringConvertible {
    let what: String
    let status: Int
    let message: String
    let call: @Sendable (TestClient) -> Answer

    init(_ what: String, _ status: Int, _ message: String, _ call: @escaping @Sendable (TestClient) -> Answer) {
        (self.what, self.status, self.message, self.call) = (what, status, message, call)
    }

    var testDescription: String { what }

    func check(_ client: TestClient) {
        let answer = call(client)
        #expect(answer.status == status)
        #expect(answer.error == message)
    }
}

@Suite("Errors")
struct ErrorTests {
    static let unknownKey = "Invalid or missing API key: this key is not known here"

    static let keys = [
        Refused("no key", 401, "Invalid or missing API key: send it in the X-API-Key header") {
            $0.get("/api/v1/sdk/personas", key: nil)
        },
        Refused("an empty key", 401, "Invalid or missing API key: send it in the X-API-Key header") {
            $0.get("/api/v1/sdk/personas", key: "")
        },
        Refused("an unknown live key", 401, "Invalid or missing API key: this pk_live_ key is not known here") {
            $0.get("/api/v1/sdk/personas", key: "pk_live_secret")
        },
        Refused("a key of no form", 401, unknownKey) { $0.get("/api/v1/sdk/personas", key: "secret") },
        Refused(
            "a test key that is none", 401,
            "Invalid or missing API key: a test key is pk_test_ and 1 to 128 letters, digits, _ or -; yours is not known here"
        ) { $0.get("/api/v1/sdk/personas", key: "pk_test_a b") },
    ]

    @Test("a missing or unknown key is a 401 that never shows the key", arguments: keys)
    func key(_ refused: Refused) throws {
        refused.check(try TestClient())
        #expect(!refused.message.contains("secret"))
    }

    static func personaFormat(_ text: String) -> String {
        "Invalid persona ID format: \"\(text)\" is not a UUID, such as \(World.mira) (Mira); "
            + "GET /api/v1/sdk/personas lists the ids, with a key such as X-API-Key: pk_test_demo"
    }
    static let player = "user_session_id=sam"

    static let personas = [
        Refused("no UUID", 400, personaFormat("mira")) { $0.begin(persona: "mira") },
        Refused("an empty segment", 400, personaFormat("")) { $0.begin(persona: "") },
        Refused("an unknown persona", 404, "Persona not found") { $0.begin(persona: World.nobody) },
        Refused("another's persona", 403, "API key does not have access to this persona") {
            $0.begin(persona: World.own)
        },
        Refused("an unpublished persona", 403, "Persona is not published") { $0.begin(persona: World.draft) },
        Refused("unpublished and another's", 403, "API key does not have access to this persona") {
            $0.begin(persona: World.foreign)
        },
        Refused("one's own, unpublished", 403, "Persona is not published") {
            $0.begin(persona: World.foreign, key: "pk_live_other")
        },
    ]

    @Test("a persona that cannot be used is refused", arguments: personas)
    func persona(_ refused: Refused) throws { refused.check(try TestClient()) }

    static let machines = [
        Refused(
            "no UUID", 400,
            #"Invalid machine_id format: "gate" is not a UUID; GET /api/v1/sdk/chat/\#(World.mira)/machines lists the ids"#
        ) { $0.begin("gate") },
        Refused("an unknown machine", 404, "Machine not found") { $0.begin(World.nobody) },
        Refused("a locked machine", 403, "Machine is locked") { $0.begin(World.road) },
        Refused("a locked machine's message", 403, "Machine is locked") { $0.say("x", on: World.road) },
        Refused("a locked machine's session", 403, "Machine is locked") { $0.look("session", on: World.road) },
        Refused("a locked machine's history", 403, "Machine is locked") { $0.look("history", on: World.road) },
        Refused("a locked machine's reset", 403, "Machine is locked") { $0.reset(on: World.road) },
    ]

    @Test("a machine that cannot be used is refused (H-10)", arguments: machines)
    func machine(_ refused: Refused) throws { refused.check(try TestClient()) }

    static let noSession = "No active session found"

    static let sessions = [
        Refused("message", 404, noSession) { $0.say("hello") },
        Refused("message with a machine", 404, noSession) { $0.say("hello", on: World.gate) },
        Refused("session", 404, noSession) { $0.look("session") },
        Refused("history", 404, noSession) { $0.look("history") },
        Refused("reset", 404, noSession) { $0.reset() },
        Refused("reset of a machine", 404, noSession) { $0.reset(on: World.gate) },
    ]

    @Test("a call without a session is a 404, by which clients decide whether to resume", arguments: sessions)
    func session(_ refused: Refused) throws { refused.check(try TestClient()) }

    static let queries =
        ["session", "machines", "history"].flatMap { route in
            [
                Refused("\(route) without", 400, "query parameter user_session_id is required") {
                    $0.get(TestClient.chat(route))
                },
                Refused("\(route) empty", 400, "query parameter user_session_id must not be empty") {
                    $0.get(TestClient.chat(route, World.mira, "user_session_id="))
                },
                Refused("\(route) blank", 400, "query parameter user_session_id must not be empty") {
                    $0.get(TestClient.chat(route, World.mira, "user_session_id=+%20%E2%80%83"))
                },
                Refused("\(route) long", 400, "query parameter user_session_id must have at most 1000 characters") {
                    $0.get(TestClient.chat(route, World.mira, "user_session_id=" + String(repeating: "x", count: 1001)))
                },
            ]
        } + [
            Refused("reset without", 400, "query parameter user_session_id is required") {
                $0.post(TestClient.chat("reset"))
            }
        ]

    @Test("a query without user_session_id is a 400", arguments: queries)
    func query(_ refused: Refused) throws { refused.check(try TestClient()) }

    static let routes = [
        Refused("nothing", 404, "Not Found") { $0.get("/") },
        Refused("no such route", 404, "Not Found") { $0.get("/api/v1/sdk/persona") },
        Refused("a slash at the end", 404, "Not Found") { $0.get("/api/v1/sdk/personas/") },
        Refused("no key is asked for there", 404, "Not Found") { $0.get("/api/v1/nothing", key: nil) },
        Refused("a wrong method", 405, "Method Not Allowed") { $0.post("/api/v1/sdk/personas") },
        Refused("a GET of init-session", 405, "Method Not Allowed") { $0.get(TestClient.chat("init-session")) },
    ]

    @Test("an unknown route or method has the API's error shape (G-43)", arguments: routes)
    func route(_ refused: Refused) throws { refused.check(try TestClient()) }

    @Test("an unknown directive is a 400 that names it and the known ones")
    func directive() throws {
        let client = try TestClient()
        client.begin()
        let answer = client.say("[[dance]]")
        #expect(answer.status == 400)
        #expect(
            answer.error == "Unknown directive [[dance]]: known are [[pass]], [[redirect]], [[reject]], [[kick_out]], "
                + "[[follow_up]], [[error 503]], [[error 503 x1]], [[delay 2s]], [[delay 300ms]], [[stream_error]] "
                + "and [[drop after 2]]"
        )
        #expect(client.look("history")["messages"]?.array?.count == 1)
    }

    @Test("an account without directives takes [[pass]] as the player's words")
    func directivesOff() throws {
        let client = try TestClient()
        client.begin(key: "pk_live_other")
        let answer = client.say("[[pass]] [[dance]]", key: "pk_live_other")
        #expect(answer.status == 200)
        #expect(answer["decision"]?.string == "redirect")
    }

    @Test("a new test account is a 503 when too many are in use")
    func full() throws {
        let client = try TestClient(openLimit: 1)
        #expect(client.begin().status == 200)
        let answer = client.begin(key: "pk_test_b")
        #expect(answer.status == 503)
        #expect(
            answer.error
                == "No more test accounts can be open: --open-accounts allows 1, and all of them hold something and were used "
                + "in the last ten minutes. Reset those that are done with (POST /_foilmock/v1/sandboxes/NAME/reset) or delete "
                + "them (DELETE /_foilmock/v1/sandboxes/NAME), try again later, or raise --open-accounts")
        #expect(client.begin().status == 200)
    }
}
