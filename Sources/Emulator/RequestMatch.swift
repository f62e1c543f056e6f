public import Dialogue
import Exact
public import Fixtures
public import HTTP

/// What a request must be like. All members that are there must hold; one without members holds for every request.
public struct RequestMatch: Sendable {
    public var method: HTTP.Method?
    /// The whole path, or what it begins with where `*` ends it.
    public var path: String?
    /// `POST /chat/{persona_id}/message`
    public var route: String?
    /// A persona's id, slug or name.
    public var persona: String?
    public var player: String?
    public var message: ValueMatcher?
    /// What the request came with: a key, or a channel.
    public var key: String?

    public init() {}

    /// Reads the members that ask about a request; others are the caller's to read.
    /// - Parameter routes: what there is to name, so that a misspelt route is an error and no match that never holds.
    public init(_ reader: ObjectReader, routes: [String]) {
        method = reader.name("method").map { HTTP.Method($0.uppercased()) }
        path = reader.name("path")
        route = reader.name("route")
        if let route, !routes.contains(where: { $0 === route }) {
            reader.findings.report(
                "\"route\" names no route: \"\(route)\"" + Suggestion.text(for: route, among: routes),
                at: reader.position(of: "route"))
        }
        persona = reader.name("persona")
        player = reader.name("player")
        message = reader.textMatcher("message")
        key = reader.name("key")
    }

    /// How far a request has come.
    enum Stage {
        /// It is known who calls, and nothing is counted yet.
        case arrival
        /// It is known which player's conversation with which persona it is about.
        case visit
        /// It is known what the player says.
        case message
    }

    /// Where all that it asks is known.
    var stage: Stage {
        if message != nil { return .message }
        return persona != nil || player != nil ? .visit : .arrival
    }

    public func holds(for facts: Facts) -> Bool { difference(to: facts) == nil }

    /// What does not hold first, in words; nil when all does.
    public func difference(to facts: Facts) -> String? {
        Member.allCases.lazy.compactMap { difference($0, facts) }.first
    }

    /// All that does not hold.
    func differences(to facts: Facts) -> [String] { Member.allCases.compactMap { difference($0, facts) } }

    private enum Member: CaseIterable {
        case method, path, route, key, persona, player, message
    }

    private func difference(_ member: Member, _ facts: Facts) -> String? {
        switch member {
        case .method:
            guard let method, method != facts.method else { return nil }
            return "method is \(facts.method.name), not \(method.name)"
        case .path:
            guard let path, !RequestMatch.matches(path, facts.path) else { return nil }
            return "path is \(facts.path), not \(path)"
        case .route:
            let own = facts.route.map { "\(facts.method.name) \($0)" }
            guard let route, route !== own else { return nil }
            return "route is \(own ?? "none"), not \(route)"
        case .key:
            guard let key, key !== facts.caller else { return nil }
            return "key is \(shown(facts.caller)), not \(shown(key))"
        case .persona:
            guard let persona, facts.persona?.isCalled(persona) != true else { return nil }
            return "persona is \(shown(facts.persona?.slug)), not \(shown(persona))"
        case .player:
            guard let player, player !== facts.player else { return nil }
            return "player is \(shown(facts.player)), not \(shown(player))"
        case .message:
            guard let message, !message.holds(for: facts.message) else { return nil }
            return "message is \(shown(facts.message))"
        }
    }

    private func shown(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "none" }

    private static func matches(_ wanted: String, _ path: String) -> Bool {
        wanted.ends(with: "*") ? path.utf8.starts(with: wanted.utf8.dropLast()) : path === wanted
    }
}

extension Persona {
    /// Whether it is its id, its slug or its name.
    func isCalled(_ name: String) -> Bool { name === slug || name === self.name || name === id.description }
}
