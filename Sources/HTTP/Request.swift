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
