import JSON
import Testing

@Suite("Conversations")
struct ConversationTests {
    @Test("H-6: a message after the end is a 400, and nothing changes", arguments: ["idiot", "friend, gold"])
    func ended(_ lines: String) throws {
        let client = try TestClient()
        client.begin()
        for line in lines.split(separator: ", ") { client.say(String(line)) }
        let before = (client.look("session").text, client.look("history").text, client.look("machines").text)
        for _ in 0..<2 {
            let answer = client.say("hello")
            #expect(answer.status == 400)
            #expect(answer.error == "Conversation has already ended")
        }
        #expect((client.look("session").text, client.look("history").text, client.look("machines").text) == before)
    }

    @Test("init-session begins a new session, with another id and an empty history")
    func beginAgain() throws {
        let client = try TestClient()
        let first = client.begin()["session_id"]?.string
        client.say("friend")
        let second = client.begin()["session_id"]?.string
        #expect(first != second)
        let session = client.look("session")
        #expect(session["session_id"]?.string == second)
        #expect(session["current_state"]?.string == "door")
        #expect(session["score"]?.integer == 0)
        #expect(client.look("history")["messages"]?.array?.count == 1)
    }

    @Test("each account, player and machine has its own conversation")
    func apart() throws {
        let client = try TestClient()
        client.begin()
        client.begin(player: "ann")
        client.begin(key: "pk_test_b")
        client.say("friend")
        #expect(client.look("session")["current_state"]?.string == "yard")
        #expect(client.look("session", player: "ann")["current_state"]?.string == "door")
        #expect(client.look("session", key: "pk_test_b")["current_state"]?.string == "door")
        #expect(client.look("session", key: "pk_live_demo").status == 404)
    }

    @Test("both keys of an account reach the same sessions")
    func keysOfOneAccount() throws {
        let client = try TestClient()
        client.begin(key: "pk_live_demo")
        #expect(client.look("session", key: "pk_live_second").status == 200)
    }

    @Test("H-11: without machine_id the session active last is used")
    func latest() throws {
        let client = try TestClient()
        client.begin(World.gate)
        client.begin(World.side)
        #expect(client.look("session")["machine_id"]?.string == World.side)
        client.say("friend", on: World.gate)
        #expect(client.look("session")["machine_id"]?.string == World.gate)
        #expect(client.say("hm")["current_state"]?.string == "yard")
        #expect(client.look("history")["messages"]?.array?.count == 5)
        #expect(client.look("history", on: World.side)["messages"]?.array?.count == 1)
    }

    @Test("the same requests get the same bytes, on another server and among other requests")
    func deterministic() throws {
        func talk(_ client: TestClient) -> [String] {
            [client.begin(), client.say("friend"), client.say("gold"), client.look("history"), client.look("machines")]
                .map(\.text)
        }
        let busy = try TestClient()
        busy.begin(key: "pk_test_b")
        busy.begin(player: "ann")
        #expect(try talk(TestClient()) == talk(busy))
    }
}

@Suite("Locked machines")
struct UnlockTests {
    /// The keys, sessions and outcomes that `GET machines` shows.
    static func machines(_ client: TestClient) -> [String] {
        client.look("machines").json?.array?.map { machine in
            let parts = ["machine_key", "has_session", "session_outcome"].map { machine[$0]?.shown ?? "" }
            return parts.joined(separator: " ").filter { $0 != "\"" }
        } ?? []
    }

    @Test("a player without a session sees the machines that can be begun")
    func discovery() throws {
        #expect(try Self.machines(TestClient()) == ["gate false null", "side false null"])
    }

