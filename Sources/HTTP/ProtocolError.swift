/// A request that is wrong below any API: malformed, too large or too slow. The connection closes after its answer when
/// the server finds it, and stays when a handler does, in a body that has come whole.
public struct ProtocolError: Error, Equatable, Sendable {
    public let status: Status
    /// What was wrong, for the caller: one sentence without a full stop, never with text of the request in it.
    public let message: String

    public init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }
}
