import Dialogue
import Emulator
import Fixtures
import HTTP
import Metrics
import Store
import Support
import Testing

/// Words everything as `name: message`, so that a test sees which dialect answered.
private final class NamedDialect: Dialect {
    let crossOriginFields: [String]? = nil
    let isControl = true
    let prefixes: [String]
    let routes: [Route]
    private let name: String

    var openAPI: OpenAPI.Part { OpenAPI.Part([Array("{}".utf8)]) }

    init(_ name: String, prefix: String, _ routes: [Route] = []) {
        (self.name, prefixes, self.routes) = (name, [prefix], routes)
    }

    func key(in head: RequestHead) -> String? { nil }

    func spoolLimit(for head: RequestHead) -> Int? { nil }

    func response(to failure: Failure, requestID: String) -> Response {
        Response(status: failure.status, fields: failure.fields, body: Array("\(name): \(failure.message)".utf8))
    }
}

/// A dispatcher of three dialects over a store that fails on demand.
private struct Hosted {
    let store = FailingStore(MemoryStore())
    let world: World
    let dispatcher: Dispatcher
    private let log = Log()

    init(limits: RateLimits? = nil, bodyLimit: Int = 1 << 20) throws {
        let world = try World(store: store, limits: limits)
        self.world = world
        let talk = Route(.post, "/api/talk/{key}") { call throws(Failure) in
            guard
                case .account(let account) = try world.emulator.account(
                    forKey: call.parameters["key"], testPrefix: "t_")
            else { throw Failure(.unauthorized, "who are you") }
            _ = try world.emulator.admit(call, as: account, caller: account.name, .message)
            let play = Playthrough(
                world.emulator, account: account, channel: "c", persona: world.emulator.catalog.personas[0], player: "p"
            )
            _ = try world.emulator.playerCall(call, of: play).begin(
                play.persona.defaultMachine, as: Player(name: "Sam", gender: .male))
            return Response(status: .ok)
        }
        dispatcher = Dispatcher(
            world.emulator,
            dialects: [
                NamedDialect("first", prefix: "/api/", [talk]), NamedDialect("inner", prefix: "/api/inner/"),
                NamedDialect("other", prefix: "/other/"),
            ], crossOrigin: CrossOrigin(.any), bodyLimit: bodyLimit, log: { [log] in log.entries.append($0) })
    }

    var entries: [Dispatcher.Entry] { log.entries }

    func respond(_ method: HTTP.Method, _ path: String, query: String = "") -> Response {
        dispatcher.respond(to: Request(head: RequestHead(method: method, path: path, query: query))).workedOut()
    }

    /// One request in a batch of its own: the status that its client sees.
    func status(_ path: String) -> Int {
        let response = respond(.post, path)
        guard dispatcher.endBatch() else {
            return dispatcher.unsavedResponse(
                to: RequestHead(method: .post, path: path), inPlaceOf: response
            ).status.code
        }
        return response.status.code
    }

    private final class Log {
        var entries: [Dispatcher.Entry] = []
    }
}

private func text(_ response: Response) -> String { String(decoding: response.body, as: UTF8.self) }

@Suite("The dispatcher")
struct DispatcherTests {
    static let speakers: [(String, String)] = [
        ("/api/nothing", "first"), ("/api/inner/nothing", "inner"), ("/other/x", "other"), ("/", "first"),
        ("/elsewhere", "first"), ("/otherwise", "first"), ("/api", "first"), ("*", "first"),
    ]

    @Test("a 404 is worded by the dialect that owns the path, else by the first", arguments: speakers)
    func notFound(_ path: String, _ speaker: String) throws {
        let response = try Hosted().respond(.get, path)
        #expect(response.status == .notFound)
        #expect(text(response) == "\(speaker): Not Found")
    }

    @Test("a wrong method is a 405 with Allow")
    func wrongMethod() throws {
        let response = try Hosted().respond(.get, "/api/talk/x")
        #expect(response.status == .methodNotAllowed)
        #expect(response.fields[.allow] == "POST")
        #expect(text(response) == "first: Method Not Allowed")
    }

    @Test("a protocol error is worded by the dialect of its path, without a path by the first", arguments: speakers)
    func protocolError(_ path: String, _ speaker: String) throws {
        let house = try Hosted()
        let error = ProtocolError(.contentTooLarge, "too much")
        let response = house.dispatcher.response(to: error, head: RequestHead(method: .post, path: path))
        #expect(response.status == .contentTooLarge)
        #expect(text(response) == "\(speaker): too much")
        #expect(text(house.dispatcher.response(to: error, head: nil)) == "first: too much")
    }

    @Test("a body is collected up to the limit")
    func bodyPlan() throws {
        let head = RequestHead(method: .post, path: "/api/talk/x")
        #expect(try Hosted().dispatcher.bodyPlan(for: head) == .collect(limit: 1 << 20))
        #expect(try Hosted(bodyLimit: 7).dispatcher.bodyPlan(for: head) == .collect(limit: 7))
    }

