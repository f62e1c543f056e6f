import Emulator
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Settings that are stored, and settings that a failed batch takes back")
struct SandboxSettingsTests {
    @Test("clock and seed of named and open sandboxes survive a restart; limits do not")
    func restart() throws {
        let folder = TemporaryFolder()
        let clocks = [
            "demo": #"{"mode":"frozen","at":"2030-01-02T03:04:05.5Z","auto_advance_seconds":1.5}"#,
            "pk_test_a": #"{"mode":"offset","at":"2020-01-01T00:00:00Z","retry_after_scale":0.5}"#,
        ]
        var before: [String: String] = [:]
        do {
            let client = try ControlClient(store: try SQLiteStore(path: folder.place("db")))
            for (name, clock) in clocks {
                client.control(.put, "/sandboxes/\(name)/clock", clock)
                client.control(.put, "/sandboxes/\(name)/seed", #"{"seed":9}"#)
                before[name] = client.control(.get, "/sandboxes/\(name)").text
                client.control(.put, "/sandboxes/\(name)/limits", #"{"messages_per_minute":3}"#)
            }
            client.control(.put, "/sandboxes/pk_test_b/clock", #"{"mode":"frozen"}"#)
            client.control(.post, "/sandboxes/pk_test_b/reset")
        }
        let client = try ControlClient(store: try SQLiteStore(path: folder.place("db")))
        for name in clocks.keys { #expect(client.control(.get, "/sandboxes/\(name)").text == before[name]) }
        #expect(client.control(.get, "/sandboxes/pk_test_b/clock")["mode"]?.string == "real")
        // To the fraction: half a second, and one and a half more with a request.
        client.begin(key: "pk_live_demo")
        #expect(client.time("demo") == "2030-01-02T03:04:07Z")
    }

    @Test("the time by which waits and auto_advance_seconds moved a clock survives a restart")
    func advances() throws {
        let store = MemoryStore()
        let client = try ControlClient(store: store)
        client.freeze("pk_test_a", "2026-03-10T12:00:00Z", #","auto_advance_seconds":1"#)
        client.begin()
        client.say("[[delay 20s]] hm")
        #expect(client.time() == "2026-03-10T12:00:22Z")
        #expect(try ControlClient(store: store).time() == "2026-03-10T12:00:22Z")
    }

    @Test("an account that returns to the fixtures has its old clock")
    func reload() throws {
        let client = try ControlClient()
        let whole = client.emulator.catalog
        let without = try Catalog.load(
            World.files.filter { $0.path != "accounts.json" && !$0.path.contains("/own/") }, dialects: [],
            identify: Identifiers.fixture)
        client.freeze("other", "2030-01-01T00:00:00Z")
        try client.emulator.replace(without)
        #expect(client.control(.get, "/sandboxes/other").status == 404)
        try client.emulator.replace(whole)
        #expect(client.time("other") == "2030-01-01T00:00:00Z")
    }

    // MARK: A store that fails

    private static let path = "/sandboxes/pk_test_a"

    @Test("a wait that a failed batch passed can be passed again")
    func waits() throws {
        let store = FailingStore(MemoryStore())
        let client = try ControlClient(store: store)
        client.freeze()
        client.control(.put, "\(Self.path)/limits", #"{"messages_per_minute":1}"#)
        client.begin()
        #expect([1, 2].map { _ in client.say("hm").status } == [200, 429])
        store.fail(in: 1)
        #expect(client.say("hm").status == 503)
        #expect(client.time() == "2026-03-10T12:00:00Z")
        #expect(client.say("hm").status == 200)
        #expect(client.time() == "2026-03-10T12:01:00Z")
    }

    @Test("after a failed batch the next delivery of a message is its first again")
    func deliveries() throws {
        let store = FailingStore(MemoryStore())
        let client = try ControlClient(store: store)
        client.begin()
        store.fail(in: 1)
        #expect(client.say("[[error 418 x1]] hm").status == 503)
        #expect([1, 2].map { _ in client.say("[[error 418 x1]] hm").status } == [418, 200])
    }

    @Test("a sandbox that is used and deleted in one batch leaves nothing behind")
    func together() throws {
        let client = try ControlClient()
        client.freeze("pk_test_a", "2030-01-01T00:00:00Z", #","auto_advance_seconds":1"#)
        let requests = [
            ControlClient.request(
                .get, "/api/v1/sdk/personas", "", fields: ["X-API-Key": "pk_test_a"]),
            ControlClient.request(
                .delete, "/_foilmock/v1/sandboxes/pk_test_a", "", fields: ControlClient.guardedFields),
        ]
        #expect(requests.map { Answer(client.dispatcher.respond(to: $0.request).workedOut()).status } == [200, 200])
        #expect(client.dispatcher.endBatch())
        #expect(client.control(.get, Self.path).status == 404)
        #expect(client.begin().fields[.date] == nil)
    }
}
