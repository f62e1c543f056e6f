public import HTTP
public import Store

/// An answer other than the one asked for, in no API's words yet: the dialect that was called puts it into them.
public struct Failure: Error, Equatable, Sendable {
    public let status: Status
    public let message: String
    public var fields = Fields()
    /// How much later it is to be told.
    public var delay: Duration?
    /// What is answered where it is not the dialect that words it.
    var response: Response?
    /// Set when the store failed: nothing of the loop turn can then be kept.
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
        message = Failure.unsaved.message
        self.cause = cause
    }

    public static let unsaved = Failure(
        .unavailable, "The request could not be stored. Nothing of it was kept; try again")

    /// 429: the caller may try again after so many seconds. `scale` is what the field is multiplied by, for clients that
    /// sleep in real time while the sandbox's clock does not run; the words tell the true number.
    static func rateLimited(retryAfter seconds: Int, scale: Double) -> Failure {
        var failure = Failure(.tooManyRequests, "Rate limit exceeded. Try again in \(seconds) s")
        failure.fields.add(.retryAfter, scale == 1 ? String(seconds) : scaled(seconds, by: scale))
        return failure
    }

    /// In seconds, to the next millisecond, and never 0: to Python's clients that says nothing (spec H-4).
    private static func scaled(_ seconds: Int, by scale: Double) -> String {
        let milliseconds = max(1, Int((Double(seconds) * scale * 1000).rounded(.up)))
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return String(whole) }
        var digits = String(1000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// 503: a test key would open an account, and there are as many as may be.
    public static let tooManyAccounts = Failure(
        .unavailable, "Too many open test accounts are in use; try again later or raise --open-accounts")
}
