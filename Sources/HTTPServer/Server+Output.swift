import EventLoop

/// Long bodies, and clients that do not read.
extension Server {
    /// Queues the connection's body for its next part from the handler.
    func queuePart(of connection: Connection) {
        paused[ObjectIdentifier(connection)] = nil
        partQueue.append(connection)
    }

    /// Keeps a body that has no part now, until the next batch has ended.
    func pause(_ connection: Connection) { paused[ObjectIdentifier(connection)] = connection }

    /// Asks again for the parts of the bodies that had none.
    func endPauses() {
        for connection in Array(paused.values) { connection.endWait() }
    }

    /// Sends a few parts in each iteration of the loop, so that many long bodies do not delay other requests.
    func sendParts() {
        let due = partQueue.prefix(limits.laterParts)
        var bytes = 0
        var count = 0
        for connection in due where bytes < limits.laterBytes {
            count += 1
            bytes += connection.sendPart()
        }
        partQueue.removeFirst(count)
        // Then the loop does not sleep.
        if !partQueue.isEmpty { loop.nextIteration {} }
    }

    /// Counts the output that waits for clients. If it exceeds the limit, the slowest connections are cut in the next
    /// iteration of the loop.
    func waitingOutputChanged(by bytes: Int) {
        waitingOutput += bytes
        guard waitingOutput > limits.waitingOutput, !isTrimming else { return }
        isTrimming = true
        loop.nextIteration { [unowned self] in trimWaitingOutput() }
    }

    private func trimWaitingOutput() {
        isTrimming = false
        let waiting = connections.values.filter { $0.waitingOutput > 0 }
        // Each connection's count is out of date until it is updated.
        for connection in waiting { connection.countWaitingOutput() }
        for connection in waiting.sorted(by: { $0.waitsSince < $1.waitsSince }) {
            guard waitingOutput > limits.waitingOutput else { return }
            connection.abort()
        }
    }
}
