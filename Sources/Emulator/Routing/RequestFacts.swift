public import Dialogue
public import HTTP

/// What is known of a request and of what it came to. Matches ask it, and the journal keeps it.
public struct RequestFacts: Sendable {
    public let method: HTTP.Method
    /// As it was sent, without the query and the sandbox that it may begin with.
    public let path: String
    /// The route's own path, `/chat/{persona_id}/message`; nil where no route took it.
    public internal(set) var route: String?
    /// The key or the channel under which its requests are counted; nil for a caller who is not known.
    public internal(set) var caller: String?
    public internal(set) var persona: Persona?
    public internal(set) var player: String?
    /// What the player said.
    public internal(set) var message: String?
    public internal(set) var session: SessionID?
    /// The turn that was made.
    public internal(set) var turn: Turn?
    /// The faults that struck: the id and the kind of each, `f1 status`.
    public internal(set) var faults: [String] = []

    /// Of no request.
    static let none = RequestFacts(RequestHead(method: .get, path: ""))

    init(_ head: RequestHead) {
        method = head.method
        path = head.path
    }
}
