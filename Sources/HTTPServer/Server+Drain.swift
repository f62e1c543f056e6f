import EventLoop
import HTTP

extension Server {
    /// Ends the server in an orderly way: stops listening, closes connections without a request, and closes each of the
    /// others after its answer, of which the handler ends those that would never end. Calls `completion` on the loop when no connection is left, or when `Limits.drain` has
    /// passed; connections that are open then are cut.
    public func drain(_ completion: @escaping () -> Void) {
        socket.close()
        drainCompletion = completion
        drainTimer = Timer(loop) { [unowned self] in drainIsOver() }
        drainTimer?.arm(after: limits.drain)
        handler.beginDrain()
        for connection in Array(connections.values) { connection.drain() }
        endPauses()
        // Their last parts are sent after an iteration, so the loop must not sleep now.
        loop.nextIteration {}
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
