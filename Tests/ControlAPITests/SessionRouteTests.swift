import Emulator
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Sessions over HTTP")
struct SessionRouteTests {
    private static let sessions = "/sandboxes/pk_test_a/sessions"

    /// The path of the only session of a player.
    private static func path(_ client: ControlClient, player: String = "sam") throws -> String {
        let listed = client.control(.get, sessions)["sessions"]?.array ?? []
        let found = try #require(listed.first { $0["player"]?.string == player })
        return "\(sessions)/\(found["session_id"]?.string ?? "")"
    }

    @Test("a session is returned with all its fields")
    func show() throws {
        let client = try ControlClient()
        let begun = client.begin()
        client.say("hm")
        let path = try Self.path(client)
        let answer = client.control(.get, path)
        let id = try #require(begun["session_id"]?.string)
        let machine = try #require(begun["machine_id"]?.string)
        #expect(
            answer.text == """
                {"session_id":"\(id)","channel":"sdk","player":"sam","persona_id":"\(World.mira)","persona":"mira",\
                "machine_id":"\(machine)","machine":"gate","player_name":"Sam","player_gender":"female",\
                "state_key":"door","score":0,"outcome":null,"redirect_count":1,"turn_count":1,"captures":{},\
                "variables":{},"started_at":"2026-03-10T12:00:00Z","last_message_at":"2026-03-10T12:00:00Z"}
                """)
        #expect(client.control(.get, Self.sessions).text == "{\"sessions\":[\(answer.text)]}")
    }

    @Test("the turns of a session are listed, oldest first, as a snapshot has them")
    func turns() throws {
        let client = try ControlClient()
        client.begin()
        for line in ["hm", "gold"] { client.say(line) }
        let path = try "\(Self.path(client))/turns"
        #expect(
            client.control(.get, "\(path)?after=0&limit=1").text == """
                {"turns":[{"number":1,"at":"2026-03-10T12:00:00.000000000Z","line":"hm","reply":"One, and more than one.",\
                "decision":"redirect","follow_up":false,"state_key":"door","score":0}]}
                """)
        let whole = client.control(.get, path).text
        #expect(client.control(.get, "/sandboxes/pk_test_a/snapshot").text.contains(whole.dropFirst().dropLast()))
        let asked = [
            ("", [0, 1, 2]), ("?after=1", [2]), ("?after=2", []), ("?limit=2", [0, 1]), ("?limit=0", []),
        ]
        for (query, numbers) in asked {
            let listed = client.control(.get, path + query)["turns"]?.array ?? []
            #expect(listed.compactMap { $0["number"]?.integer } == numbers, "\(query)")
        }
        #expect(client.control(.get, "\(path)?after=none").status == 400)
        #expect(client.control(.get, "\(path)?unknown=1").status == 400)
        #expect(client.control(.get, "\(Self.sessions)/none/turns").status == 404)
    }

    @Test("a change of a session takes effect for its player at once")
    func change() throws {
        let client = try ControlClient()
        client.begin()
        let path = try Self.path(client)
        let changed = client.control(.patch, path, #"{"state_key":"hall","score":5,"variables":{"a":"b"}}"#)
        #expect((changed["outcome"]?.string, changed["state_key"]?.string) == ("ACCEPT", "hall"))
        #expect(changed["variables"]?["a"]?.string == "b")
        #expect(client.say("hello").status == 400)
        #expect(client.control(.patch, path, #"{"state_key":"door"}"#)["outcome"]?.isNull == true)
        #expect(client.say("gold")["outcome"]?.string == "ACCEPT")
        let wrong = client.control(.patch, path, #"{"state_key":"hal"}"#)
        #expect(wrong.status == 400)
        #expect(
            wrong.error == """
                $.state_key: names no state of the machine "gate": "hal"; did you mean "hall"?; its states are door, hall
                """)
    }

    @Test("a fork and its original go on apart")
    func fork() throws {
        let client = try ControlClient()
        client.begin()
        for _ in 1...2 { client.say("hm") }
        let path = try Self.path(client)
        let fork = client.control(.post, "\(path)/fork", #"{"turn":1,"player":"sam-2"}"#)
        #expect((fork["player"]?.string, fork["turn_count"]?.integer, fork["exact"]?.bool) == ("sam-2", 1, true))
        #expect(client.say("hm", player: "sam-2")["message"]?.string == "Two.")
        #expect(client.say("hm")["message"]?.string == "Three.")
        #expect(client.control(.post, "\(path)/fork", #"{"turn":1,"player":"sam-2"}"#).status == 409)
        let wrong = client.control(.post, "\(path)/fork", #"{"turn":9,"player":"sam-3"}"#)
        #expect((wrong.status, wrong.error) == (400, "$.turn: the session has no turn 9; its turns are 0 to 3"))
        #expect(client.control(.post, "\(path)/fork", #"{"turn":1}"#).error == "$: a fork has no \"player\"")
    }

    @Test("each turn has an explanation, after a restart too")
    func explain() throws {
        let store = MemoryStore()
        let client = try ControlClient(store: store)
        client.begin()
        client.say("hm")
        client.say("gold")
        let path = try Self.path(client)
        let explanation = client.control(.get, "\(path)/turns/2")
        #expect(explanation["before"]?["state_key"]?.string == "door")
        #expect(explanation["after"]?["outcome"]?.string == "REJECT")
        #expect(explanation["ending"]?["rule"]?.string == "ruled")
        let candidate = try #require(explanation["candidates"]?.array?.first)
        #expect(candidate["result"]?.string == "fires")
        #expect(candidate["origin"]?.string?.hasPrefix("personas/mira/machines/gate.json:") == true)
        #expect(candidate["reasons"]?.array?.first?["text"]?.string == #""gold" occurs in "gold""#)
        let again = try ControlClient(store: store)
        #expect(again.control(.get, "\(path)/turns/2").text == explanation.text)
        #expect(again.control(.get, "\(path)/turns/1")["speech"]?["said"]?["bubbles"]?.array?.count == 1)
    }

    @Test("the explanation of a scripted turn shows the script, and is gone after a restart")
    func scripted() throws {
        let store = MemoryStore()
        let client = try ControlClient(store: store)
        client.begin()
        client.control(.post, "/sandboxes/pk_test_a/scripts", #"{"steps":[{"decision":"pass","reply":"In."}]}"#)
        client.say("hello")
        let path = try Self.path(client)
        let explanation = client.control(.get, "\(path)/turns/1")
        #expect(explanation["cause"]?.string == "directive")
        #expect(explanation["directives"]?.array?.map(\.string) == ["[[pass]]"])
        #expect(explanation["speech"]?["speaker"]?.string == "given")
        let again = try ControlClient(store: store).control(.get, "\(path)/turns/1")
        #expect(again.status == 404)
        #expect(again.error?.hasPrefix("Turn 1 cannot be explained any more") == true)
    }

    @Test(
        "the greeting and a turn that does not exist have no explanation",
        arguments: [
            ("0", "Turn 0 answers no line of the player"), ("7", "The session has no turn 7; its turns are 0 to 1"),
        ])
    func unexplained(_ turn: String, _ message: String) throws {
        let client = try ControlClient()
        client.begin()
        client.say("hm")
        let answer = client.control(.get, "\(try Self.path(client))/turns/\(turn)")
        #expect(answer.status == 404)
        #expect(answer.error?.hasPrefix(message) == true)
    }

    @Test("an explanation is of the stored turn, not of one that failed before")
    func unkept() throws {
        let store = FailingStore(MemoryStore())
        let client = try ControlClient(store: store)
        client.begin()
        store.fail(in: 3)
        #expect(client.say("hm").status == 503)
        client.say("gold")
        #expect(client.control(.get, "\(try Self.path(client))/turns/1")["text"]?.string == "gold")
    }
}
