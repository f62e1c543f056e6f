public import EventLoop

/// The socket on which a server listens. It can be closed for a time, so that the system refuses connections. It is
/// made before the server, so that code that closes it need not know the server.
public final class ListeningSocket {
    private let loop: Loop
    private let failed: (ListenError) -> Void
    /// Nil once it was called.
    private var refused: ((Int32) -> Void)?
    /// Nil when the socket does not listen and will not listen again.
    private var address: Address?
    /// Nil while the socket does not listen, also while connections are refused.
    private var listener: Listener?
    private var timer: Timer?

    private struct Address {
        let host: String
        let port: UInt16
        let accepted: (Stream) -> Void
    }

    /// How long it waits before it tries again to listen at an address that is in use.
    private static let retry = Duration.milliseconds(100)

    /// - Parameters:
    ///   - failed: called once if it cannot listen again after refusing connections, usually because another process
    ///     uses the port.
    ///   - refused: called with the `errno` when the system fails to accept a connection, the first time only.
    public init(
        _ loop: Loop, failed: @escaping (ListenError) -> Void = { _ in }, refused: @escaping (Int32) -> Void = { _ in }
    ) {
        self.loop = loop
        self.failed = failed
        self.refused = refused
    }

    /// The port that is listened on, also while connections are refused; nil when no server listens.
    public var port: UInt16? { address?.port }

    /// Whether connections are accepted now.
    var isListening: Bool { listener != nil }

    /// Listens. Hosts are those of `Listener`; port 0 lets the system choose.
    /// - Parameter accepted: called with each new connection.
    func listen(host: String, port: UInt16, accepted: @escaping (Stream) -> Void) throws(ListenError) {
        let listener = try Listener(
            loop, host: host, port: port,
            refused: { [unowned self] code in
                refused?(code)
                refused = nil
            }, accepted: accepted)
        self.listener = listener
        address = Address(host: host, port: listener.port, accepted: accepted)
        timer = nil
    }

    func close() { (listener, address, timer) = (nil, nil, nil) }

    /// Closes the socket for this time: the system refuses connections, and resets those that were not accepted yet.
    /// Accepted ones stay open. Then it listens at the same address again, and retries until it can. A second call
    /// replaces the time, and zero listens again now. Does nothing when the socket does not listen.
    public func refuseConnections(for duration: Duration) {
        guard let address else { return }
        if duration > .zero {
            listener = nil
            listen(again: address, after: duration, failed)
        } else if listener == nil {
            listen(again: address, failed)
        }
    }

    private func listen(again address: Address, after duration: Duration, _ failed: @escaping (ListenError) -> Void) {
        timer = Timer(loop) { [unowned self] in listen(again: address, failed) }
        timer?.arm(after: duration)
    }

    private func listen(again address: Address, _ failed: (ListenError) -> Void) {
        do throws(ListenError) {
            try listen(host: address.host, port: address.port, accepted: address.accepted)
        } catch {
            failed(error)
            listen(again: address, after: ListeningSocket.retry) { _ in }
        }
    }
}
