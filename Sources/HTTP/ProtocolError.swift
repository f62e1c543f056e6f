/// An error in a request at the level of HTTP: malformed, too large or too slow. The connection is closed after the
/// answer when the server finds the error, and stays open when a handler finds it in a complete body.
public struct ProtocolError: Error, Equatable, Sendable {
    public let status: Status
    /// The error for the caller: one sentence without a full stop, without text from the request.
    public let message: String

    public init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }
}
