public import Dialogue
public import HTTP

/// What is known about a request and its result. Matches read it, and the journal keeps it.
public struct RequestFacts: Sendable {
    public let method: HTTP.Method
    /// The path as it was sent, without the query and without a leading sandbox.
    public let path: String
    /// The route's path, `/chat/{persona_id}/message`; nil when no route matched.
    public internal(set) var route: String?
    /// The key or the channel under which the request is counted; nil for an unknown caller.
    public internal(set) var caller: String?
    public internal(set) var persona: Persona?
    public internal(set) var player: String?
    /// The player's message.
    public internal(set) var message: String?
    public internal(set) var session: SessionID?
    /// The turn that the request made.
    public internal(set) var turn: Turn?
    /// The faults that struck, each with id and kind: `f1 status`.
    public internal(set) var faults: [String] = []

    /// Empty facts.
    static let none = RequestFacts(RequestHead(method: .get, path: ""))

    init(_ head: RequestHead) {
        method = head.method
        path = head.path
    }
}
