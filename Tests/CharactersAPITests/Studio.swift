import CharactersAPI
import ControlAPI
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
final class Studio {
    static let persona = "00000000-0000-4000-8000-00000000000a"

    let clock = TestClock()
    let emulator: Emulator
    private let dispatcher: Dispatcher
    private let folder = TemporaryFolder()

    /// - Parameters:
    ///   - account: more members of the account of the fixtures, after a comma.
    ///   - persona: more members of Maya, after a comma.
    ///   - machine: more members of her machine, after a comma.
    ///   - entries: more members of its entries, after a comma; nil: a nudge.
    init(
        account: String = "", persona: String = "", machine: String = "", entries: String? = nil,
        store: any Store = MemoryStore(), publicURL: String? = nil, uploadBytes: Int = 10 << 20
    ) throws {
        let catalog = try Catalog.load(
            Studio.files(account, persona, machine, entries), dialects: [FluidTalkKeys(), CharactersKeys()],
            identify: Identifiers.fixture)
        let media = Media(uploads: .files(UploadFolder(folder.place("uploads"), warn: { _ in }))) { slug, path in
            slug == "maya" && path == "media/a b/é.jpg" ? Studio.jpeg : nil
        }
        emulator = try Emulator(
            catalog: catalog, store: store, clock: clock.clock, defaults: Accounts.Defaults(openLimit: 100),
            media: media, warn: { _ in })
        let apis: [any Dialect] = [
            FluidTalk(emulator), Characters(emulator, publicURL: publicURL, uploadBytes: uploadBytes, version: "test"),
        ]
        let control = Control(emulator, beside: apis, options: Control.Options(token: "control"), version: "test")
        dispatcher = Dispatcher(emulator, dialects: apis + [control], crossOrigin: CrossOrigin(.any))
    }

    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]

    func send(
        _ method: HTTP.Method, _ path: String, _ body: [UInt8] = [], query: String = "",
        fields: KeyValuePairs<String, String> = ["X-Connector-Token": "ftc_test_a"]
    ) -> Answer {
        var all = Fields()
        all.add(.host, "mock:8000")
        for (name, value) in fields {
            if let name = FieldName(name) { all.add(name, value) }
        }
        let head = RequestHead(method: method, path: path, query: query, fields: all)
        let response = dispatcher.respond(to: Request(head: head, body: .bytes(body))).workedOut()
        return Answer(dispatcher.endBatch() ? response : dispatcher.unsavedResponse(to: head, inPlaceOf: response))
    }

    /// A call of the control API, about a sandbox.
    func control(_ method: HTTP.Method, _ sandbox: String, _ end: String, _ body: [UInt8] = []) -> Response {
        var fields = Fields()
        fields.add(.host, "127.0.0.1:8000")
        if let name = FieldName("Authorization") { fields.add(name, "Bearer control") }
        let head = RequestHead(method: method, path: "/_foilmock/v1/sandboxes/\(sandbox)/\(end)", fields: fields)
        let response = dispatcher.respond(to: Request(head: head, body: .bytes(body))).workedOut()
        _ = dispatcher.endBatch()
        return response
    }

    /// A refusal that is made before the request reaches a dialect.
    func refuse(_ error: ProtocolError, _ path: String) -> Answer {
        Answer(dispatcher.response(to: error, head: RequestHead(method: .post, path: path)))
    }

    func post(
        _ verb: String, _ body: String, token: String = "ftc_test_a", mode: String? = nil
    ) -> Answer {
        let path = "/api/v1/characters/\(verb)"
        guard let mode else { return send(.post, path, Array(body.utf8), fields: ["X-Connector-Token": token]) }
        return send(
            .post, path, Array(body.utf8), fields: ["X-Connector-Token": token, "X-FluidTalk-Mode": mode])
    }

    func get(_ end: String, query: String = "", token: String = "ftc_test_a", mode: String? = nil) -> Answer {
        guard let mode else {
            return send(.get, "/api/v1/characters/\(end)", query: query, fields: ["X-Connector-Token": token])
        }
        return send(
            .get, "/api/v1/characters/\(end)", query: query,
            fields: ["X-Connector-Token": token, "X-FluidTalk-Mode": mode])
    }

    /// - Parameter more: more members, after a comma.
    func chat(
        _ message: String, _ handle: String = "sam", platform: String = "instagram", own: String? = nil,
        token: String = "ftc_test_a", mode: String? = nil, more: String = ""
    ) -> Answer {
        let account = own.map { #", "own_username": "\#($0)""# } ?? ""
        return post(
            "chat",
            #"{"platform": "\#(platform)", "handle": "\#(handle)", "message": "\#(message)"\#(account)\#(more)}"#,
            token: token, mode: mode)
    }

    func trigger(
        _ event: String, _ id: String, _ handle: String = "sam", token: String = "ftc_test_a", mode: String? = nil,
        more: String = ""
    ) -> Answer {
        post(
            "triggers",
            #"{"platform": "instagram", "handle": "\#(handle)", "event_id": "\#(event)", "external_event_id": "\#(id)"\#(more)}"#,
            token: token, mode: mode)
    }

    func pay(
        _ type: String, _ id: String, _ handle: String = "sam", token: String = "ftc_test_a", mode: String? = nil,
        more: String = ""
    ) -> Answer {
        post(
            "events",
            #"{"platform": "instagram", "handle": "\#(handle)", "event_type": "\#(type)", "external_event_id": "\#(id)"\#(more)}"#,
            token: token, mode: mode)
    }

    /// The members of a request for a post in `r/running`.
    static func told(_ more: String) -> String {
        #"{"platform": "reddit", "community": {"ref": "r/running"}\#(more)}"#
    }

    /// Asks for a post.
    /// - Parameters:
    ///   - more: more members of the community, after a comma.
    ///   - beside: more members beside it, after a comma.
    func find(
        _ community: String = "r/running", platform: String = "reddit", more: String = "", beside: String = "",
        token: String = "ftc_test_a", mode: String? = nil
    ) -> Answer {
        post(
            "posts",
            #"{"platform": "\#(platform)", "community": {"ref": "\#(community)"\#(more)}\#(beside)}"#, token: token,
            mode: mode)
    }

    /// The member `posts` of a machine: two ideas that can be posted, one about running and shoes, one that is always
    /// below the floors, and one that needs a picture.
    static let posts = """
        , "posts": {"thresholds": {"min_novelty": 50}, "ideas": [
            {"title": "Shoes", "body": "Which ones?", "flair": "Discussion", "relevance": 80, "novelty": 60,
             "rule_compat": 90, "image": false, "when": {"any": ["shoes", "running", "trails"]}},
            {"title": "Habits", "body": "Which ones?", "relevance": 90, "novelty": 70},
            {"title": "Dull", "body": "Yes.", "relevance": 50, "novelty": 40.5},
            {"title": "Duller", "body": "Yes.", "relevance": 60, "novelty": 0, "rule_compat": 60},
            {"title": "View", "body": "Look.", "image": true, "novelty": 20}]}
        """

    /// The sessions of a sandbox, as the control API lists them.
    func sessions(of sandbox: String = "ftc_test_a") throws -> [Conversation] {
        try emulator.conversations(of: emulator.account(named: sandbox))
    }

    private static func files(_ account: String, _ persona: String, _ machine: String, _ entries: String?)
        -> [FixtureFile]
    {
        let nudge = #", "nudge": {"says": ["still there?"], "cooldown_seconds": 3600, "cap": 2}"#
        let accounts = """
            {"accounts": [{"name": "demo", "keys": ["pk_live_demo"], "directives": true,
              "handshake_keys": [{"key": "ft_sk_demo", "persona": "maya", "machine": "dm"}]\(account)}]}
            """
        let maya = #"{"id": "\#(Studio.persona)", "name": "Maya", "machines": ["dm", "bare"]\#(persona)}"#
        let dm = """
            {"is_entry": true, "scoring_mode": "pass_fail", "says_on": {"redirect": ["haha go on"]}\(machine),
             "entries": {
               "opener": {"to_state_key": "warm",
                          "says": [{"when": {"image": true}, "text": "that photo!"},
                                   {"bubbles": ["hey {target}", "loved your post"]}]},
               "events": {"reaction": {"to_state_key": "warm", "says": ["saw {event.kind|nothing} {event.text|-}"]},
                          "follow": {"to_state_key": "warm", "says": [{"photo": "media/a b/é.jpg"}]}}
               \(entries ?? nudge)},
             "states": [{"state_key": "cold", "is_initial_state": true, "says": "never spoken"},
                        {"state_key": "warm"}, {"state_key": "bought"},
                        {"state_key": "done", "is_terminal_state": true, "says": "bye"}],
             "transitions": [
               {"from_state_key": "warm", "to_state_key": "bought", "decision_type": "pass",
                "when": {"event": "purchase", "context": {"amount": {"gte": 10}}}},
               {"from_state_key": "bought", "decision_type": "redirect", "priority": 1,
                "when": {"otherwise": true}, "says": ["thanks for buying"]},
               {"from_state_key": "warm", "decision_type": "redirect", "priority": 1,
                "when": {"event": "reaction", "context": {"kind": {"any": ["🔥"]}}},
                "says": [{"bubbles": ["hot", "hot"]}]},
               {"from_state_key": "*", "to_state_key": "done", "decision_type": "pass", "priority": 2,
                "when": {"any": ["deal"]}},
               {"from_state_key": "warm", "to_state_key": "warm", "decision_type": "pass", "priority": 3,
                "when": {"any_of": [{"any": ["pic"]}, {"image": true}]},
                "says": [{"bubbles": ["here", "you go"], "photo": "media/a b/é.jpg"}]},
               {"from_state_key": "cold", "to_state_key": "warm", "decision_type": "pass", "priority": 4,
                "when": {"otherwise": true}, "says": [{"bubbles": ["hey!", "saw my post?"]}]}]}
            """
        let bare = #"{"states": [{"state_key": "s", "is_initial_state": true, "says": "Hello, {target}."}]}"#
        return [
            ("accounts.json", accounts), ("personas/maya/persona.json", maya),
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

    init(_ response: Response) {
        status = response.status.code
        fields = response.fields
        body = response.body
    }

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONReader.read(body) }
    /// A member of `data`; nil for an error.
    subscript(_ key: String) -> JSONValue? { json?["data"]?[key] }

    /// The texts of the bubbles; nil when there is no list.
    var bubbles: [String]? { self["bubbles"]?.array?.map { $0["text"]?.string ?? "?" } }
    var photos: [String]? { self["bubbles"]?.array?.compactMap { $0["image_url"]?.string } }
    var session: String? { self["session_id"]?.string }
    /// Why nothing was said.
    var reason: String? {
        ["silent", "ignore_reason", "pause_reason"].compactMap { self[$0]?.string }.first
    }
    var seen: Bool? { self["vision"]?["seen"]?.bool }

    var code: String? { json?["error"]?["code"]?.string }
    var message: String? { json?["error"]?["message"]?.string }
    var id: String? { json?["request_id"]?.string ?? json?["error"]?["request_id"]?.string }
}
