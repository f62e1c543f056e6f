/// The head of a request, parsed and checked.
public struct RequestHead: Equatable, Sendable {
    /// How long the body is (RFC 9112 §6.3). `length(0)` is `none`.
    public enum Framing: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
    }

    public var method: Method
    /// The path as it was sent, percent-encoded, without scheme and authority; at least "/" ("*" for OPTIONS *).
    public var path: String
    /// The text after the first `?` as it was sent; empty without one.
    public var query: String
    /// 0 or 1: the minor version of HTTP/1.
    public var minorVersion: Int
    public var fields: Fields
    public var framing: Framing
    /// Whether the connection can serve another request after this one (RFC 9112 §9.3).
    public var keepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    public var expectsContinue: Bool

    public init(
        method: Method, path: String, query: String = "", minorVersion: Int = 1, fields: Fields = Fields(),
        framing: Framing = .none, keepAlive: Bool = true, expectsContinue: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.minorVersion = minorVersion
        self.fields = fields
        self.framing = framing
        self.keepAlive = keepAlive
        self.expectsContinue = expectsContinue
    }
}

/// A complete request, as a handler gets it.
public struct Request: Equatable {
    public var head: RequestHead
    public var body: Body

    public init(head: RequestHead, body: Body = .bytes([])) {
        self.head = head
        self.body = body
    }
}

extension RequestHead {
    /// The token of `Authorization: Bearer <token>` (RFC 6750 §2.1), the scheme in any case (RFC 9110 §11.1); nil when
    /// the field is missing, has another form, or was sent more than once: then two readers could find two tokens.
    public var bearerToken: String? {
        let sent = fields.all(.authorization)
        guard sent.count == 1, let field = sent.first else { return nil }
        let parts = field.unicodeScalars.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, String(parts[0]).lowercased() == "bearer" else { return nil }
        return String(String.UnicodeScalarView(parts[1].drop { $0 == " " }))
    }
}
