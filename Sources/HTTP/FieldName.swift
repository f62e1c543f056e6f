/// A field name: an RFC 9110 §5.1 token, kept in lower case because names compare without regard to case.
public struct FieldName: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Nil unless `bytes` is a non-empty token, so that `Content-Length ` with its space never becomes a name.
    public init?(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty, bytes.allSatisfy(isTokenByte) else { return nil }
        self.init(token: bytes)
    }

    public init?(_ text: String) {
        self.init(Array(text.utf8)[...])
    }

    /// For bytes already known to be a token.
    init(token: ArraySlice<UInt8>) { text = String(decoding: token.lazy.map(lowercased), as: UTF8.self) }

    private init(known text: String) { self.text = text }

    public var description: String { text }

    public static let accessControlAllowHeaders = FieldName(known: "access-control-allow-headers")
    public static let accessControlAllowMethods = FieldName(known: "access-control-allow-methods")
    public static let accessControlAllowOrigin = FieldName(known: "access-control-allow-origin")
    public static let accessControlExposeHeaders = FieldName(known: "access-control-expose-headers")
    public static let accessControlMaxAge = FieldName(known: "access-control-max-age")
    public static let accessControlRequestMethod = FieldName(known: "access-control-request-method")
    public static let allow = FieldName(known: "allow")
    public static let authorization = FieldName(known: "authorization")
    public static let cacheControl = FieldName(known: "cache-control")
    public static let connection = FieldName(known: "connection")
    public static let contentEncoding = FieldName(known: "content-encoding")
    public static let contentDisposition = FieldName(known: "content-disposition")
    public static let contentSecurityPolicy = FieldName(known: "content-security-policy")
    public static let contentLength = FieldName(known: "content-length")
    public static let contentTransferEncoding = FieldName(known: "content-transfer-encoding")
    public static let contentTypeOptions = FieldName(known: "x-content-type-options")
    public static let contentType = FieldName(known: "content-type")
    public static let date = FieldName(known: "date")
    public static let expect = FieldName(known: "expect")
    public static let host = FieldName(known: "host")
    public static let lastEventID = FieldName(known: "last-event-id")
    public static let location = FieldName(known: "location")
    public static let origin = FieldName(known: "origin")
    public static let referrerPolicy = FieldName(known: "referrer-policy")
    public static let requestID = FieldName(known: "x-request-id")
    public static let retryAfter = FieldName(known: "retry-after")
    public static let transferEncoding = FieldName(known: "transfer-encoding")
    /// nginx and others then pass a response on as it comes.
    public static let accelBuffering = FieldName(known: "x-accel-buffering")
    public static let vary = FieldName(known: "vary")
}
