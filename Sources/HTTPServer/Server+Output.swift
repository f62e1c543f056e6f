import EventLoop

/// Long bodies, and clients that do not read.
extension Server {
    /// Has the connection's body get its next part from the handler, after those that wait already.
    func queuePart(of connection: Connection) {
        if partQueue.isEmpty { loop.nextIteration { [unowned self] in sendParts() } }
        partQueue.append(connection)
    }

    /// A few parts in each iteration of the loop, so that many long bodies hold up nobody else.
    private func sendParts() {
        let due = partQueue.prefix(limits.laterParts)
        var bytes = 0
        var count = 0
        for connection in due where bytes < limits.laterBytes {
            count += 1
            bytes += connection.sendPart()
        }
        partQueue.removeFirst(count)
        if !partQueue.isEmpty { loop.nextIteration { [unowned self] in sendParts() } }
    }

    /// Counts what waits for clients, and cuts the slowest of them in the next iteration of the loop if that is too much.
    func waitingOutputChanged(by bytes: Int) {
        waitingOutput += bytes
        guard waitingOutput > limits.waitingOutput, !isTrimming else { return }
        isTrimming = true
        loop.nextIteration { [unowned self] in trimWaitingOutput() }
    }

    private func trimWaitingOutput() {
        isTrimming = false
        let waiting = connections.values.filter { $0.waitingOutput > 0 }
        // What the system has taken since the last count is known only when asked for.
        for connection in waiting { connection.countWaitingOutput() }
        for connection in waiting.sorted(by: { $0.waitsSince < $1.waitsSince }) {
            guard waitingOutput > limits.waitingOutput else { return }
            connection.abort()
        }
    }
}
