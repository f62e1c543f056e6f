import EventLoop

extension Server {
    /// Ends in good order: stops listening, closes connections that are at rest, and closes each of the others after the
    /// answer it waits for. Calls `completion` from the loop when none is left, or when `Limits.drain` is over; what is
    /// open then is cut.
    public func drain(_ completion: @escaping () -> Void) {
        socket.close()
        drainCompletion = completion
        drainTimer = Timer(loop) { [unowned self] in drainIsOver() }
        drainTimer?.arm(after: limits.drain)
        for connection in Array(connections.values) { connection.drain() }
        if connections.isEmpty { finishDrain() }
    }

    func finishDrain() {
        guard let completion = drainCompletion else { return }
        drainCompletion = nil
        drainTimer = nil
        loop.nextIteration(completion)
    }

    private func drainIsOver() {
        for connection in Array(connections.values) { connection.abort() }
    }
}
