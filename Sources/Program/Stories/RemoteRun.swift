import Dialogue
import Exact
import Fixtures
import HTTP
import JSON
import Stories

/// One story on a server.
final class RemoteRun {
    private let story: Story
    private let player: RemotePlayer
    /// The persona's id on the server.
    private let persona: String
    private let speaksHandshake: Bool
    /// The player's name, by which the server keeps sessions apart.
    private let name: String
    /// The sandbox of the story; nil without the control API.
    private let place: String?
    /// The ids of machines by their keys, as far as the server has shown them.
    private var machines: [ExactText: String] = [:]
    private var machine: Machine
    private var session: String?
    /// The status that the story expects of the turn that is played; nil: none.
    private var wanted: Int?

    init(_ story: Story, _ player: RemotePlayer, persona: String) {
        (self.story, self.player, self.persona, machine) = (story, player, persona, story.machine)
        speaksHandshake = story.needsHandshake
        place = player.credentials.token == nil ? nil : player.sandbox
        // The Handshake API has no reset, so a lead is new.
        let suffix = speaksHandshake && place == nil ? "-\(Token.made().prefix(8))" : ""
        name = story.player.name + suffix
    }

    /// Removes what earlier stories have left. Where the control API is there, a snapshot puts the sandbox into the state
    /// in which the story begins.
    func prepare() throws(AppError) {
        if place != nil {
            _ = try player.control("PUT", "/snapshot", beginning)
        } else if !speaksHandshake {
            let answer = try ask("POST", "reset")
            guard answer.status < 300 || answer.status == 404, answer.damage == nil else {
                throw .failure("the server does not reset a player: \(answer.status) \(answer.message ?? "")")
            }
        }
    }

    private var beginning: JSONValue {
        let isOpen = story.persona.isAvailable(story.machine, to: Dialogue.Progress())
        let progress = JSONValue.object([
            .init("inits", .integer(0)),
            .init("unlocked", .array(isOpen ? [] : [.string(story.machine.id.description)])),
            .init("variables", .object(story.variables.map { .init($0.key.text, .string($0.value)) })),
        ])
        let seat = JSONValue.object([
            .init("channel", .string(speaksHandshake ? "handshake" : "sdk")), .init("persona_id", .string(persona)),
            .init("player", .string(name)), .init("progress", progress), .init("sessions", .array([])),
        ])
        let clock = JSONValue.object([
            .init("frozen", .integer(Int(story.clock.nanoseconds))), .init("auto_advance", .integer(0)),
        ])
        let settings = JSONValue.object([.init("seed", .integer(story.seed)), .init("clock", clock)])
        return .object([
            .init("kind", .string("foilmock snapshot")), .init("version", .integer(1)),
            .init(
                "sandbox",
                .object([
                    .init("name", .string(player.sandbox)), .init("settings", settings), .init("limits", .null),
                ])), .init("personas", .array([])), .init("counters", .array([])), .init("api_keys", .array([])),
            .init("players", .array([seat])),
        ])
    }

    func begin(_ machine: Machine) throws(AppError) -> TurnResult {
        if speaksHandshake {
            guard machine.entries.opener == nil else { return try act([("action", "OUTREACH")]) }
            var result = TurnResult()
            result.error = .reason(.noOpener)
            return result
        }
        let body = JSONValue.object([
            .init("user_session_id", .string(name)), .init("player_name", .string(name)),
            .init("player_gender", .string(story.player.gender.rawValue)),
        ])
        let answer = try ask("POST", "init-session", of: machine, body)
        self.machine = answer.status < 400 ? machine : self.machine
        return try answered(answer, as: .begun, reply: "message")
    }

    func play(_ turn: StoryTurn) throws(AppError) -> TurnResult {
        wanted = turn.expectedStatus
        defer { wanted = nil }
        switch turn.action {
        case .begin(let machine): return try begin(machine)
        case .say(let line, let hasImage):
            guard !speaksHandshake else {
                let image = hasImage ? [("image_url", "https://example.com/picture.jpg")] : []
                return try heard("/api/v1/bot/chat", [("message", line)] + image, as: .chat, reply: "reply")
            }
            let body = JSONValue.object([
                .init("user_session_id", .string(name)), .init("message", .string(line)),
            ])
            let answer = try ask("POST", "message", of: machine, body)
            return try answered(answer, as: .message, reply: "message")
        case .event(let event, let hasImage):
            var context = JSONWriter(capacity: 64)
            context.value(.object(event.context.map { .init($0.key.text, .string($0.value)) }))
            let image = hasImage ? [("image_url", "https://example.com/picture.jpg")] : []
            return try act(
                [
                    ("action", "ENTRY_POINT"), ("entry_type", event.id),
                    ("entry_context", String(decoding: context.bytes, as: UTF8.self)),
                ] + image)
        case .nudge: return try act([("action", "FOLLOW_UP")])
        case .reset:
            let answer = try ask("POST", "reset")
            session = nil
            return answer.status < 400 && answer.damage == nil ? TurnResult() : try refused(answer)
        case .advance(let seconds):
            let value = JSONValue(kind: .double(seconds), offset: -1)
            _ = try player.control("POST", "/clock/advance", .object([.init("seconds", value)]))
            return try shown(TurnResult())
        }
    }

    // MARK: Requests

