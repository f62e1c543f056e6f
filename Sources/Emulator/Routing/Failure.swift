public import HTTP
public import JSON
public import Store

/// An error, independent of any API: the dialect that was called writes it in its own form.
public struct Failure: Error, Equatable, Sendable {
    public let status: Status
    public let message: String
    public var fields = Fields()
    /// How long the error is delayed.
    public var delay: Duration?
    /// The response to send instead of the dialect's form of the error.
    public var response: Response?
    /// Set when the store failed; then the batch is dropped.
    public let cause: StoreError?

    public init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
        cause = nil
    }

    public init(_ error: ProtocolError) {
        self.init(error.status, error.message)
    }

    init(_ cause: StoreError) {
        status = .unavailable
        message = (cause.isDamage ? Failure.damaged : .unsaved).message
        self.cause = cause
    }

    public static let unsaved = Failure(
        .unavailable, "The database could not be used. Nothing of the request was kept; try again")

    /// 504: the store was lost while it may have kept the request.
    static let uncertain = Failure(
        .gatewayTimeout,
        "The database was lost, and it is not known whether the request was kept; look at the session before you send it "
            + "again")

    /// 503: the store holds something that cannot be read.
    static let damaged = Failure(
        .unavailable,
        "The server's database is damaged, and trying again does not help. Nothing of the request was kept; the server's "
            + "log says what is damaged")

    /// 429. The message gives the wait in the sandbox's time, the field in real time.
    static func rateLimited(_ wait: RetryAfter) -> Failure {
        var failure = Failure(.tooManyRequests, "Rate limit exceeded. Try again in \(wait.seconds) s")
        failure.fields.add(.retryAfter, wait.field)
        return failure
    }

    /// 503: a test key would open an account, and the most accounts are open.
    /// - Parameter limit: how many that is.
    public static func tooManyAccounts(_ limit: Int) -> Failure {
        Failure(
            .unavailable,
            "No more test accounts can be open: --open-accounts allows \(limit), and all of them hold something and were "
                + "used in the last ten minutes. Reset those that are done with (POST /_foilmock/v1/sandboxes/NAME/reset) or "
                + "delete them (DELETE /_foilmock/v1/sandboxes/NAME), try again later, or raise --open-accounts")
    }
}

extension Failure {
    /// The failure as `{"error":{"message":…}}`, with its status and fields.
    public var errorObject: Response {
        var writer = JSONWriter(capacity: 96)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("message", message)
        writer.endObject()
        writer.endObject()
        var response = Response.json(writer.bytes, status: status)
        for field in fields.list { response.fields.add(field.name, field.value) }
        return response
    }
}

extension JSONValue {
    /// Reads the body of a request.
    /// - Parameter refusal: the beginning of the error: "The body must be JSON".
    /// - Throws: a 400 with the place of the first mistake, for a body that is not JSON.
    public static func body(_ bytes: [UInt8], depthLimit: Int, else refusal: String) throws(Failure) -> JSONValue {
        do {
            return try JSONReader.read(bytes, depthLimit: depthLimit)
        } catch {
            let reason =
                bytes.isEmpty
                ? "the body is empty"
                : UnreadBody.remedy(forJSON: bytes) ?? "\(error.message) (at byte \(error.offset))"
            throw Failure(.badRequest, "\(refusal): \(reason)")
        }
    }
}
