import Dialogue
import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("The tokens and the envelope of the Characters API")
struct TokenTests {
    @Test(
        "a request without a known token is a 401 that names what is wanted",
        arguments: [
            (["X-Connector-Token": "x"], "No character has this"),
            (["X-Connector-Token": "ftc_live_..."], "ftc_test_<name>"),
            (["X-Connector-Token": "ftc_live_studio"], "ftc_test_<name>"),
            (["X-Connector-Token": "ftc_test_"], "ftc_test_<name>"),
            (["X-Connector-Token": "ftc_test_a+nonsense"], "after + in a test key"),
            (["X-Connector-Token": ""], "X-Connector-Token is missing"),
            (["Authorization": "Bearer ftc_test_a"], "X-Connector-Token is missing"),
            (["X-API-Key": "ft_sk_test_a"], "for the Handshake API of fluidtalk 1"),
            (["X-Connector-Token": "ft_sk_test_a"], "for the Handshake API of fluidtalk 1"),
        ] as [(KeyValuePairs<String, String>, String)])
    func refused(_ fields: KeyValuePairs<String, String>, _ message: String) throws {
        let answer = try Studio().send(.get, "/api/v1/characters/self-test", fields: fields)
        #expect(answer.status == 401)
        #expect(answer.code == "unauthorized")
        #expect(answer.message?.contains(message) == true, "\(answer.text)")
        #expect(answer.text.contains("ftc_live_") == false)
    }

    @Test("a token of this API on a path of the Handshake API is told what it is for")
    func otherPath() throws {
        for field in ["X-API-Key", "X-Connector-Token"] {
            let answer = try Studio().send(.post, "/api/v1/bot/chat", fields: [field: "ftc_test_a"] as KeyValuePairs)
            #expect(answer.status == 401)
            #expect(answer.text.contains("/api/v1/characters/"), "\(answer.text)")
        }
    }

    @Test("each answer has its request's id, in the body and as a field")
    func requestIDs() throws {
        let studio = try Studio()
        for answer in [
            studio.chat("hi"), studio.chat(""), studio.get("nothing"), studio.post("self-test", ""),
            studio.get("self-test"), studio.chat("hi", token: "x"),
        ] {
            #expect(answer.id?.hasPrefix("req_") == true, "\(answer.text)")
            #expect(answer.fields[.requestID] == answer.id)
        }
    }

    @Test("an id that the client sends is the answer's")
    func ownID() throws {
        let answer = try Studio().send(
            .get, "/api/v1/characters/self-test",
            fields: ["X-Connector-Token": "ftc_test_a", "X-Request-ID": "mine-1"])
        #expect(answer.id == "mine-1")
    }

    @Test(
        "whatever happens below a path of the API is an error in its envelope",
        arguments: [
            (HTTP.Method.get, "/api/v1/characters", 404), (.get, "/api/v1/characters/", 404),
            (.post, "/api/v1/characters/chat/", 404), (.get, "/api/v1/characters/chat", 405),
            (.post, "/api/v1/characters/followups/a/b/ack", 404), (.delete, "/api/v1/characters/self-test", 405),
            (.get, "/api/v1/characters/uploads/a/b.jpg", 404), (.get, "/api/v1/characters/samples/x", 404),
            (.get, "/api/v1/characters/media/\(Studio.persona)/x.jpg", 404),
        ])
    func noRoute(_ method: HTTP.Method, _ path: String, _ status: Int) throws {
        let answer = try Studio().send(method, path)
        #expect(answer.status == status)
        #expect(answer.code == (status == 404 ? "not_found" : "method_not_allowed"), "\(answer.text)")
        #expect(answer.json?["error"]?["type"]?.string == "client_error")
        #expect(answer.fields[.requestID] == answer.id)
    }

    @Test(
        "what is refused before a request is read is an error in the envelope",
        arguments: [
            (413, "payload_too_large"), (431, "bad_request"), (417, "bad_request"), (503, "service_unavailable"),
        ])
    func below(_ status: Int, _ code: String) throws {
        let answer = try Studio().refuse(
            ProtocolError(Status(status), "no"), "/api/v1/characters/chat")
        #expect(answer.status == status)
        #expect(answer.code == code)
        #expect(answer.fields[.requestID] == answer.id)
    }

