import CharactersAPI
import ControlAPI
import Dialogue
import Emulator
import Fixtures
import FoilEngineAPI
import HTTP
import JSON
import Store
import Support
import Testing

/// Calls the API's handler without a socket, each call in a batch of its own.
final class TestClient {
    let clock = TestClock()
    let emulator: Emulator
    let store: any Store
    private let dispatcher: Dispatcher
    private let heard = Heard()

    init(
        store: any Store = MemoryStore(), limits: RateLimits? = nil, openLimit: Int = 100,
        files: [FixtureFile] = World.files, options: FoilEngine.Options = FoilEngine.Options(),
        crossOrigin: CrossOrigin = CrossOrigin(.any)
    ) throws {
        self.store = store
        let catalog = try Catalog.load(
            files, dialects: [FoilEngineKeys(), CharactersKeys()], identify: Identifiers.fixture)
        emulator = try Emulator(
            catalog: catalog, store: store, clock: clock.clock,
            defaults: Accounts.Defaults(limits: limits, openLimit: openLimit),
            media: .none, warn: { [heard] in heard.lines.append($0) })
        let api = FoilEngine(emulator, options: options)
        dispatcher = Dispatcher(
            emulator,
            dialects: [
                api,
                Control(emulator, beside: [api], options: Control.Options(token: "control-token"), version: "1.2.3"),
            ], crossOrigin: crossOrigin)
    }

    var warnings: [String] { heard.lines }

    /// Ends a batch in which no request was answered.
    func endBatch() -> Bool { dispatcher.endBatch() }

    /// Sends `GET /path?query`, or with a body a POST. `key` is the API key; nil sends none.
    func get(_ path: String, key: String? = "pk_test_a", fields: [String: String] = [:]) -> Answer {
        send(.get, path, key: key, body: "", fields: fields)
    }

    @discardableResult
    func post(
        _ path: String, _ body: String = "", key: String? = "pk_test_a", fields: [String: String] = [:]
    ) -> Answer {
        send(.post, path, key: key, body: body, fields: fields)
    }

    func send(
        _ method: HTTP.Method, _ target: String, key: String?, body: String, fields others: [String: String] = [:]
    ) -> Answer {
        var fields = Fields()
        fields.add(.contentType, "application/json")
        if let key, let name = FieldName("X-API-Key") { fields.add(name, key) }
        for (name, value) in others {
            if let name = FieldName(name) { fields.add(name, value) }
        }
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let head = RequestHead(
            method: method, path: parts[0], query: parts.count == 2 ? parts[1] : "", fields: fields)
        let response = dispatcher.respond(to: Request(head: head, body: .bytes(Array(body.utf8)))).workedOut()
        return Answer(
            dispatcher.endBatch()
                ? dispatcher.whole(response) : dispatcher.unsavedResponse(to: head, inPlaceOf: response))
    }

    private final class Heard {
        var lines: [String] = []
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

    /// The keys of the object, in order.
    var keys: [String]? { json?.keys }

    subscript(_ key: String) -> JSONValue? { json?[key] }

    /// The text of `{"error":{"message":…}}`; nil when the body is anything else.
    var error: String? {
        guard keys == ["error"], self["error"]?.keys == ["message"] else { return nil }
        return self["error"]?["message"]?.string
    }
}

extension JSONValue {
    var keys: [String]? { members?.map(\.key) }

    /// The value as JSON would write it, in short.
    var shown: String {
        switch kind {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "double \(value)"
        case .string(let value): "\"\(value)\""
        case .array(let values): "[\(values.map(\.shown).joined(separator: ","))]"
        case .object(let members): "{\(members.map { "\($0.key):\($0.value.shown)" }.joined(separator: ","))}"
        }
    }
}

extension TestClient {
    static func chat(_ route: String, _ persona: String = World.mira, _ query: String = "") -> String {
        "/api/v1/sdk/chat/\(persona)/\(route)" + (query.isEmpty ? "" : "?\(query)")
    }

    /// Begins a session of player `sam`.
    @discardableResult
    func begin(
        _ machine: String? = nil, persona: String = World.mira, player: String = "sam", key: String = "pk_test_a"
    ) -> Answer {
        post(
            Self.chat("init-session", persona, machine.map { "machine_id=\($0)" } ?? ""),
            "{\"user_session_id\":\"\(player)\",\"player_name\":\"Sam\",\"player_gender\":\"female\"}", key: key)
    }

    @discardableResult
    func say(
        _ line: String, on machine: String? = nil, player: String = "sam", key: String = "pk_test_a"
    ) -> Answer {
        post(
            Self.chat("message", World.mira, machine.map { "machine_id=\($0)" } ?? ""),
            "{\"message\":\"\(line)\",\"user_session_id\":\"\(player)\"}", key: key)
    }

    /// GET of session, machines or history, for player `sam`.
    func look(
        _ route: String, on machine: String? = nil, player: String = "sam", key: String = "pk_test_a"
    ) -> Answer {
        get(
            Self.chat(route, World.mira, "user_session_id=\(player)" + (machine.map { "&machine_id=\($0)" } ?? "")),
            key: key)
    }

    func reset(on machine: String? = nil, player: String = "sam", key: String = "pk_test_a") -> Answer {
        post(
            Self.chat("reset", World.mira, "user_session_id=\(player)" + (machine.map { "&machine_id=\($0)" } ?? "")),
            key: key)
    }
}
