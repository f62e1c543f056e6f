import Fixtures
import Testing

/// Requests with two mistakes: which of the two the answer reports (spec G-30, H-10).
@Suite("The order of the checks")
struct CheckOrderTests {
    static let cases = [
        Refused("key before persona id", 401, ErrorTests.unknownKey) { $0.begin(persona: "x", key: "bad") },
        Refused("key before body", 401, ErrorTests.unknownKey) {
            $0.post(TestClient.chat("message"), "{", key: "bad")
        },
        Refused("route before key", 404, "Not Found") { $0.get("/api/v1/x", key: "bad") },
        Refused("persona id before machine", 400, ErrorTests.personaFormat("x")) { $0.begin("x", persona: "x") },
        Refused("persona id before body", 400, ErrorTests.personaFormat("x")) {
            $0.post(TestClient.chat("message", "x"), "{")
        },
        Refused("persona before machine", 404, "Persona not found") { $0.begin("x", persona: World.nobody) },
        Refused("persona before body", 404, "Persona not found") {
            $0.post(TestClient.chat("message", World.nobody), "{")
        },
        Refused("ownership before publication", 403, "API key does not have access to this persona") {
            $0.begin(persona: World.foreign)
        },
        Refused("ownership before machine", 403, "API key does not have access to this persona") {
            $0.begin("x", persona: World.own)
        },
        Refused("publication before machine", 403, "Persona is not published") { $0.begin("x", persona: World.draft) },
        Refused("publication before body", 403, "Persona is not published") {
            $0.post(TestClient.chat("message", World.draft), "{")
        },
        Refused(
            "machine's form before body", 400,
            #"Invalid machine_id format: "x" is not a UUID; GET /api/v1/sdk/chat/\#(World.mira)/machines lists the ids"#
        ) {
            $0.post(TestClient.chat("message", World.mira, "machine_id=x"), "{")
        },
        Refused("unknown machine before body", 404, "Machine not found") {
            $0.post(TestClient.chat("message", World.mira, "machine_id=\(World.nobody)"), "{")
        },
        Refused("unknown machine before query", 404, "Machine not found") {
            $0.get(TestClient.chat("session", World.mira, "machine_id=\(World.nobody)"))
        },
        Refused("locked machine before the rest of the body", 403, "Machine is locked") {
            $0.post(
                TestClient.chat("message", World.mira, "machine_id=\(World.road)"), #"{"user_session_id":"sam"}"#)
        },
        Refused("locked machine before the player's name", 403, "Machine is locked") {
            $0.post(
                TestClient.chat("init-session", World.mira, "machine_id=\(World.road)"), #"{"user_session_id":"sam"}"#)
        },
        Refused("locked machine before the session", 403, "Machine is locked") { $0.say("x", on: World.road) },
        Refused("player before message", 400, "user_session_id is required") {
            $0.post(TestClient.chat("message"), "{}")
        },
        Refused("body before session", 400, "message is required") {
            $0.post(TestClient.chat("message"), #"{"user_session_id":"sam"}"#)
        },
        Refused(
            "directive before session", 400,
            "Unknown directive [[x]]: known are [[pass]], [[redirect]], [[reject]], [[kick_out]], "
                + "[[follow_up]], [[error 503]], [[error 503 x1]], [[delay 2s]], [[delay 300ms]], [[stream_error]] "
                + "and [[drop after 2]]"
        ) { $0.say("[[x]]") },
    ]

    @Test("of two mistakes the one that is checked first is reported", arguments: cases)
    func order(_ refused: Refused) throws { refused.check(try TestClient()) }

    static let afterLimit = [
        Refused("before persona id", 429, "Rate limit exceeded. Try again in 60 s") { $0.begin(persona: "x") },
        Refused("before persona", 429, "Rate limit exceeded. Try again in 60 s") { $0.begin(persona: World.nobody) },
        Refused("before body", 429, "Rate limit exceeded. Try again in 60 s") {
            $0.post(TestClient.chat("init-session"), "{")
        },
        Refused("after the key", 401, ErrorTests.unknownKey) { $0.begin(key: "bad") },
        Refused("after the route", 404, "Not Found") { $0.get("/api/v1/x") },
        Refused("after the method", 405, "Method Not Allowed") { $0.post("/api/v1/sdk/personas") },
    ]

    @Test("the rate is checked after the key and before everything else", arguments: afterLimit)
    func rate(_ refused: Refused) throws {
        let client = try TestClient(limits: RateLimits(otherPerMinute: 1))
        #expect(client.get("/api/v1/sdk/personas").status == 200)
        refused.check(client)
    }

    @Test("the body of a message is checked before the end of its conversation")
    func endedLast() throws {
        let client = try TestClient()
        client.begin()
        client.say("idiot")
        #expect(client.say(" ").error == "message must not be empty")
        #expect(client.say("hello").error == "Conversation has already ended")
    }
}