    @Test("an accepted gate unlocks the road, which can then be begun and played")
    func unlock() throws {
        let client = try TestClient()
        #expect(client.begin(World.road).status == 403)
        client.begin()
        client.say("friend")
        #expect(Self.machines(client) == ["gate true null", "side false null"])
        let last = client.say("gold")
        #expect(last["unlocked_machines"]?.array?.count == 1)
        // It advances by itself only in the client (G-25).
        #expect(Self.machines(client) == ["gate false ACCEPT", "road false null", "side false null"])
        #expect(client.begin(World.road)["message"]?.string == "On foot?")
        #expect(client.say("I walk")["outcome"]?.string == "ACCEPT")
        #expect(Self.machines(client) == ["gate false ACCEPT", "road false ACCEPT", "side false null"])
    }

    @Test("an end without ACCEPT unlocks nothing")
    func noUnlock() throws {
        let client = try TestClient()
        client.begin()
        #expect(client.say("idiot")["unlocked_machines"]?.array?.isEmpty == true)
        #expect(Self.machines(client) == ["gate false KICK_OUT", "side false null"])
        #expect(client.begin(World.road).error == "Machine is locked")
    }

    @Test("an unlock outlives a new init of the gate, and is not listed again (G-23, G-24)")
    func persists() throws {
        let client = try TestClient()
        client.begin()
        client.say("friend")
        client.say("gold")
        client.begin()
        #expect(Self.machines(client) == ["gate true null", "road false null", "side false null"])
        client.say("friend")
        #expect(client.say("gold")["unlocked_machines"]?.array?.isEmpty == true)
        #expect(client.begin(World.road).status == 200)
    }

    @Test("an unlock holds for one player in one account")
    func apart() throws {
        let client = try TestClient()
        client.begin()
        client.say("friend")
        client.say("gold")
        #expect(client.begin(World.road).status == 200)
        #expect(client.begin(World.road, player: "ann").status == 403)
        #expect(client.begin(World.road, key: "pk_test_b").status == 403)
    }

    @Test("a full reset locks the road again, a reset of the gate does not")
    func reset() throws {
        let client = try TestClient()
        client.begin()
        client.say("friend")
        client.say("gold")
        #expect(client.reset(on: World.gate).status == 200)
        #expect(Self.machines(client) == ["gate false null", "road false null", "side false null"])
        #expect(client.reset().status == 200)
        #expect(Self.machines(client) == ["gate false null", "side false null"])
        #expect(client.begin(World.road).status == 403)
    }
}

@Suite("Reset")
struct ResetTests {
    @Test("after a reset there is no session until the next init")
    func gone() throws {
        let client = try TestClient()
        let first = client.begin().text
        client.say("friend")
        #expect(client.reset().status == 200)
        #expect(client.look("session").status == 404)
        #expect(client.look("history").status == 404)
        #expect(client.say("gold").status == 404)
        #expect(client.begin().text == first)
    }

    @Test("a reset with machine_id removes that machine's session only")
    func one() throws {
        let client = try TestClient()
        client.begin(World.gate)
        client.begin(World.side)
        #expect(client.reset(on: World.side).status == 200)
        #expect(client.look("session", on: World.side).status == 404)
        #expect(client.look("session")["machine_id"]?.string == World.gate)
    }

    @Test("an ended conversation can be reset")
    func ended() throws {
        let client = try TestClient()
        client.begin()
        client.say("idiot")
        #expect(client.reset(on: World.gate).status == 200)
        #expect(client.begin().status == 200)
        #expect(client.say("friend").status == 200)
    }

    @Test("a reset without a session is refused")
    func twice() throws {
        let client = try TestClient()
        client.begin()
        #expect(client.reset(on: World.gate).status == 200)
        #expect(client.reset(on: World.gate).error == "No active session found")
        #expect(client.reset(on: World.side).error == "No active session found")
        #expect(client.reset().status == 200)
        #expect(client.reset().error == "No active session found")
    }

    @Test("a reset leaves the sessions of other players and accounts")
    func others() throws {
        let client = try TestClient()
        client.begin()
        client.begin(player: "ann")
        client.begin(key: "pk_test_b")
        #expect(client.reset().status == 200)
        #expect(client.look("session", player: "ann").status == 200)
        #expect(client.look("session", key: "pk_test_b").status == 200)
    }
}
