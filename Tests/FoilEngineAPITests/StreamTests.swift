import Fixtures
import FoilEngineAPI
import HTTP
import JSON
import Testing

/// An event as it is sent.
struct WireEvent: Equatable {
    let name: String
    let data: String

    /// Nil unless the text is nothing but events of one event line, one data line and a blank line (spec D).
    static func all(_ text: String) -> [WireEvent]? {
        guard text.hasSuffix("\n\n") else { return nil }
        var events: [WireEvent] = []
        for block in text.dropLast(2).split(separator: "\n\n", omittingEmptySubsequences: false) {
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else { return nil }
            events.append(WireEvent(name: String(lines[0].dropFirst(7)), data: String(lines[1].dropFirst(6))))
        }
        return events
    }

    var json: JSONValue? { try? JSONReader.read(Array(data.utf8)) }
}

@Suite("Message streams (spec D)")
struct StreamTests {
    private func stream(
        _ client: TestClient, _ line: String, key: String = "pk_test_a"
    ) -> Answer {
        client.post(
            TestClient.chat("message/stream"), "{\"message\":\"\(line)\",\"user_session_id\":\"sam\"}", key: key)
    }

    private func steps(_ answer: Answer) -> [String] {
        answer.delivery.steps.map { step in
            switch step {
            case .bytes(let bytes): WireEvent.all(String(decoding: bytes, as: UTF8.self))?.first?.name ?? "?"
            case .wait(let duration): "wait \(duration)"
            case .close: "close"
            case .later: "later"
            case .reset: "reset"
            }
        }
    }

    @Test("a stream is metadata, the text in pieces, then done, each event a part of its own")
    func order() throws {
        let client = try TestClient()
        client.begin()
        let answer = stream(client, "friend")
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType] == "text/event-stream; charset=utf-8")
        #expect(answer.delivery.framing == .stream)
        #expect(steps(answer) == ["metadata", "text_delta", "text_delta", "text_delta", "done"])
        #expect(
            answer.text.hasPrefix(
                #"event: metadata"# + "\n"
                    + #"data: {"current_state":"yard","score":2,"outcome":null,"decision":"pass","#
                    + #""follow_up":true,"redirect_count":0,"session_id":""#))
    }

    @Test("a stream has the data of message for the same turn, and metadata has it without the text")
    func sameTurn() throws {
        let (streaming, plain) = (try TestClient(), try TestClient())
        streaming.begin()
        plain.begin()
        for line in ["friend", "weather", "gold"] {
            let events = try #require(WireEvent.all(stream(streaming, line).text))
            let message = plain.say(line)
            #expect(events.last?.data == message.text)
            #expect(events[0].json?.keys == message.keys.map { Array($0.dropFirst()) })
            #expect(message.keys?.first == "message")
            let text = events.filter { $0.name == "text_delta" }.compactMap { $0.json?["text"]?.string }.joined()
            #expect(text == message["message"]?.string)
        }
        #expect(streaming.look("history").text == plain.look("history").text)
    }

    @Test("everything outside ASCII is escaped, with U+2028 and U+0085")
    func ascii() throws {
        let client = try TestClient()
        client.post(
            TestClient.chat("init-session", World.mira, "machine_id=\(World.gate)"),
            #"{"user_session_id":"sam","player_name":"A\u2028B\u0085é🔥","player_gender":"female"}"#)
        client.post(TestClient.chat("message"), #"{"message":"x","user_session_id":"sam"}"#)
        let answer = stream(client, "say my name")
        #expect(answer.text.utf8.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || $0 == 0x0A) })
        let done = try #require(WireEvent.all(answer.text)?.last?.json)
        #expect(done["message"]?.string == "You are A\u{2028}B\u{85}é🔥.")
    }

    @Test("a mistake before the stream opens is an ordinary error (spec D)")
    func errors() throws {
        let client = try TestClient(limits: .init(messagesPerMinute: 6))
        #expect(stream(client, "hi").error == "No active session found")
        client.begin()
        #expect(stream(client, "hi", key: "pk_live_none").status == 401)
        #expect(stream(client, "").error == "message must not be empty")
        #expect(stream(client, "[[dance]]").status == 400)
        #expect(stream(client, "friend [[error 503]]").error == "The message asked for this error")
        #expect(stream(client, "idiot").status == 200)
        #expect(stream(client, "hello").error == "Conversation has already ended")
        let limited = stream(client, "hello")
        #expect(limited.status == 429)
        #expect(limited.fields[.retryAfter] == "60")
        #expect(client.look("history")["messages"]?.array?.count == 3)
    }

    @Test("the text waits for first_token_ms, then comes at tokens_per_second; done follows the last piece")
    func paced() throws {
        var options = FoilEngine.Options()
        options.pacing = Pacing(firstTokenMilliseconds: 400, tokensPerSecond: 20)
        let client = try TestClient(options: options)
        client.begin()
        #expect(
            steps(stream(client, "friend")) == [
                "metadata", "wait 0.4 seconds", "text_delta", "wait 0.05 seconds", "text_delta", "wait 0.05 seconds",
                "text_delta", "done",
            ])
    }

    @Test("[[stream_error]] sends an error event after the first piece, and the turn is kept")
    func streamError() throws {
        let client = try TestClient()
        client.begin()
        let answer = stream(client, "friend [[stream_error]]")
        #expect(steps(answer) == ["metadata", "text_delta", "error"])
        #expect(WireEvent.all(answer.text)?.last?.data == #"{"error":"The message asked for this error"}"#)
        #expect(client.look("session")["current_state"]?.string == "yard")
    }

    @Test(
        "[[drop after N]] closes the connection after N events, and the turn is kept",
        arguments: [
            (0, ["close"]), (2, ["metadata", "text_delta", "close"]),
            (9, ["metadata", "text_delta", "text_delta", "text_delta", "done", "close"]),
        ])
    func drop(_ count: Int, _ expected: [String]) throws {
        let client = try TestClient()
        client.begin()
        #expect(steps(stream(client, "friend [[drop after \(count)]]")) == expected)
        #expect(client.look("history")["messages"]?.array?.count == 3)
    }

    @Test("[[delay 2s]] delays an answer, an error and a stream, and not the turn")
    func delay() throws {
        let client = try TestClient()
        client.begin()
        #expect(client.say("hm [[delay 2s]]").delivery.steps.first == .wait(.seconds(2)))
        #expect(client.look("history")["messages"]?.array?.count == 3)
        #expect(client.say("[[delay 300ms]] [[error 500]]").delivery.steps.first == .wait(.milliseconds(300)))
        #expect(steps(stream(client, "friend [[delay 1s]]")).prefix(2) == ["wait 1.0 seconds", "metadata"])
    }

    @Test(
        "a directive for streams is refused in a message without a stream",
        arguments: ["[[stream_error]]", "[[drop after 1]]"])
    func noStream(_ directive: String) throws {
        let client = try TestClient()
        client.begin()
        let answer = client.say("friend \(directive)")
        #expect(answer.error == "[[stream_error]] and [[drop after N]] are for event streams alone")
        #expect(client.look("history")["messages"]?.array?.count == 1)
    }
}
