import JSON
import Support
import Testing

@Suite("History")
struct HistoryTests {
    /// Role, content, state, score, decision and flag of each message.
    static func rows(_ client: TestClient) -> [String] {
        client.look("history")["messages"]?.array?.map { message in
            let keys = ["role", "content", "state_key_at_time", "score_at_time", "decision", "follow_up_triggered"]
            return keys.map { message[$0]?.shown ?? "missing" }.joined(separator: " ").filter { $0 != "\"" }
        } ?? []
    }

    @Test("a greeting is the first message: from the persona, without decision, with score 0")
    func greeting() throws {
        let client = try TestClient()
        client.begin()
        #expect(Self.rows(client) == ["assistant Halt, Sam. door 0 null false"])
    }

    @Test("both messages of a turn have the state and score after it, the reply has the decision (G-26, G-27, G-28)")
    func turns() throws {
        let client = try TestClient()
        client.begin()
        client.say("what?")
        client.say("friend")
        client.say("gold")
        #expect(
            Self.rows(client) == [
                "assistant Halt, Sam. door 0 null false", "user what? door 0 null false",
                "assistant That is not what we were talking about. door 0 redirect false",
                "user friend yard 2 null false",
                "assistant Come in, then. yard 2 pass true", "user gold hall 4 null false",
                "assistant Welcome. hall 4 pass false",
            ])
        let history = client.look("history")
        #expect(history["current_state"]?.string == "hall")
        #expect(history["score"]?.integer == 4)
        #expect(history["outcome"]?.string == "ACCEPT")
    }

    @Test("a player's line is in the history as it was sent, with its directives")
    func asSent() throws {
        let client = try TestClient()
        client.begin()
        client.say(#" [[pass]] “é” \u0001 🔥 \\ "#)
        let lines = client.look("history")["messages"]?.array?.map { $0["content"]?.string }
        #expect(lines?[1] == " [[pass]] “é” \u{1} 🔥 \\ ")
    }

    @Test("messages have the times of their turns")
    func moments() throws {
        let client = try TestClient()
        client.begin()
        client.clock.advance(seconds: 10)
        client.say("friend")
        client.clock.advance(seconds: 3600)
        client.say("gold")
        let moments = client.look("history")["messages"]?.array?.map { $0["created_at"]?.string }
        #expect(
            moments == [
                "2026-03-10T12:00:00Z", "2026-03-10T12:00:10Z", "2026-03-10T12:00:10Z", "2026-03-10T13:00:10Z",
                "2026-03-10T13:00:10Z",
            ])
        let session = client.look("session")
        #expect(session["started_at"]?.string == "2026-03-10T12:00:00Z")
        #expect(session["last_message_at"]?.string == "2026-03-10T13:00:10Z")
    }

    @Test("every message has an id of its own, which does not change")
    func ids() throws {
        let client = try TestClient()
        client.begin()
        client.say("friend")
        func ids() -> [String] { client.look("history")["messages"]?.array?.compactMap { $0["id"]?.string } ?? [] }
        let first = ids()
        #expect(first.count == 3)
        #expect(Set(first).count == 3)
        client.say("hello")
        #expect(Array(ids().prefix(3)) == first)
        #expect(Set(ids()).count == 5)
        client.begin()
        #expect(Set(ids()).isDisjoint(with: first))
    }

    @Test("a session that is begun again begins its list of lines again")
    func linesInOrder() throws {
        let client = try TestClient()
        client.begin()
        client.say("friend")
        client.say("gold")
        #expect(client.begin(World.road)["message"]?.string == "On foot?")
        #expect(client.begin(World.road)["message"]?.string == "On foot?")
    }

    @Test("a long history has all its messages")
    func long() throws {
        let client = try TestClient()
        client.begin()
        for number in 1...300 { client.say("line \(number)") }
        let messages = try #require(client.look("history")["messages"]?.array)
        #expect(messages.count == 601)
        #expect(messages[599]["content"]?.string == "line 300")
    }
}
