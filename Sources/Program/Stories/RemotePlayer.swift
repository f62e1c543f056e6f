import Dialogue
import Exact
import HTTP
import JSON
import Stories

/// Plays stories on a server, over the APIs that it has.
final class RemotePlayer {
    /// What may be shown to the server.
    struct Credentials {
        /// A key of the FoilEngine API; nil: only stories of the Handshake API can be played.
        let key: String?
        /// A key of the Handshake API: for stories with an opener, events, nudges and pictures.
        let handshakeKey: String?
        /// The token of the control API: for clocks and seeds, and to see what the APIs do not show.
        let token: String?
    }

    /// The sandbox that stories have to themselves, one after the other, where the control API is there.
    static let standardSandbox = "pk_test_story"

    let sandbox: String
    let server: PlainHTTP
    let credentials: Credentials
    /// The ids of personas by the names that the server lists; nil: not asked yet.
    private var personas: [(id: String, name: String)]?

    init(_ server: TestStories.Server) throws(AppError) {
        self.server = try PlainHTTP(server.url)
        sandbox = server.sandbox ?? RemotePlayer.standardSandbox
        var configuration = Configuration()
        configuration.controlTokenFile = server.tokenFile
        credentials = Credentials(
            key: server.key, handshakeKey: server.handshakeKey, token: try Token.given(configuration))
    }

    func verdict(on story: Story) throws(AppError) -> StoryVerdict {
        if let reason = obstacle(to: story) { return StoryVerdict(notPlayed: story, because: reason) }
        let run = RemoteRun(story, self, persona: try persona(of: story))
        try run.prepare()
        return try StoryVerdict(
            of: story,
            begin: { () throws(AppError) in try run.begin(story.machine) },
            play: { (turn: StoryTurn) throws(AppError) in try run.play(turn) })
    }

    /// Why a story cannot be played; nil: it can.
    private func obstacle(to story: Story) -> String? {
        if credentials.token == nil, story.needsControl { return "needs --control-token-file" }
        guard story.needsHandshake else { return credentials.key == nil ? "needs --key" : nil }
        if credentials.handshakeKey == nil { return "needs --handshake-key" }
        return story.isMissingInHandshake
            ? "the Handshake API has no greeting, no second init and no reset" : nil
    }

    private func persona(of story: Story) throws(AppError) -> String {
        // The Handshake API finds the persona by the key.
        if credentials.key == nil { return story.persona.id.description }
        if personas == nil {
            let listed = try ask("GET", "/api/v1/sdk/personas")
            guard let items = listed.json?.array else {
                let path =
                    server.prefix.isEmpty ? "" : "; --base-url is without the path of the API, such as \(server.prefix)"
                throw .failure(
                    "the server lists no personas: \(listed.damage ?? "\(listed.status) \(listed.message ?? "")")\(path)"
                )
            }
            personas = items.map { ($0["id"]?.string ?? "", $0["name"]?.string ?? "") }
        }
        let known = personas ?? []
        let own = story.persona.id.description
        if known.contains(where: { $0.id === own }) { return own }
        guard let named = known.first(where: { $0.name === story.persona.name }) else {
            throw .failure("the server has no persona \"\(story.persona.name)\", whom \(story.file) is about")
        }
        return named.id
    }

    /// Asks the FoilEngine API.
    /// - Parameters:
    ///   - place: the sandbox in which to act; nil: that of the key.
    ///   - wanted: the status that a story expects, whatever it is.
    func ask(
        _ method: String, _ target: String, in place: String? = nil, _ body: JSONValue? = nil, wanted: Int? = nil
    ) throws(AppError) -> PlainHTTP.Answer {
        let path = place.map { "/@\(PercentEncoding.encode($0))\(target)" } ?? target
        var fields = [("X-API-Key", credentials.key ?? "")]
        if body != nil { fields.append(("Content-Type", "application/json")) }
        return try checked(try server.send(method, path, fields.map { ($0.0, $0.1) }, body?.bytes ?? []), wanted)
    }

    /// Asks the Handshake API.
    func tell(
        _ target: String, in place: String?, _ form: [(String, String)], wanted: Int?
    ) throws(AppError) -> PlainHTTP.Answer {
        let body = form.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        return try checked(
            try server.send(
                "POST", place.map { "/@\(PercentEncoding.encode($0))\(target)" } ?? target,
                [
                    ("X-API-Key", credentials.handshakeKey ?? ""),
                    ("Content-Type", "application/x-www-form-urlencoded"),
                ], Array(body.utf8)), wanted)
    }

    /// Asks the control API about the stories' sandbox; nil without a token.
    func control(_ method: String, _ path: String, _ body: JSONValue? = nil) throws(AppError) -> JSONValue? {
        guard let token = credentials.token else { return nil }
        let target = "/_foilmock/v1/sandboxes/\(PercentEncoding.encode(sandbox))\(path)"
        let answer = try server.send(method, target, [("Authorization", "Bearer \(token)")], body?.bytes ?? [])
        guard answer.status < 300 || method == "GET" else {
            throw .failure("the control API refused \(method) \(target): \(answer.status) \(answer.message ?? "")")
        }
        return answer.status < 300 ? answer.json : nil
    }

    /// A key that is not taken, or a limit that is reached, says nothing about a story.
    private func checked(_ answer: PlainHTTP.Answer, _ wanted: Int?) throws(AppError) -> PlainHTTP.Answer {
        switch answer.status {
        case wanted: return answer
        case 401: throw .failure("the server takes no such key: \(answer.message ?? "401")")
        case 429:
            throw .failure(
                "the server limits the rate (\(answer.message ?? "429")); of foilmock lift it with --rate-limits off")
        default: return answer
        }
    }
}

extension Story {
    /// Whether something in it can only be had by the control API: a seed, a clock, variables, an unlocked machine, or
    /// an error at the first delivery of a line, of which a reset keeps the count.
    fileprivate var needsControl: Bool {
        seed != 1 || !variables.isEmpty || turns.contains(where: \.action.needsControl)
            || !persona.isAvailable(machine, to: Dialogue.Progress())
    }

    /// Whether something in it is not in the Handshake API: a reset, and every beginning but an opener, which is the first
    /// step.
    fileprivate var isMissingInHandshake: Bool {
        if begins == .greeting { return true }
        return turns.enumerated().contains { place, turn in
            switch turn.action {
            case .begin: place > 0 || begins != .opener
            case .reset: true
            case .say, .event, .nudge, .advance: false
            }
        }
    }

    /// Whether something in it is only in the Handshake API.
    var needsHandshake: Bool {
        begins != .greeting
            || turns.contains {
                switch $0.action {
                case .say(_, let hasImage): hasImage
                case .event, .nudge: true
                case .begin, .reset, .advance: false
                }
            }
    }
}

extension StoryTurn.Action {
    fileprivate var needsControl: Bool {
        switch self {
        case .advance: true
        case .say(let line, _): (try? Instruction(line))?.directives.contains(where: \.isOnce) ?? false
        case .begin, .event, .nudge, .reset: false
        }
    }
}

extension Directive {
    fileprivate var isOnce: Bool { if case .error(_, once: true) = self { true } else { false } }
}
