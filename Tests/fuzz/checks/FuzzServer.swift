import ControlAPI
import Dialogue
import Emulator
import Fixtures
import CharactersAPI
import FluidTalkAPI
import FoilEngineAPI
import HTTP
import JSON
import Store

/// A server without a socket, each call in a batch of its own. It knows one persona, of whom each kind of number can be
/// asked, and an account `demo`, in whose sandbox everything happens.
final class FuzzServer {
    /// What it is by the real clock.
    private final class Time: @unchecked Sendable {
        var now = Timestamp(seconds: 1_773_144_000)
    }

    let emulator: Emulator
    private let time = Time()
    private let dispatcher: Dispatcher
    /// What went wrong that is no mistake of a caller's.
    private(set) var complaints: [String] = []

    init(store: any Store) {
        do throws(StoreError) {
            emulator = try Emulator(
                catalog: Self.catalog, store: store, clock: Clock { [time] in time.now },
                defaults: Accounts.Defaults(openLimit: 4),
                media: Media(uploads: .files(UploadFolder("/dev/null/uploads", warn: { _ in }))) { _, _ in nil },
                warn: { _ in }
            )
        } catch {
            fatalError(error.message)
        }
        let apis: [any Dialect] = [
            FoilEngine(emulator), FluidTalk(emulator, options: FluidTalk.Options()),
            Characters(emulator, version: "test"),
        ]
        let control = Control(emulator, beside: apis, options: Control.Options(token: "open-sesame"), version: "1")
        dispatcher = Dispatcher(emulator, dialects: apis + [control], crossOrigin: CrossOrigin(.any))
    }

    /// Sets the real clock, in seconds since 1970; a time out of bounds is the nearest one within.
    func setTime(_ seconds: Int64) {
        time.now = Timestamp.earliest.advanced(by: seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue)
    }

    /// A call of the control API about the sandbox `demo`.
    @discardableResult
    func control(_ method: HTTP.Method, _ path: String, _ body: String = "") -> (status: Int, body: [UInt8]) {
        send(
            method, "/_foilmock/v1/sandboxes/demo\(path)", body,
            [(.host, "localhost"), (.authorization, "Bearer open-sesame")])
    }

    /// What a player says or does; the path is below the persona's.
    func play(_ method: HTTP.Method, _ path: String, _ body: String = "", player: String? = nil) {
        let members = player.map { "\"user_session_id\":\(quoted($0))\(body.isEmpty ? "" : ",")" } ?? ""
        send(
            method, "/api/v1/sdk/chat/\(Self.persona)/\(path)", method == .get ? "" : "{\(members)\(body)}",
            [(Self.key, "pk_live_demo"), (.contentType, "application/json")])
    }

    /// The same of the one lead of the handshake.
    func lead(_ verb: String, _ fields: String) {
        send(
            .post, "/api/v1/bot/\(verb)", "target=lead&\(fields)",
            [(Self.key, "ft_sk_demo"), (.contentType, "application/x-www-form-urlencoded")])
    }

    @discardableResult
    private func send(
        _ method: HTTP.Method, _ target: String, _ body: String, _ given: [(FieldName, String)]
    ) -> (status: Int, body: [UInt8]) {
        var fields = Fields()
        for (name, value) in given { fields.add(name, value) }
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let head = RequestHead(
            method: method, path: parts[0], query: parts.count == 2 ? parts[1] : "", fields: fields)
        let response = dispatcher.respond(to: Request(head: head, body: .bytes(Array(body.utf8)))).workedOut()
        if !dispatcher.endBatch() { complaints.append("\(method) \(target) could not be kept") }
        write(response)
        dispatcher.delivered(response.ticket, .complete)
        return (response.status.code, response.body)
    }

    /// Writes a response as bytes and drops them; waits are left out.
    private func write(_ response: Response) {
        var writer = ResponseWriter(response, answersHead: false, keepAlive: true, minorVersion: 1)
        var output: [UInt8] = []
        while true {
            switch writer.write(into: &output, date: response.fields[.date] ?? "") {
            case .end, .cut, .reset: return
            case .wait, .full: output.removeAll(keepingCapacity: true)
            case .later(let ticket):
                if case .bytes(let part) = dispatcher.nextPart(ticket) {
                    writer.write(part: part, into: &output)
                } else {
                    dispatcher.dropParts(ticket)
                    writer.endParts()
                }
            }
        }
    }
}

extension FuzzServer {
    static let persona = "00000000-0000-4000-8000-00000000000a"
    // It is a field's name.
    private static let key = FieldName("X-API-Key")!

    static let catalog: Catalog = {
        do throws(Catalog.Refusal) {
            return try Catalog.load(files, dialects: FuzzFolder.dialects, identify: Identifiers.fixture)
        } catch {
            fatalError("\(error.diagnostics)")
        }
    }()

    private static let files = [
        (
            "accounts.json",
            """
            {"accounts": [{"name": "demo", "keys": ["pk_live_demo"], "directives": true,
              "handshake_keys": [{"key": "ft_sk_demo", "persona": "mira", "machine": "gate", "credits": 5}]}]}
            """
        ),
        ("personas/mira/persona.json", #"{"id": "\#(persona)", "name": "Mira", "machines": ["gate"]}"#),
        (
            "personas/mira/machines/gate.json",
            """
            {"is_entry": true, "redirect_limit": 3,
             "output_variables": [{"key": "word", "from": {"capture": "word"}, "default": "none"}],
             "entries": {"opener": {"to_state_key": "door", "says": ["Hey."]},
                         "events": {"knock": {"to_state_key": "door", "says": ["Who?", "Again?"]}},
                         "nudge": {"says": ["There?", "Hello?"], "cooldown_seconds": 60, "cap": 1000000}},
             "states": [
               {"state_key": "door", "is_initial_state": true, "says": "Halt, {player_name}.",
                "follow_up": [{"when": {"any": ["maybe"]}, "says": ["Yes or no?", "Well?"], "limit": 2}]},
               {"state_key": "yard", "pick": "by_turn", "says": ["One.", "Two.", "Three."]},
               {"state_key": "hall", "is_terminal_state": true, "says": "Welcome, {score}."}],
             "transitions": [
               {"from_state_key": "door", "to_state_key": "yard", "decision_type": "pass", "score_delta": 2147483647,
                "when": {"pattern": "gold (?<word>[a-z]+)"}},
               {"from_state_key": "*", "to_state_key": "hall", "decision_type": "pass", "when": {"any": ["end"]}},
               {"from_state_key": "*", "decision_type": "reject", "score_delta": -2147483648, "when": {"any": ["no"]}},
               {"from_state_key": "yard", "to_state_key": "yard", "decision_type": "pass", "when": {"turn": {"gte": 9}}},
               {"from_state_key": "*", "decision_type": "redirect", "when": {"any": ["hm"]},
                "says": ["A.", "B.", "C."]}]}
            """
        ),
    ].map { FixtureFile(path: $0.0, bytes: Array($0.1.utf8)) }
}
