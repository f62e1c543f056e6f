import Journal
import ControlAPI
import Dialogue
import Emulator
import Fixtures
import CharactersAPI
import FluidTalkAPI
import FoilEngineAPI
import HTTP
import JSON
import Metrics
import Store
import Support

/// Calls the handler of a whole server without a socket, each call in a batch of its own.
final class ControlClient {
    static let token = "open-sesame"

    let clock: TestClock
    let store: any Store
    let control: Control
    let emulator: Emulator
    let dispatcher: Dispatcher

    init(
        store: any Store = MemoryStore(), sharing shared: (any SharedDatabase)? = nil, clock: TestClock = TestClock(),
        limits: RateLimits? = nil,
        standard: SandboxClock = .real, files: [FixtureFile] = World.files,
        options: Control.Options = Control.Options(token: token), pacing: Pacing = Pacing(),
        journal: JournalBook? = nil,
        isReady: @escaping () -> Bool = { true },
        warn: @escaping (String) -> Void = { _ in }
    ) throws {
        self.store = store
        self.clock = clock
        emulator = try Emulator(
            catalog: try Catalog.load(
                files, dialects: [FoilEngineKeys(), FluidTalkKeys(), CharactersKeys()], identify: Identifiers.fixture),
            store: store, sharing: shared,
            clock: clock.clock,
            defaults: Accounts.Defaults(limits: limits, openLimit: 100, clock: standard),
            pageKeys: shared.map { PageKeys(token: options.token, database: $0.id) } ?? PageKeys(),
            media: shared.map { Media(uploads: .rows($0)) { _, _ in nil } } ?? .none,
            journal: journal
                ?? JournalBook(
                    secrets: [FoilEngine.secrets, FluidTalk.secrets, Characters.secrets], server: shared?.server),
            warn: warn)
        var engine = FoilEngine.Options()
        engine.pacing = pacing
        let apis: [any Dialect] = [
            FoilEngine(emulator, options: engine), FluidTalk(emulator, options: FluidTalk.Options()),
            Characters(emulator, version: "test"),
        ]
        let metrics = MetricsPage()
        control = Control(
            emulator, beside: apis, options: options, version: "1.2.3", metrics: metrics, isReady: isReady)
        dispatcher = Dispatcher(emulator, dialects: apis + [control], crossOrigin: CrossOrigin(.any))
        metrics.add { [unowned dispatcher, unowned emulator] writer in
            dispatcher.write(to: &writer)
            emulator.write(to: &writer)
        }
    }

    /// Any request, in a batch of its own.
    func send(
        _ method: HTTP.Method, _ target: String, _ body: String = "", fields given: [String: String] = [:]
    ) -> Answer {
        let (head, request) = Self.request(method, target, body, fields: given)
        let response = dispatcher.answer(to: request)
        return Answer(
            dispatcher.endBatch()
                ? dispatcher.whole(response) : dispatcher.unsavedResponse(to: head, inPlaceOf: response))
    }

    static func request(
        _ method: HTTP.Method, _ target: String, _ body: String, fields given: [String: String]
    ) -> (head: RequestHead, request: Request) {
        var fields = Fields()
        for (name, value) in given {
            if let name = FieldName(name) { fields.add(name, value) }
        }
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let head = RequestHead(
            method: method, path: parts[0], query: parts.count == 2 ? parts[1] : "", fields: fields)
        return (head, Request(head: head, body: .bytes(Array(body.utf8))))
    }

    static let guardedFields = ["Host": "localhost:8000", "Authorization": "Bearer \(token)"]

    /// A call of the control API; the path is below `/_foilmock/v1`.
    @discardableResult
    func control(_ method: HTTP.Method, _ path: String, _ body: String = "") -> Answer {
        send(method, "/_foilmock/v1\(path)", body, fields: Self.guardedFields)
    }

    /// Freezes a sandbox's clock at a time.
    @discardableResult
    func freeze(_ sandbox: String = "pk_test_a", _ at: String = "2026-03-10T12:00:00Z", _ more: String = "") -> Answer {
        control(.put, "/sandboxes/\(sandbox)/clock", "{\"mode\":\"frozen\",\"at\":\"\(at)\"\(more)}")
    }

    /// What a sandbox's clock reads.
    func time(_ sandbox: String = "pk_test_a") -> String {
        control(.get, "/sandboxes/\(sandbox)/clock")["now"]?.string ?? ""
    }
}

// MARK: - Players

extension ControlClient {
    /// A call with a key, in the sandbox that `place` names, else in the key's own.
    func api(
        _ method: HTTP.Method, _ path: String, _ body: String = "", key: String? = "pk_test_a", place: String? = nil,
        fields: [String: String] = [:]
    ) -> Answer {
        let prefix = place.map { "/@\($0)" } ?? ""
        let own = key.map { ["X-API-Key": $0] } ?? [:]
        return send(
            method, "\(prefix)/api/v1/\(path)", body,
            fields: own.merging(fields) { $1 }.merging(["Content-Type": "application/json"]) { first, _ in first })
    }

    private func chat(_ route: String, web: Bool = false) -> String {
        "\(web ? "" : "sdk/")chat/\(World.mira)/\(route)"
    }

    @discardableResult
    func begin(key: String? = "pk_test_a", place: String? = nil, player: String = "sam") -> Answer {
        api(
            .post, chat("init-session", web: key == nil),
            "{\"user_session_id\":\"\(player)\",\"player_name\":\"Sam\",\"player_gender\":\"female\"}", key: key,
            place: place)
    }

    @discardableResult
    func say(_ line: String, key: String? = "pk_test_a", place: String? = nil, player: String = "sam") -> Answer {
        api(
            .post, chat("message", web: key == nil), "{\"message\":\"\(line)\",\"user_session_id\":\"\(player)\"}",
            key: key, place: place)
    }

    func stream(_ line: String, key: String = "pk_test_a") -> Answer {
        api(.post, chat("message/stream"), "{\"message\":\"\(line)\",\"user_session_id\":\"sam\"}", key: key)
    }

    func history(key: String? = "pk_test_a", place: String? = nil, player: String = "sam") -> Answer {
        api(.get, chat("history", web: key == nil) + "?user_session_id=\(player)", key: key, place: place)
    }

    /// What the player has said.
    func lines(key: String? = "pk_test_a", place: String? = nil, player: String = "sam") -> [String] {
        (history(key: key, place: place, player: player)["messages"]?.array ?? [])
            .filter { $0["role"]?.string == "user" }.compactMap { $0["content"]?.string }
    }
}

/// A response, its body read as JSON.
struct Answer: Equatable {
    let status: Int
    let fields: Fields
    let delivery: Delivery
    let text: String

    init(_ response: Response) {
        status = response.status.code
        fields = response.fields.steady
        delivery = response.delivery
        text = String(decoding: response.body, as: UTF8.self)
    }

    var json: JSONValue? { try? JSONReader.read(Array(text.utf8)) }

    subscript(_ key: String) -> JSONValue? { json?[key] }

    /// The text of `{"error":{"message":…}}`; nil when the body is anything else.
    var error: String? {
        guard json?.members?.map(\.key) == ["error"] else { return nil }
        return self["error"]?["message"]?.string
    }

    /// The text without what journals count and when their latest entry came, which every call changes.
    var uncounted: String {
        text.replacing(#/,"journal":{[^}]*}/#, with: "").replacing(#/"last_request_at":[^,]*,/#, with: "")
    }

    /// The waits in its delivery.
    var waits: [Duration] {
        delivery.steps.compactMap { if case .wait(let duration) = $0 { duration } else { nil } }
    }
}
