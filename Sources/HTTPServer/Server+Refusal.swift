public import EventLoop

extension Server {
    /// How long it waits before it tries again to listen at an address that it cannot have.
    private static let retry = Duration.milliseconds(100)

    /// Closes the listening socket for so long: the system refuses connections, and resets those that were not taken yet.
    /// All others live on. Then the server listens at the same address again, and tries until it can. A second call replaces
    /// the time, and zero ends it now. A server that does not listen has nothing to close.
    ///
    /// - Parameter failed: Called once if it cannot listen again at that time, as a rule because another has taken the port.
    public func refuseConnections(for duration: Duration, failed: @escaping (ListenError) -> Void) {
        guard let listenAddress else { return }
        if duration > .zero {
            listener = nil
            listen(again: listenAddress, after: duration, failed)
        } else if listener == nil {
            listen(again: listenAddress, failed)
        }
    }

    private func listen(
        again address: ListenAddress, after duration: Duration, _ failed: @escaping (ListenError) -> Void
    ) {
        refusalTimer = Timer(loop) { [unowned self] in listen(again: address, failed) }
        refusalTimer?.arm(after: duration)
    }

    private func listen(again address: ListenAddress, _ failed: (ListenError) -> Void) {
        do throws(ListenError) {
            try listen(host: address.host, port: address.port)
        } catch {
            failed(error)
            listen(again: address, after: Server.retry) { _ in }
        }
    }
}