    @Test("the log has method, path without query, and status")
    func log() throws {
        let house = try Hosted()
        _ = house.respond(.get, "/api/secret", query: "user_session_id=sam")
        _ = house.dispatcher.response(
            to: ProtocolError(.badRequest, "x"), head: RequestHead(method: .put, path: "/other/y", query: "q"))
        _ = house.dispatcher.endBatch()
        #expect(house.entries.map(\.method) == ["PUT", "GET"])
        #expect(house.entries.map(\.path) == ["/other/y", "/api/secret"])
        #expect(house.entries.map(\.status) == [400, 404])
        #expect(house.entries.map(\.refusal) == ["x", nil])
    }

    @Test("a request whose first line cannot be read is logged with the reason, and counted under no route")
    func unreadable() throws {
        let house = try Hosted()
        let response = house.dispatcher.response(to: ProtocolError(.uriTooLong, "too long"), head: nil)
        let entry = try #require(house.entries.first)
        #expect(house.entries.count == 1 && entry.method == nil && entry.path == nil)
        #expect(entry.status == 414 && entry.refusal == "too long")
        #expect(entry.requestID == response.fields[.requestID])
        var metrics = MetricsWriter()
        house.dispatcher.write(to: &metrics)
        let line = #"foilmock_http_requests_total{method="any",route="none",status="414"} 1"#
        #expect(metrics.text.contains(line))
    }

    @Test("an answer of a failed batch is logged once, with the status that the client got")
    func logOfFailedTurn() throws {
        let house = try Hosted()
        #expect(house.respond(.post, "/api/talk/t_a").status == .ok)
        house.store.fail(in: 1)
        #expect(!house.dispatcher.endBatch())
        _ = house.dispatcher.unsavedResponse(
            to: RequestHead(method: .post, path: "/api/talk/t_a"), inPlaceOf: Response(status: .ok))
        #expect(house.entries.map(\.status) == [503])
    }

    @Test("a failed commit takes back the batch, and endBatch returns false")
    func failedCommit() throws {
        let house = try Hosted()
        #expect(house.respond(.post, "/api/talk/t_a").status == .ok)
        house.store.fail(in: 1)
        #expect(!house.dispatcher.endBatch())
        #expect(try house.store.accounts().map(\.name) == ["demo"])
        #expect(house.world.warnings == ["the store could not commit: the disk is full"])
        let response = house.dispatcher.unsavedResponse(
            to: RequestHead(method: .post, path: "/other/x"), inPlaceOf: Response(status: .ok))
        #expect(response.status == .unavailable)
        #expect(text(response) == "other: The database could not be used. Nothing of the request was kept; try again")
    }

    @Test("a store that fails in a request takes back its batch, and no other")
    func failedRequest() throws {
        let house = try Hosted()
        #expect(house.respond(.post, "/api/talk/t_a").status == .ok)
        house.store.fail(in: 2)
        let response = house.respond(.post, "/api/talk/t_a")
        #expect(response.status == .unavailable)
        #expect(text(response) == "first: The database could not be used. Nothing of the request was kept; try again")
        #expect(!house.dispatcher.endBatch())
        #expect(try house.store.accounts().map(\.name) == ["demo"])
        #expect(house.world.warnings == ["the store failed: the disk is full"])
        #expect(house.status("/api/talk/t_a") == 200)
        #expect(try house.store.accounts().map(\.name) == ["demo", "t_a"])
    }

    /// Which of the store's calls in a first request fails: all of them in turn.
    @Test("a request of a failed batch counts for no limit and opens no account", arguments: 1...5)
    func undone(_ call: Int) throws {
        let house = try Hosted(limits: RateLimits(messagesPerMinute: 1))
        house.store.fail(in: call)
        #expect(house.status("/api/talk/t_a") == 503)
        #expect(house.store.hasFailed)
        #expect(try house.store.accounts().map(\.name) == ["demo"])
        #expect(house.status("/api/talk/t_a") == 200)
        #expect(house.status("/api/talk/t_a") == 429)
    }

    @Test("a failed batch leaves what earlier batches stored and counted")
    func earlierTurn() throws {
        let house = try Hosted(limits: RateLimits(messagesPerMinute: 2))
        #expect(house.status("/api/talk/t_a") == 200)
        house.store.fail(in: 1)
        #expect(house.status("/api/talk/t_a") == 503)
        #expect(house.status("/api/talk/t_a") == 200)
        #expect(house.status("/api/talk/t_a") == 429)
    }

    @Test("all requests of a failed batch are taken back, of whatever account")
    func sharedTurn() throws {
        let house = try Hosted(limits: RateLimits(messagesPerMinute: 1))
        #expect(house.respond(.post, "/api/talk/t_a").status == .ok)
        #expect(house.respond(.post, "/api/talk/t_b").status == .ok)
        house.store.fail(in: 1)
        #expect(!house.dispatcher.endBatch())
        #expect(house.respond(.post, "/api/talk/t_a").status == .ok)
        #expect(house.respond(.post, "/api/talk/t_b").status == .ok)
        #expect(house.dispatcher.endBatch())
    }
}
