import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Sandboxes")
struct SandboxTests {
    private static func names(_ client: ControlClient) -> [String] {
        client.control(.get, "/sandboxes")["sandboxes"]?.array?.compactMap { $0["name"]?.string } ?? []
    }

    /// All that the APIs show of a sandbox, and all that the store has of it.
    private static func whole(_ client: ControlClient, _ key: String) throws -> [String] {
        let answers = [
            client.control(.get, "/sandboxes/\(key)"), client.control(.get, "/sandboxes/\(key)/clock"),
            client.control(.get, "/sandboxes/\(key)/limits"), client.history(key: key),
            client.api(.get, "sdk/personas", key: key),
        ]
        let id = try client.emulator.account(named: key).sandbox.id
        let stored = try client.store.accounts().filter { $0.sandbox == id }.map { "\($0)" }
        let players = try client.store.players(in: id)
        let turns = try players.flatMap { player in
            try client.store.sessions(of: player).map { session in
                "\(session) \(try client.store.history(of: player, machine: session.machine))"
            }
        }
        return answers.map { "\($0.fields) \($0.uncounted)" } + stored + turns
    }

    @Test("sandboxes of the fixtures are listed at once, open ones after their first request, by name")
    func list() throws {
        let client = try ControlClient()
        #expect(Self.names(client) == ["demo", "other"])
        for key in ["pk_test_b", "pk_test_a"] { client.begin(key: key) }
        client.begin(key: nil, place: "cart")
        #expect(Self.names(client) == ["cart", "demo", "other", "pk_test_a", "pk_test_b"])
        #expect(
            client.control(.get, "/sandboxes/pk_test_a").text == """
                {"name":"pk_test_a","kind":"open","seed":1,"clock":{"mode":"real","now":"2026-03-10T12:00:00Z",\
                "auto_advance_seconds":0,"retry_after_scale":null},"limits":null,"sessions":1,"faults":0,"scripts":0,\
                "journal":{"requests":1,"errors":0,"duplicates":0,"unanswered":1,"kept":1}}
                """)
        let named = client.control(.get, "/sandboxes/other")
        #expect(named["kind"]?.string == "named")
        #expect(named["limits"]?["messages_per_minute"]?.integer == 1)
    }

    @Test(
        "a call that takes no body refuses one, but not an empty object; one that changes refuses a query",
        arguments: ["reset", "keys"])
    func nothing(_ call: String) throws {
        let client = try ControlClient()
        client.begin(key: "pk_test_a")
        let path = "/sandboxes/pk_test_a/\(call)"
        for (suffix, body) in [("", #"{"machine": "gate"}"#), ("", "gate"), ("", "[]"), ("?machine=gate", "")] {
            let answer = client.control(.post, path + suffix, body)
            #expect(answer.status == 400 && answer.error != nil, "\(suffix) \(body)")
        }
        #expect(client.control(.delete, "/sandboxes/pk_test_a/faults?fault=f1").status == 400)
        #expect(client.control(.get, "/sandboxes/pk_test_a")["sessions"]?.integer == 1)
        for body in ["", "{}"] { #expect(client.control(.post, path, body).status == 200) }
    }

    @Test("the list says when the latest request came to each, in the real time; null without one")
    func lastRequests() throws {
        let client = try ControlClient()
        client.freeze("pk_test_a", "2020-01-01T00:00:00Z")
        client.clock.advance(seconds: 60)
        client.begin(key: "pk_test_a")
        let listed = client.control(.get, "/sandboxes")["sandboxes"]?.array ?? []
        let times = listed.map { ($0["name"]?.string, $0["last_request_at"]?.string) }
        #expect(times.map(\.0) == ["demo", "other", "pk_test_a"])
        #expect(times.map(\.1) == [nil, nil, "2026-03-10T12:01:00.000000000Z"])
        #expect(client.control(.get, "/sandboxes/pk_test_a")["last_request_at"] == nil)
    }

    @Test("reading a sandbox that does not exist does not open it", arguments: ["", "/clock", "/limits"])
    func unknown(_ part: String) throws {
        let client = try ControlClient()
        let answer = client.control(.get, "/sandboxes/pk_test_x\(part)")
        #expect(answer.status == 404)
        #expect(
            answer.error == "There is no sandbox \"pk_test_x\"; it opens with the first request of that key or name")
        #expect(client.control(.delete, "/sandboxes/pk_test_x").status == 404)
        #expect(Self.names(client) == ["demo", "other"])
    }

    static let writes: [(HTTP.Method, String, String)] = [
        (.post, "/reset", ""), (.put, "/seed", #"{"seed":7}"#), (.put, "/clock", #"{"mode":"frozen"}"#),
        (.put, "/limits", "null"),
    ]

    @Test("a write opens a sandbox by any valid name; an invalid name is a 404", arguments: writes)
    func opens(_ method: HTTP.Method, _ part: String, _ body: String) throws {
        let client = try ControlClient()
        for name in ["cart", "pk_test_a"] {
            #expect(client.control(method, "/sandboxes/\(name)\(part)", body).status == 200)
        }
        #expect(Self.names(client) == ["cart", "demo", "other", "pk_test_a"])
        for name in ["no.name", "no%20name", "caf%C3%A9", String(repeating: "a", count: 161)] {
            let refused = client.control(method, "/sandboxes/\(name)\(part)", body)
            #expect(refused.status == 404)
            #expect(refused.error?.contains("names no sandbox") == true)
        }
        #expect(Self.names(client).count == 4)
    }

    @Test("a reset clears one sandbox, and leaves every other as it is, to the byte")
    func reset() throws {
        let client = try ControlClient(limits: RateLimits(messagesPerMinute: 5))
        let fresh = client.control(.post, "/sandboxes/pk_test_a/reset")
        #expect(fresh.status == 200)
        for key in ["pk_test_a", "pk_test_b", "pk_live_demo"] {
            client.begin(key: key)
            client.say("hm", key: key)
        }
        for name in ["pk_test_a", "pk_test_b", "demo"] {
            client.control(.put, "/sandboxes/\(name)/seed", #"{"seed":7}"#)
            client.freeze(name, "2026-05-05T05:05:05Z")
            client.control(.put, "/sandboxes/\(name)/limits", #"{"messages_per_minute":3}"#)
        }
        for key in ["pk_test_a", "pk_test_b", "pk_live_demo"] { client.say("hm again", key: key) }
        let before = try ["pk_test_b"].map { try Self.whole(client, $0) }
        let demo = client.history(key: "pk_live_demo").text

        let reset = client.control(.post, "/sandboxes/pk_test_a/reset")
        #expect(reset.text == fresh.text)
        #expect(try ["pk_test_b"].map { try Self.whole(client, $0) } == before)
        #expect(client.history(key: "pk_live_demo").text == demo)
        #expect(client.history().status == 404)
        // Two of its three messages a minute are counted in the other, and none here: three go and a fourth comes after it.
        #expect((1...3).map { _ in client.say("hm", key: "pk_test_b").status } == [200, 200, 429])
    }

    @Test("after a reset a conversation repeats with the same ids")
    func same() throws {
        let client = try ControlClient()
        func play() -> [String] {
            [client.begin(key: "pk_live_demo").text, client.say("hm", key: "pk_live_demo").text]
                + [client.history(key: "pk_live_demo").text]
        }
        let first = play()
        #expect(play() != first)
        client.control(.post, "/sandboxes/demo/reset")
        #expect(play() == first)
    }

    @Test("a reset removes API keys, used credits and saved personas")
    func made() throws {
        let client = try ControlClient()
        let ann = ["Authorization": "Bearer ann-token"]
        let key = client.api(.post, "sdk/api-keys", #"{"name":"k"}"#, key: nil, fields: ann)["key"]?.string
        #expect(client.api(.get, "sdk/personas", key: key).status == 200)
        let persona =
            #"{"persona":{"name":"N"},"machines":[{"machine_key":"m","states":[{"state_key":"s","is_initial_state":true}]}]}"#
        let saved = client.api(.post, "creator/save", persona, key: nil, fields: ann)
        let id = try #require(saved["persona"]?["id"]?.string)
        func lead(_ target: String) -> Int {
            client.api(
                .post, "bot/action", "target=\(target)&action=OUTREACH", key: "ft_sk_demo",
                fields: ["Content-Type": "application/x-www-form-urlencoded"]
            ).status
        }
        #expect([lead("one"), lead("two")] == [200, 402])

        #expect(client.control(.post, "/sandboxes/demo/reset").status == 200)
        #expect(client.api(.get, "sdk/personas", key: key).status == 401)
        #expect(client.api(.get, "personas/\(id)/full", key: nil, fields: ann).status == 404)
        #expect([lead("one"), lead("two")] == [200, 402])
        #expect(client.api(.post, "creator/save", persona, key: nil, fields: ann)["persona"]?["id"]?.string == id)
    }

    @Test("another seed gives other ids, and the same seed gives the same ids")
    func seed() throws {
        let client = try ControlClient()
        func id(_ seed: Int) -> String? {
            client.control(.post, "/sandboxes/pk_test_a/reset")
            let answer = client.control(.put, "/sandboxes/pk_test_a/seed", "{\"seed\":\(seed)}")
            #expect(answer["seed"]?.integer == seed)
            return client.begin()["session_id"]?.string
        }
        let one = id(1)
        #expect(id(Int.max) != one)
        #expect(id(Int.min) != id(Int.max))
        #expect(id(1) == one)
    }

    @Test("an open sandbox can be deleted and opens again; one of the fixtures can only be reset")
    func delete() throws {
        let client = try ControlClient()
        client.begin()
        client.freeze()
        let deleted = client.control(.delete, "/sandboxes/pk_test_a")
        #expect((deleted.status, deleted.text) == (200, #"{"deleted":"pk_test_a"}"#))
        #expect(client.control(.get, "/sandboxes/pk_test_a").status == 404)
        #expect(client.history().status == 404)
        #expect(client.control(.get, "/sandboxes/pk_test_a/clock")["mode"]?.string == "real")
        client.begin(key: "pk_live_demo")
        let refused = client.control(.delete, "/sandboxes/demo")
        #expect(refused.status == 409)
        #expect(
            refused.error == #"The fixtures name the account "demo", so it cannot be deleted; reset it instead"#)
        #expect(client.history(key: "pk_live_demo").status == 200)
    }

    @Test("limits can be set, read and lifted, and then count anew")
    func limits() throws {
        let client = try ControlClient(limits: RateLimits(messagesPerMinute: 1))
        client.begin()
        #expect([client.say("hm").status, client.say("hm").status] == [200, 429])
        let set = client.control(
            .put, "/sandboxes/pk_test_a/limits", #"{"messages_per_minute":2,"window":"fixed","scope":"account"}"#)
        #expect(set.text == #"{"messages_per_minute":2,"other_per_minute":60,"window":"fixed","scope":"account"}"#)
        #expect(client.control(.get, "/sandboxes/pk_test_a/limits").text == set.text)
        #expect((1...3).map { _ in client.say("hm").status } == [200, 200, 429])
        let lifted = client.control(.put, "/sandboxes/pk_test_a/limits", "null")
        #expect(lifted.text == "null")
        #expect((1...9).allSatisfy { _ in client.say("hm").status == 200 })
    }

    static let mistakes = [
        ("/seed", "", "The body must be JSON: the body is empty"),
        ("/seed", "[]", "$: a seed must be an object, not a list"),
        ("/seed", "{}", #"$: a seed has no "seed""#),
        ("/seed", #"{"seed":"7"}"#, #"$.seed: "seed" of a seed must be a whole number, not a text"#),
        ("/seed", #"{"seed":7,"sed":8}"#, #"$.sed: unknown key "sed" in a seed; did you mean "seed"?"#),
        (
            "/limits", #"{"messages_per_minute":0}"#,
            #"$.messages_per_minute: "messages_per_minute" of the limits must be between 1 and 1000000, not 0"#
        ),
        (
            "/limits", #"{"window":"slidng"}"#,
            #"$.window: "window" of the limits must be one of sliding, fixed, token_bucket, not "slidng"; did you mean "sliding"?"#
        ),
    ]

    @Test("a mistake in a body is refused with its path, and changes nothing", arguments: mistakes)
    func mistake(_ part: String, _ body: String, _ message: String) throws {
        let client = try ControlClient()
        client.begin()
        let before = client.control(.get, "/sandboxes/pk_test_a").text
        let answer = client.control(.put, "/sandboxes/pk_test_a\(part)", body)
        #expect((answer.status, answer.error) == (400, message))
        #expect(client.control(.get, "/sandboxes/pk_test_a").text == before)
        #expect(client.control(.put, "/sandboxes/pk_test_new\(part)", body).status == 400)
        #expect(client.control(.get, "/sandboxes/pk_test_new").status == 404)
    }
}
