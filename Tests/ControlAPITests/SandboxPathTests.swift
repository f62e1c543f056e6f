import Emulator
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("A sandbox named in the path: /@name/…")
struct SandboxPathTests {
    private static let form = ["Content-Type": "application/x-www-form-urlencoded"]

    @Test("a session belongs to the sandbox in the path, not to the key's own")
    func apart() throws {
        let client = try ControlClient()
        for (place, line) in [(nil, "own"), ("cart", "in the cart"), ("demo", "with demo")] as [(String?, String)] {
            #expect(client.begin(place: place).status == 200)
            client.say(line, place: place)
        }
        #expect(client.lines() == ["own"])
        #expect(client.lines(place: "cart") == ["in the cart"])
        #expect(client.lines(place: "demo") == ["with demo"])
        #expect(client.history(key: "pk_live_other").status == 404)
    }

    @Test("all keys that act in a sandbox share its sessions, with the sandbox's own key too")
    func shared() throws {
        let client = try ControlClient()
        let id = client.begin(key: "pk_live_other", place: "pk_test_a")["session_id"]?.string
        for (key, place) in [("pk_test_a", nil), ("pk_test_b", "pk_test_a"), ("pk_live_demo", "pk_test_a")] {
            #expect(client.history(key: key, place: place)["session_id"]?.string == id)
        }
        #expect(client.control(.get, "/sandboxes/pk_test_a")["sessions"]?.integer == 1)
        #expect(client.control(.get, "/sandboxes/other")["sessions"]?.integer == 0)
    }

    @Test("the key still decides who calls: 401, ownership, directives")
    func callers() throws {
        let client = try ControlClient()
        #expect(client.begin(key: "pk_live_no", place: "cart").status == 401)
        let persona = "sdk/chat/\(World.own)/machines?user_session_id=sam"
        for place in [nil, "demo", "cart"] {
            #expect(client.api(.get, persona, key: "pk_test_a", place: place).status == 403)
            #expect(client.api(.get, persona, key: "pk_live_demo", place: place).status == 200)
        }
        for (key, status) in [("pk_live_demo", 503), ("pk_live_other", 200)] {
            client.begin(key: key, place: "cart")
            #expect(client.say("[[error 503]] hm", key: key, place: "cart").status == status)
        }
    }

