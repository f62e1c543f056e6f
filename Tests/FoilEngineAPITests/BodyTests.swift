import JSON
import Testing

@Suite("Bodies")
struct BodyTests {
    struct Case: Sendable {
        let body: String
        let message: String

        init(_ body: String, _ message: String) { (self.body, self.message) = (body, message) }
    }

    static let long = String(repeating: "é", count: 1001)
    /// With a letter before them one `Character`, and more than half a megabyte.
    static let marks = String(repeating: "\u{301}", count: 300_000)
    static let fewMarks = String(repeating: "\u{301}", count: 1000)

    static let common = [
        Case("", "Invalid request body: not JSON: the body is empty"),
        Case(
            "{",
            "Invalid request body: not JSON: expected a key in double quotes or '}', found the end of the text (at byte 1)"
        ),
        Case(
            "user_session_id=sam",
            "Invalid request body: not JSON: the body is a form: send JSON, with Content-Type: application/json"),
        Case("[]", "Invalid request body: it must be a JSON object"),
        Case("null", "Invalid request body: it must be a JSON object"),
        Case("{}", "user_session_id is required"), Case(#"{"user_session_id":null}"#, "user_session_id is required"),
        Case(#"{"user_session_id":7}"#, "user_session_id must be a string"),
        Case(#"{"user_session_id":["sam"]}"#, "user_session_id must be a string"),
        Case(#"{"user_session_id":""}"#, "user_session_id must not be empty"),
        Case(#"{"user_session_id":" \t\n"}"#, "user_session_id must not be empty"),
        Case(#"{"user_session_id":"\u2003\u00a0"}"#, "user_session_id must not be empty"),
        Case(#"{"user_session_id":"\u0019"}"#, "user_session_id must not be empty"),
        Case(#"{"user_session_id":"\u0000\u3000"}"#, "user_session_id must not be empty"),
        Case("{\"user_session_id\":\"\(long)\"}", "user_session_id must have at most 1000 characters"),
        Case("{\"user_session_id\":\"e\(marks)\"}", "user_session_id must have at most 1000 characters"),
        Case("{\"user_session_id\":\"e\(fewMarks)\"}", "user_session_id must have at most 1000 characters"),
    ]

    @Test("a body without a player is a 400 that names the field", arguments: common, ["init-session", "message"])
    func player(_ item: Case, _ route: String) throws {
        let answer = try TestClient().post(TestClient.chat(route), item.body)
        #expect(answer.status == 400)
        #expect(answer.error == item.message)
    }

    static let inits = [
        Case(#"{}"#, "player_name is required"), Case(#"{"player_name":1}"#, "player_name must be a string"),
        Case(#"{"player_name":" "}"#, "player_name must not be empty"),
        Case("{\"player_name\":\"\(long)\"}", "player_name must have at most 1000 characters"),
        Case("{\"player_name\":\"e\(marks)\"}", "player_name must have at most 1000 characters"),
        Case(#"{"player_name":"Sam"}"#, "player_gender is required"),
        Case(#"{"player_name":"Sam","player_gender":null}"#, "player_gender is required"),
        Case(#"{"player_name":"Sam","player_gender":true}"#, "player_gender must be a string"),
        Case(#"{"player_name":"Sam","player_gender":""}"#, "player_gender must not be empty"),
        Case(
            #"{"player_name":"Sam","player_gender":"Female"}"#, "player_gender must be one of female, male, non-binary"),
        Case(
            #"{"player_name":"Sam","player_gender":"other"}"#, "player_gender must be one of female, male, non-binary"),
    ]

    @Test("init-session without a player's name or gender is a 400 that names the field", arguments: inits)
    func begin(_ item: Case) throws {
        let body = "{\"user_session_id\":\"sam\"," + item.body.dropFirst()
        let answer = try TestClient().post(
            TestClient.chat("init-session"), body.replacing(",}", with: "}"))
        #expect(answer.status == 400)
        #expect(answer.error == item.message)
    }

    static let messages = [
        Case(#"{"user_session_id":"sam"}"#, "message is required"),
        Case(#"{"user_session_id":"sam","message":{}}"#, "message must be a string"),
        Case(#"{"user_session_id":"sam","message":""}"#, "message must not be empty"),
        Case(#"{"user_session_id":"sam","message":"\u3000"}"#, "message must not be empty"),
        Case(
            "{\"user_session_id\":\"sam\",\"message\":\"\(String(repeating: "é", count: 10_001))\"}",
            "message must have at most 10000 characters"),
        Case("{\"user_session_id\":\"sam\",\"message\":\"e\(marks)\"}", "message must have at most 10000 characters"),
    ]

    @Test("a message that is missing, empty or too long is a 400 that names the field", arguments: messages)
    func message(_ item: Case) throws {
        let client = try TestClient()
        client.begin()
        let answer = client.post(TestClient.chat("message"), item.body)
        #expect(answer.status == 400)
        #expect(answer.error == item.message)
        #expect(client.look("history")["messages"]?.array?.count == 1)
    }

    @Test("the longest names and messages are accepted")
    func longest() throws {
        let client = try TestClient()
        let name = String(repeating: "é", count: 1000)
        let begun = client.post(
            TestClient.chat("init-session"),
            "{\"user_session_id\":\"\(name)\",\"player_name\":\"\(name)\",\"player_gender\":\"non-binary\"}")
        #expect(begun.status == 200)
        #expect(begun["user_session_id"]?.string == name)
        let line = String(repeating: "é", count: 10_000)
        #expect(client.say(line, player: name).status == 200)
    }

    @Test("each gender is accepted", arguments: ["female", "male", "non-binary"])
    func gender(_ gender: String) throws {
        let body = "{\"user_session_id\":\"sam\",\"player_name\":\"Sam\",\"player_gender\":\"\(gender)\"}"
        #expect(try TestClient().post(TestClient.chat("init-session"), body)["player_gender"]?.string == gender)
    }

    @Test("unknown members are ignored, and the last of repeated members counts")
    func extra() throws {
        let client = try TestClient()
        client.begin()
        let answer = client.post(
            TestClient.chat("message"),
            #"{"user_session_id":"x","message":"friend","user_session_id":"sam","more":[1]}"#)
        #expect(answer["current_state"]?.string == "yard")
    }

    @Test("a body that nests too deep is a 400")
    func deep() throws {
        let body = String(repeating: "[", count: 65)
        let answer = try TestClient().post(TestClient.chat("message"), body)
        #expect(answer.status == 400)
        #expect(
            answer.error
                == "Invalid request body: not JSON: expected at most 64 levels of nesting, found one more (at byte 64)")
    }

    @Test("an empty machine_id counts as none (G-21)")
    func emptyMachine() throws {
        let client = try TestClient()
        #expect(client.begin("")["machine_id"]?.string == World.gate)
        #expect(client.say("friend", on: "").status == 200)
        #expect(client.look("session", on: "").status == 200)
        #expect(client.reset(on: "").status == 200)
    }

    @Test("ids are read in either case, and a query may hold any player's name")
    func spelling() throws {
        let client = try TestClient()
        #expect(client.begin(World.gate.uppercased(), persona: World.mira.uppercased(), player: "é &=+").status == 200)
        #expect(client.look("session", player: "%C3%A9+%26%3D%2B").status == 200)
    }
}