    @Test("a token of the fixtures stands for its persona and machine, in its account's sandbox")
    func named() throws {
        let studio = try Studio(
            account: #", "connector_tokens": [{"token": "ftc_live_bare", "persona": "maya", "machine": "bare"}]"#)
        #expect(studio.trigger("outreach", "1", token: "ftc_live_bare").bubbles == ["Hello, sam."])
        #expect(try studio.sessions(of: "demo").map(\.channel) == ["characters:instagram"])
    }

    @Test("an open token is an account of its own")
    func open() throws {
        let studio = try Studio()
        #expect(studio.chat("hi").bubbles == ["hey!", "saw my post?"])
        #expect(studio.chat("hi", token: "ftc_test_b").bubbles == ["hey!", "saw my post?"])
        #expect(studio.chat("hi").bubbles == ["haha go on"])
    }

    @Test("without credit left every paid call is a 402 and changes nothing")
    func credits() throws {
        let studio = try Studio(
            account: """
                , "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm", "credits": 1}]
                """)
        #expect(studio.chat("hi", token: "ftc_live_x").status == 200)
        for answer in [
            studio.chat("a", token: "ftc_live_x"), studio.chat("a", "new", token: "ftc_live_x"),
            studio.trigger("outreach", "1", "new", token: "ftc_live_x"),
            studio.trigger("reaction", "2", token: "ftc_live_x"),
        ] {
            #expect(answer.status == 402)
            #expect(answer.code == "payment_required")
        }
        #expect(try studio.sessions(of: "demo").map(\.session.turnCount) == [1])
        #expect(studio.pay("purchase", "p", token: "ftc_live_x").status == 200)
        #expect(studio.get("self-test", token: "ftc_live_x")["ok"]?.bool == false)
    }

    @Test("an open token with +broke can pay for nothing, and one with +paused is paused")
    func words() throws {
        let studio = try Studio()
        #expect(studio.chat("hi", token: "ftc_test_a+broke").status == 402)
        for answer in [
            studio.chat("hi", token: "ftc_test_a+paused"), studio.trigger("outreach", "1", token: "ftc_test_a+paused"),
        ] {
            #expect(answer.status == 200)
            #expect(answer.bubbles == [])
            #expect(answer["paused"]?.bool == true)
            #expect(answer["pause_reason"]?.string == "plan_limit")
        }
        #expect(try studio.sessions(of: "ftc_test_a+paused").isEmpty)
    }

    @Test("a token of the fixtures can be paused for a reason of its own")
    func paused() throws {
        let studio = try Studio(
            account: """
                , "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm", "paused": "unpaid"}]
                """)
        #expect(studio.chat("hi", token: "ftc_live_x")["pause_reason"]?.string == "unpaid")
    }

    @Test("a platform without a binding is a 404 with the service's own words")
    func platforms() throws {
        let studio = try Studio(persona: #", "platforms": {"instagram": "dm", "reddit": "bare"}"#)
        #expect(studio.chat("hi", platform: "instagram").bubbles == ["hey!", "saw my post?"])
        #expect(studio.chat("hi", platform: "reddit").bubbles == ["That is not what we were talking about."])
        let answer = studio.chat("hi", platform: "threads")
        #expect(answer.status == 404)
        #expect(answer.message == "no workflow is bound for this platform on this character")
    }

    @Test("there is no rate limit unless the account has one")
    func limits() throws {
        let studio = try Studio()
        #expect((1...100).allSatisfy { studio.chat("hi \($0)").status == 200 })
        let limited = try Studio(
            account:
                #", "limits": {"messages_per_minute": 1}, "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm"}]"#
        )
        #expect(limited.chat("hi", token: "ftc_live_x").status == 200)
        let answer = limited.chat("hi", token: "ftc_live_x")
        #expect(answer.status == 429)
        #expect(answer.code == "rate_limited")
        #expect(answer.fields[.retryAfter] == "60")
    }
}
