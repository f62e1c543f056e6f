import EventLoop
import HTTP

/// Bodies that are sent piece by piece.
extension Connection {
    /// Sends the next part. Returns its length in bytes.
    func sendPart() -> Int {
        guard let ticket = later, writer != nil else { return 0 }
        var size = 0
        switch handler.nextPart(ticket) {
        case .bytes(let part):
            size = part.count
            var output = buffers.takeOutput()
            writer?.write(part: part, into: &output)
            stream.write(output)
            buffers.giveBack(&output)
        case .pause(let duration):
            server.pause(self)
            wait(duration)
            return 0
        case .end:
            writer?.endParts()
            dropParts()
        case .failed:
            writer = nil
            dropParts()
            report(receipt.ended(.cut, outputPending: stream.pendingOutput > 0))
            perform(state.cut(at: loop.now))
        }
        perform(carryOn())
        return size
    }

    /// Tells the handler of a client that may have left while its body is being sent.
    func reportInputEnd() {
        if stream.inputHasEnded, let later { handler.inputEnded(later) }
    }

    func dropParts() {
        guard let ticket = later else { return }
        later = nil
        handler.dropParts(ticket)
    }
}
