import Dialogue
import Emulator
import Fixtures
import FluidTalkAPI
import HTTP
import JSON
import Store
import Support
import Testing

/// Calls the API's handler without a socket, each call in a batch of its own.
final class Bot {
    static let persona = "00000000-0000-4000-8000-00000000000a"

    let clock = TestClock()
    let emulator: Emulator
    private let dispatcher: Dispatcher
    private let folder = TemporaryFolder()

    init(_ account: String = "", store: any Store = MemoryStore(), options: FluidTalk.Options = .init()) throws {
        let catalog = try Catalog.load(Bot.files(account), dialects: [FluidTalkKeys()], identify: Identifiers.fixture)
        let media = Media(uploads: .files(UploadFolder(folder.place("uploads"), warn: { _ in }))) { slug, path in
            slug == "maya" && path == "media/a b/é.jpg" ? Bot.jpeg : nil
        }
        emulator = try Emulator(
            catalog: catalog, store: store, clock: clock.clock, defaults: Accounts.Defaults(openLimit: 2), media: media,
            warn: { _ in })
        dispatcher = Dispatcher(
            emulator, dialects: [FluidTalk(emulator, options: options)], crossOrigin: CrossOrigin(.any))
    }

    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]

    /// The names of what was uploaded, by folder.
    var uploaded: [String] { folder.names(in: "uploads").flatMap { folder.names(in: "uploads/\($0)") }.sorted() }

    func send(
        _ method: HTTP.Method, _ path: String, key: String? = "ft_sk_test_a", type: String? = nil, body: [UInt8] = []
    ) -> Answer {
        var fields = Fields()
        fields.add(.host, "mock:8000")
        if let type { fields.add(.contentType, type) }
        if let key, let name = FieldName("X-API-Key") { fields.add(name, key) }
        let head = RequestHead(method: method, path: path, fields: fields)
        let response = dispatcher.respond(to: Request(head: head, body: .bytes(body))).workedOut()
        return Answer(dispatcher.endBatch() ? response : dispatcher.unsavedResponse(to: head, inPlaceOf: response))
    }

    /// A form as the clients send it without a file.
    func post(_ verb: String, _ fields: KeyValuePairs<String, String>, key: String? = "ft_sk_test_a") -> Answer {
        let pairs = fields.map { "\(PercentEncoding.encode($0))=\(PercentEncoding.encode($1))" }
        return send(
            .post, "/api/v1/bot/\(verb)", key: key, type: "application/x-www-form-urlencoded",
            body: Array(pairs.joined(separator: "&").utf8))
    }

    /// A form as the clients send it with a file.
    func post(
        _ verb: String, _ fields: KeyValuePairs<String, String> = [:], file: [UInt8], filename: String = "image.jpg",
        key: String? = "ft_sk_test_a"
    ) -> Answer {
        var body: [UInt8] = []
        for (name, value) in fields {
            body += Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        body += Array(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(filename)\"\r\n\r\n".utf8)
        body += file + Array("\r\n--b--\r\n".utf8)
        return send(.post, "/api/v1/bot/\(verb)", key: key, type: "multipart/form-data; boundary=b", body: body)
    }

    func chat(_ message: String, _ target: String = "@lead", own: String = "", key: String? = "ft_sk_test_a") -> Answer
    {
        post("chat", ["target": target, "message": message, "own_username": own], key: key)
    }

    func open(_ target: String = "@lead", own: String = "", key: String? = "ft_sk_test_a") -> Answer {
        post("action", ["target": target, "action": "OUTREACH", "own_username": own], key: key)
    }

    func event(_ type: String, _ context: String = "", _ target: String = "@lead", key: String? = "ft_sk_test_a")
        -> Answer
    {
        post(
            "action", ["target": target, "action": "ENTRY_POINT", "entry_type": type, "entry_context": context],
            key: key)
    }

    func followUp(_ target: String = "@lead", own: String = "", key: String? = "ft_sk_test_a") -> Answer {
        post("action", ["target": target, "action": "FOLLOW_UP", "own_username": own], key: key)
    }

    private static func files(_ account: String) -> [FixtureFile] {
        let accounts = """
            {"accounts": [{"name": "demo", "keys": ["pk_live_demo"],
              "handshake_keys": [{"key": "ft_sk_demo", "persona": "maya", "machine": "dm", "credits": 2},
                                 {"key": "ft_sk_other", "persona": "maya", "machine": "bare"}]\(account)}]}
            """
        let persona = #"{"id": "\#(persona)", "name": "Maya", "machines": ["dm", "bare"]}"#
        let dm = """
            {"is_entry": true, "scoring_mode": "pass_fail", "says_on": {"redirect": ["haha go on"]},
             "entries": {
               "opener": {"to_state_key": "warm",
                          "says": [{"when": {"image": true}, "text": "that photo!"}, "hey {target}"]},
               "events": {"reaction": {"to_state_key": "warm", "says": ["saw {event.kind|nothing}"]}},
               "nudge": {"says": ["still there?", "hello?"], "cooldown_seconds": 60, "cap": 2}},
             "states": [{"state_key": "cold", "is_initial_state": true, "says": "never spoken"},
                        {"state_key": "warm"}, {"state_key": "done", "is_terminal_state": true, "says": "bye"}],
             "transitions": [
               {"from_state_key": "*", "decision_type": "redirect", "priority": 1,
                "when": {"event": "reaction", "context": {"kind": {"any": ["🔥"]}}}, "says": ["hot"]},
               {"from_state_key": "*", "to_state_key": "done", "decision_type": "pass", "priority": 2,
                "when": {"any": ["deal"]}},
               {"from_state_key": "*", "to_state_key": "warm", "decision_type": "pass", "priority": 3,
                "when": {"any_of": [{"any": ["pic"]}, {"image": true}]},
                "says": [{"bubbles": ["here", "you go"], "photo": "media/a b/é.jpg"}]},
               {"from_state_key": "cold", "to_state_key": "warm", "decision_type": "pass", "priority": 4,
                "when": {"otherwise": true}, "says": [{"bubbles": ["hey!", "saw my post?"]}]}]}
            """
        let bare = #"{"states": [{"state_key": "s", "is_initial_state": true, "says": "Hello, {target}."}]}"#
        return [
            ("accounts.json", accounts), ("personas/maya/persona.json", persona),
            ("personas/maya/machines/dm.json", dm), ("personas/maya/machines/bare.json", bare),
            ("personas/maya/media/a b/é.jpg", ""),
        ].map { FixtureFile(path: $0, bytes: Array($1.utf8)) }
    }
}

/// A response, its body read as JSON.
struct Answer: Equatable {
    let status: Int
    let fields: Fields
    let body: [UInt8]
    let delivery: Delivery

    init(_ response: Response) {
        status = response.status.code
        fields = response.fields.steady
        body = response.body
        delivery = response.delivery
    }

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONReader.read(body) }
    var keys: [String]? { json?.members?.map(\.key) }
    subscript(_ key: String) -> JSONValue? { json?[key] }

    /// The text of `{"detail": "…"}`; nil when the body is anything else.
    var detail: String? { keys == ["detail"] ? self["detail"]?.string : nil }
    var replies: [String]? { self["replies"]?.array?.compactMap(\.string) }
    var message: String? { self["message"]?.string }
}
