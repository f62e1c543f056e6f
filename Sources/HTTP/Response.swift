/// A status code (RFC 9110 §15). The reason phrase never comes from input.
public struct Status: Hashable, Sendable {
    public let code: Int

    public init(_ code: Int) { self.code = code }

    public static let ok = Status(200)
    public static let noContent = Status(204)
    public static let temporaryRedirect = Status(307)
    public static let badRequest = Status(400)
    public static let unauthorized = Status(401)
    public static let paymentRequired = Status(402)
    public static let forbidden = Status(403)
    public static let notFound = Status(404)
    public static let methodNotAllowed = Status(405)
    public static let conflict = Status(409)
    public static let requestTimeout = Status(408)
    public static let contentTooLarge = Status(413)
    public static let uriTooLong = Status(414)
    public static let expectationFailed = Status(417)
    public static let unprocessable = Status(422)
    public static let tooManyRequests = Status(429)
    public static let fieldsTooLarge = Status(431)
    public static let internalError = Status(500)
    public static let notImplemented = Status(501)
    public static let badGateway = Status(502)
    public static let unavailable = Status(503)
    public static let gatewayTimeout = Status(504)
}

/// A complete response. The server adds `Date`, `Connection` and the fields that frame the body.
public struct Response: Equatable, Sendable {
    public var status: Status
    public var fields: Fields
    public var delivery: Delivery
    /// If not 0, the server calls the handler's `delivered` with this ticket.
    public var ticket: Ticket = 0
    /// For the handler: whether this is an error that trying again does not help.
    public var isLasting = false

    public init(status: Status, fields: Fields = Fields(), body: [UInt8] = []) {
        self.init(status: status, fields: fields, delivery: Delivery([.bytes(body)]))
    }

    public init(status: Status, fields: Fields = Fields(), delivery: Delivery) {
        self.status = status
        self.fields = fields
        self.delivery = delivery
    }

    public var body: [UInt8] { delivery.body }

    /// The status that the client gets; nil when the connection ends before the first byte.
    public var sentStatus: Int? { delivery.sendsNothing ? nil : status.code }

    /// The same response, delayed by this time; nil: at once.
    public func delayed(by duration: Duration?) -> Response {
        guard let duration else { return self }
        var delayed = self
        delayed.delivery.steps.insert(.wait(duration), at: 0)
        return delayed
    }

    /// A response of one JSON text.
    public static func json(_ body: [UInt8], status: Status = .ok) -> Response {
        Response(status: status, fields: jsonFields, body: body)
    }

    private static let jsonFields: Fields = {
        var fields = Fields()
        fields.add(.contentType, "application/json")
        return fields
    }()
}
