extension RequestHead {
    /// The token of `Authorization: Bearer <token>` (RFC 6750 §2.1), the scheme in any case (RFC 9110 §11.1); nil where the field
    /// is not there or holds something else.
    public var bearerToken: String? {
        guard let field = fields[.authorization] else { return nil }
        let parts = field.unicodeScalars.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, String(parts[0]).lowercased() == "bearer" else { return nil }
        return String(String.UnicodeScalarView(parts[1].drop { $0 == " " }))
    }
}
