public import Dialogue
import Exact
public import Fixtures
public import HTTP

/// Conditions on a request. All members that are set must hold; without members it holds for every request.
public struct RequestMatch: Sendable {
    public var method: HTTP.Method?
    /// The whole path, or a prefix that ends with `*`.
    public var path: String?
    /// `POST /chat/{persona_id}/message`
    public var route: String?
    /// A persona's id, slug or name.
    public var persona: String?
    public var player: String?
    public var message: ValueMatcher?
    /// The caller: a key or a channel.
    public var key: String?

    public init() {}

    /// Reads the members that are about a request; the calling code reads the others.
    /// - Parameter routes: the known routes; another one is reported, because the match would never hold. Nil: none is
    ///   reported.
    public init(_ reader: ObjectReader, routes: [String]?) {
        method = reader.name("method").map { HTTP.Method($0.uppercased()) }
        path = reader.name("path")
        route = reader.name("route")
        if let route, let routes, !routes.contains(where: { $0 === route }) {
            reader.findings.report(
                "\"route\" must be the method and path of a known route, not \"\(route)\""
                    + Suggestion.text(for: route, among: routes), at: reader.position(of: "route"))
        }
        persona = reader.name("persona")
        player = reader.name("player")
        message = reader.textMatcher("message")
        key = reader.name("key")
    }

    /// How much is known about a request.
    public enum Stage: Sendable {
        /// The caller is known, and nothing is counted yet.
        case arrival
        /// The player and the persona are known.
        case visit
        /// The player's message is known.
        case message
    }

    /// The first stage at which everything that the match needs is known.
    public var stage: Stage {
        if message != nil { return .message }
        return persona != nil || player != nil ? .visit : .arrival
    }

    /// - Parameter effort: the effort that is left for the whole request; when it is spent, no message matches.
    public func holds(for facts: RequestFacts, _ effort: inout RequestEffort) -> Bool {
        for member in Member.allCases where !isMet(member, facts, &effort) { return false }
        return true
    }

    /// One text for each condition that does not hold.
    func differences(to facts: RequestFacts, _ effort: inout RequestEffort) -> [String] {
        var found: [String] = []
        for member in Member.allCases where !isMet(member, facts, &effort) { found.append(difference(member, facts)) }
        return found
    }

    private enum Member: CaseIterable {
        case method, path, route, key, persona, player, message
    }

    private func isMet(_ member: Member, _ facts: RequestFacts, _ effort: inout RequestEffort) -> Bool {
        switch member {
        case .method: method.map { $0 == facts.method } ?? true
        case .path: path.map { RequestMatch.matches($0, facts.path) } ?? true
        case .route: route.map { $0 === RequestMatch.route(of: facts) } ?? true
        case .key: key.map { $0 === facts.caller } ?? true
        case .persona: persona.map { facts.persona?.isCalled($0) == true } ?? true
        case .player: player.map { $0 === facts.player } ?? true
        case .message: message.map { effort.holds($0, for: facts.message) } ?? true
        }
    }

    /// The text for a member that does not hold.
    private func difference(_ member: Member, _ facts: RequestFacts) -> String {
        switch member {
        case .method: "method is \(facts.method.name), not \(method?.name ?? "")"
        case .path: "path is \(facts.path), not \(path ?? "")"
        case .route: "route is \(RequestMatch.route(of: facts) ?? "none"), not \(route ?? "")"
        case .key: "key is \(shown(facts.caller)), not \(shown(key))"
        case .persona: "persona is \(shown(facts.persona?.slug)), not \(shown(persona))"
        case .player: "player is \(shown(facts.player)), not \(shown(player))"
        case .message: "message is \(shown(facts.message))"
        }
    }

    private static func route(of facts: RequestFacts) -> String? { facts.route.map { "\(facts.method.name) \($0)" } }

    private func shown(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "none" }

    private static func matches(_ wanted: String, _ path: String) -> Bool {
        wanted.ends(with: "*") ? path.utf8.starts(with: wanted.utf8.dropLast()) : path === wanted
    }
}