    @Test("limits and clock are the sandbox's, and each key is counted apart in it")
    func settings() throws {
        let client = try ControlClient()
        client.freeze("cart", "2030-01-01T00:00:00Z")
        client.control(.put, "/sandboxes/cart/limits", #"{"messages_per_minute":1}"#)
        for key in ["pk_test_a", "pk_live_demo"] {
            #expect(client.begin(key: key, place: "cart").fields[.date] == "Tue, 01 Jan 2030 00:00:00 GMT")
            #expect([1, 2].map { _ in client.say("hm", key: key, place: "cart").status } == [200, 429])
        }
        client.begin()
        #expect([1, 2].map { _ in client.say("hm").status } == [200, 200])
        #expect(client.begin().fields[.date] == nil)
    }

    @Test("anonymous players and signed-in users play in the sandbox by web chat")
    func web() throws {
        let client = try ControlClient()
        client.begin(key: nil)
        client.say("at home", key: nil)
        #expect(client.history(key: nil, place: "cart").status == 404)
        client.begin(key: nil, place: "cart")
        client.say("abroad", key: nil, place: "cart")
        #expect(client.lines(key: nil) == ["at home"])
        #expect(client.lines(key: nil, place: "cart") == ["abroad"])
        let ann = ["Authorization": "Bearer ann-token"]
        let moved = client.api(
            .post, "auth/migrate-progress", #"{"old_session_id":"sam"}"#, key: nil, place: "cart", fields: ann)
        #expect(moved["migrated"]?.integer == 1)
        #expect(client.lines(key: nil, place: "cart") == [])
        #expect(client.lines(key: nil) == ["at home"])
    }

    @Test("Handshake keys play in the sandbox, and their credits are counted there")
    func leads() throws {
        let client = try ControlClient()
        func lead(_ target: String, place: String?) -> Int {
            client.api(
                .post, "bot/action", "target=\(target)&action=OUTREACH", key: "ft_sk_demo", place: place,
                fields: Self.form
            ).status
        }
        #expect([lead("one", place: nil), lead("two", place: nil)] == [200, 402])
        #expect([lead("one", place: "cart"), lead("two", place: "cart")] == [200, 402])
        #expect(client.control(.get, "/sandboxes/cart")["sessions"]?.integer == 1)
    }

    @Test("a persona saved in a sandbox is seen there by every key, after a restart too, and nowhere else")
    func personas() throws {
        let store = MemoryStore()
        var client = try ControlClient(store: store)
        let ann = ["Authorization": "Bearer ann-token"]
        let persona =
            #"{"persona":{"name":"Nora"},"machines":[{"machine_key":"m","states":[{"state_key":"s","is_initial_state":true}]}]}"#
        let saved = client.api(.post, "creator/save", persona, key: nil, place: "cart", fields: ann)
        let id = try #require(saved["persona"]?["id"]?.string)
        for _ in 1...2 {
            func names(_ key: String, _ place: String?) -> [String] {
                client.api(.get, "sdk/personas", key: key, place: place).json?.array?.compactMap { $0["name"]?.string }
                    ?? []
            }
            #expect(names("pk_test_a", "cart") == ["Mira", "Nora"])
            #expect(names("pk_live_demo", "cart") == ["Mira", "Own", "Nora"])
            #expect(names("pk_live_demo", nil) == ["Mira", "Own"])
            #expect(client.api(.get, "personas/\(id)/full", key: nil, place: "cart", fields: ann).status == 200)
            #expect(client.api(.get, "personas/\(id)/full", key: nil, fields: ann).status == 404)
            client = try ControlClient(store: store)
        }
    }

    static let noNames = ["no.name", "no%20name", "caf%C3%A9", "", String(repeating: "a", count: 161)]

    @Test("an invalid name is a 404 in the API's own words, and opens no sandbox", arguments: noNames)
    func noName(_ name: String) throws {
        let client = try ControlClient()
        let before = client.control(.get, "/sandboxes").uncounted
        let refused = client.api(.get, "sdk/personas", place: name)
        #expect(refused.status == 404)
        #expect(refused.error?.hasPrefix("\"/@\(name)\" names no sandbox") == true)
        let other = client.api(
            .post, "bot/chat", "target=t&message=m", key: "ft_sk_demo", place: name, fields: Self.form)
        #expect(other["detail"]?.string?.hasPrefix("\"/@\(name)\" names no sandbox") == true)
        #expect(client.control(.get, "/sandboxes").uncounted == before)
    }

    @Test(
        "a name without an API's route behind it is a 404, and opens no sandbox",
        arguments: ["/@cart", "/@cart/", "/@", "/@cart/x", "/@cart/@cart/api/v1/sdk/personas"])
    func alone(_ path: String) throws {
        let client = try ControlClient()
        let before = client.control(.get, "/sandboxes").uncounted
        let answer = client.send(.get, path, fields: ["X-API-Key": "pk_test_a"])
        #expect((answer.status, answer.error) == (404, "Not Found"))
        #expect(client.control(.get, "/sandboxes").uncounted == before)
    }

    @Test(
        "a route behind a name answers as it does without one: HEAD, 405 and 404",
        arguments: [(HTTP.Method.head, "sdk/personas", 200), (.delete, "sdk/personas", 405), (.get, "nothing", 404)])
    func routes(_ method: HTTP.Method, _ path: String, _ status: Int) throws {
        let client = try ControlClient()
        let (plain, placed) = (client.api(method, path), client.api(method, path, place: "cart"))
        #expect(placed.status == status)
        #expect(placed == plain)
    }

    @Test("a page of another origin may call with a name in the path")
    func preflight() throws {
        let client = try ControlClient()
        let fields = [
            "Origin": "https://game.example", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-api-key",
        ]
        let answer = client.send(.options, "/@cart/api/v1/sdk/personas", fields: fields)
        #expect(answer.status == 204)
        #expect(answer == client.send(.options, "/api/v1/sdk/personas", fields: fields))
        #expect(answer.fields[.accessControlAllowOrigin] == "*")
    }

    @Test(
        "a body has the same limit and the same place with a name in the path as without",
        arguments: ["sdk/chat/x/message", "bot/upload/image", "bot/chat", "nothing"])
    func bodies(_ path: String) throws {
        let client = try ControlClient()
        func plan(_ path: String) -> BodyPlan {
            client.dispatcher.bodyPlan(for: RequestHead(method: .post, path: path))
        }
        #expect(plan("/@cart/api/v1/\(path)") == plan("/api/v1/\(path)"))
        #expect(plan("/@cart/_foilmock/v1/sandboxes") == .collect(limit: 1 << 20))
    }

    @Test("a failed batch and a protocol error have the API's words with a name in the path too")
    func unsaved() throws {
        let client = try ControlClient()
        func told(_ path: String) -> [Answer] {
            let head = RequestHead(method: .post, path: path)
            let error = ProtocolError(.contentTooLarge, "It is too large")
            return [
                Answer(client.dispatcher.unsavedResponse(to: head, inPlaceOf: Response(status: .ok))),
                Answer(client.dispatcher.response(to: error, head: head)),
            ]
        }
        #expect(told("/@cart/api/v1/bot/chat") == told("/api/v1/bot/chat"))
        #expect(told("/@cart/api/v1/sdk/personas") == told("/api/v1/sdk/personas"))
        #expect(told("/api/v1/sdk/personas") != told("/api/v1/bot/chat"))
    }
}
