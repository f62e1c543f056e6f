public import Dialogue
public import HTTP

/// What is known about a request and its result. Matches read it, and the journal keeps it.
public struct RequestFacts: Sendable {
    private let head: RequestHead
    /// The route's path, `/chat/{persona_id}/message`; nil when no route matched.
    public var route: String?
    /// The key or the channel under which the request is counted; nil for an unknown caller.
    public var caller: String?
    public var persona: PersonaName?
    public var player: String?
    /// The player's message.
    public var message: String?
    public var session: SessionID?
    /// The turn that the request made.
    public var turn: TurnName?
    /// The faults that struck, each with id and kind: `f1 status`.
    public var faults: [String] = []

    public init(_ head: RequestHead) {
        self.head = head
    }

    public var method: HTTP.Method { head.method }

    /// The path as it was sent, without the query and without a leading sandbox.
    public var path: String { head.path }
}