    /// Asks about the player's conversation with the persona.
    private func ask(
        _ method: String, _ route: String, of machine: Machine? = nil, _ body: JSONValue? = nil
    ) throws(AppError) -> PlainHTTP.Answer {
        var query = body == nil ? ["user_session_id=\(PercentEncoding.encode(name))"] : []
        if let machine { query.append("machine_id=\(try id(of: machine))") }
        let path = "/api/v1/sdk/chat/\(persona)/\(route)?\(query.joined(separator: "&"))"
        return try player.ask(method, path, in: place, body, wanted: wanted)
    }

    /// The id of a machine on the server: that of the list, which has machines that are open, else its own.
    private func id(of machine: Machine) throws(AppError) -> String {
        if machines[machine.key] == nil {
            for item in try ask("GET", "machines").json?.array ?? [] {
                guard let key = item["machine_key"]?.string, let id = item["machine_id"]?.string else { continue }
                machines[key] = id
            }
        }
        return machines[machine.key] ?? machine.id.description
    }

    private func act(_ form: [(String, String)]) throws(AppError) -> TurnResult {
        try heard("/api/v1/bot/action", form, as: .action, reply: "message")
    }

    private func heard(
        _ path: String, _ form: [(String, String)], as shape: AnswerShape, reply: String
    ) throws(AppError) -> TurnResult {
        let answer = try player.tell(path, in: place, [("target", name)] + form, wanted: wanted)
        if answer.status < 400, answer.json?["ignored"]?.bool == true { return try ignored(answer) }
        return try answered(answer, as: shape, reply: reply)
    }

    // MARK: Results

    /// - Parameter reply: the key of the reply.
    private func answered(
        _ answer: PlainHTTP.Answer, as shape: AnswerShape, reply: String
    ) throws(AppError) -> TurnResult {
        guard answer.status < 400, answer.damage == nil else { return try refused(answer) }
        if let mistake = shape.mistake(in: answer.json) { return .damaged(answer.status, mistake) }
        session = answer.json?["session_id"]?.string ?? session
        var result = TurnResult()
        result.reply = .value(answer.json?[reply]?.string?.with(story.player.name, inPlaceOf: name))
        if let json = answer.json { result.take(json) }
        return try shown(result)
    }

    private func refused(_ answer: PlainHTTP.Answer) throws(AppError) -> TurnResult {
        if let damage = answer.damage { return .damaged(answer.status, damage) }
        var result = TurnResult()
        result.error = .status(answer.status)
        result.message = answer.message
        // Several reasons have one status.
        result.possible =
            switch answer.status {
            case 403: [.locked]
            case 404: [.noSession]
            case 400: [.ended, .unknownEvent]
            default: []
            }
        return try shown(result)
    }

    /// The Handshake API answers a nudge that it refuses with the reason.
    private func ignored(_ answer: PlainHTTP.Answer) throws(AppError) -> TurnResult {
        var result = TurnResult()
        let reason = answer.json?["ignore_reason"]?.string ?? "ignored"
        switch reason {
        case "followup_disabled": result.error = .reason(.noNudge)
        case "followup_cooldown": result.error = .reason(.nudgeCooldown)
        case "followup_cap_reached": result.error = .reason(.nudgeCap)
        default: (result.error, result.message) = (.status(answer.status), reason)
        }
        return try shown(result)
    }

    /// Adds what other calls show of the session.
    private func shown(_ result: TurnResult) throws(AppError) -> TurnResult {
        var result = result
        if let session, let seen = try player.control("GET", "/sessions/\(session)") {
            result.take(seen)
            let set = Dictionary(
                (seen["variables"]?.members ?? []).map { (ExactText($0.key), $0.value.string ?? "") },
                uniquingKeysWith: { $1 })
            result.variables = .value(story.persona.variables.merging(set) { $1 })
            if result.error == nil, let turn = seen["turn_count"]?.integer, turn > 0,
                let why = try player.control("GET", "/sessions/\(session)/turns/\(turn)")
            {
                result.take(why)
                let lines = (why["lines"]?.array ?? []).compactMap(\.string)
                result.explanation = { lines }
            }
        } else if !speaksHandshake, session != nil, case .hidden = result.state {
            let seen = try ask("GET", "session", of: machine)
            guard seen.status < 400, seen.damage == nil else { return result }
            if let mistake = AnswerShape.status.mistake(in: seen.json) { return .damaged(seen.status, mistake) }
            if let json = seen.json { result.take(json) }
        }
        return result
    }
}

extension StoryTurn {
    /// The HTTP status that it expects; nil: none, or a reason.
    fileprivate var expectedStatus: Int? {
        for case .error(.status(let status)) in expectations.map(\.wanted) { return status }
        return nil
    }
}

extension TurnResult {
    /// An answer that is not whole, or not one of the API.
    fileprivate static func damaged(_ status: Int, _ reason: String) -> TurnResult {
        var result = TurnResult()
        (result.error, result.message) = (.damaged, status == 0 ? reason : "\(status): \(reason)")
        return result
    }

    /// Takes the members that an answer has.
    fileprivate mutating func take(_ json: JSONValue) {
        if let key = (json["current_state"] ?? json["state_key"])?.string { state = .value(key) }
        if let number = json["score"]?.integer { score = .value(number) }
        if let number = json["redirect_count"]?.integer { redirectCount = .value(number) }
        if let flag = json["follow_up"]?.bool { followUp = .value(flag) }
        if let value = json["decision"] { decision = .value(value.string) }
        if let value = json["outcome"] { outcome = .value(value.string) }
        if let items = json["unlocked_machines"]?.array {
            unlocks = .value(items.compactMap { $0["machine_key"]?.string })
        }
    }
}
