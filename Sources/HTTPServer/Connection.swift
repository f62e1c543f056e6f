import EventLoop
import HTTP

/// Carries out the actions of a `ConnectionState` on a stream. The server owns it until `Server.remove`.
final class Connection {
    private unowned let server: Server
    let stream: Stream
    private var state: ConnectionState
    /// The writer of the current response.
    private var writer: ResponseWriter?
    /// The receipt of the current response, until the system has all of its bytes.
    private var receipt = Receipt()
    /// Armed while the response waits for its next step; made at the first wait.
    private var stepTimer: Timer?
    private var waitsForTime = false
    /// The ticket for the handler's parts of the current response.
    private var later: Ticket?
    /// The bytes of the current response, which stay in memory until it is complete.
    private var responseSize = 0
    /// The bytes of the request's body, from its arrival to the answer.
    private var arriving = ArrivingBytes()
    /// The bytes that wait for the client or for their time: output that the system has not accepted, and the response
    /// from which it is written.
    private(set) var waitingOutput = 0
    /// Since when some output has been waiting for the client.
    private(set) var waitsSince = Instant(nanoseconds: 0)

    init(_ server: Server, _ stream: Stream) {
        self.server = server
        self.stream = stream
        state = ConnectionState(limits: server.limits, at: server.loop.now)
    }

    func start() {
        stream.start { [unowned self] event in
            switch event {
            case .readable: read()
            case .drained: drained()
            case .closed: leave()
            }
        }
    }

    // MARK: For the server

    /// Sends a held answer. It parses no input, because a new request would belong to a batch that is already over.
    func release(_ response: Response, to head: RequestHead) {
        guard stream.isOpen else {
            receipt.begin(response.ticket)
            response.delivery.laterTicket.map(server.handler.dropParts)
            return report(receipt.gone())
        }
        perform(send(response, to: head))
    }

    /// Sends the next part of a body that is sent piece by piece. Returns the part's length in bytes.
    func sendPart() -> Int {
        guard let ticket = later, writer != nil else { return 0 }
        var size = 0
        switch server.handler.nextPart(ticket) {
        case .bytes(let part):
            size = part.count
            stream.write(server.encode { writer?.write(part: part, into: &$0) })
        case .end:
            writer?.endParts()
            dropParts()
        case .failed:
            writer = nil
            dropParts()
            report(receipt.ended(.cut, outputPending: stream.pendingOutput > 0))
            perform(state.cut(at: server.loop.now))
        }
        perform(carryOn())
        return size
    }

    /// Continues with input that arrived before the last answer was sent.
    func resume() {
        guard stream.isOpen else { return }
        perform(state.advance(at: server.loop.now))
        read()
    }

    func refuse() { perform(state.overcrowded(at: server.loop.now)) }

    func drain() { perform(state.drain()) }

    func passTime(to now: Instant) {
        perform(state.passTime(to: now, pendingOutput: stream.pendingOutput))
    }

    func abort() {
        stream.abort()
        leave()
    }

    // MARK: Private

    private func read() {
        while state.readsInput {
            guard let count = stream.read(into: server.inputBuffer) else { return }
            let now = server.loop.now
            let bytes = UnsafeRawBufferPointer(rebasing: server.inputBuffer[..<count])
            perform(count > 0 ? state.received(bytes, at: now) : state.inputEnded(at: now))
            if state.readsInput { countBody() }
        }
    }

    /// Counts a body that is not complete. It is refused when it has grown and all together are too large.
    private func countBody() {
        let (before, now) = (arriving, state.arrivingBytes)
        setArriving(now)
        guard now.inMemory > before.inMemory || now.inFiles > before.inFiles, let error = server.arrivingTooMuch else {
            return
        }
        perform(state.bodyFailed(error, at: server.loop.now))
    }

    private func setArriving(_ bytes: ArrivingBytes) {
        guard bytes != arriving else { return }
        server.arriving.inMemory += bytes.inMemory - arriving.inMemory
        server.arriving.inFiles += bytes.inFiles - arriving.inFiles
        arriving = bytes
    }

    private func leave() {
        dropParts()
        setArriving(ArrivingBytes())
        setWaitingOutput(0)
        report(receipt.gone())
        server.remove(self)
    }

    private func dropParts() {
        guard let ticket = later else { return }
        later = nil
        server.handler.dropParts(ticket)
    }

    private func setWaitingOutput(_ bytes: Int) {
        guard bytes != waitingOutput else { return }
        if waitingOutput == 0 { waitsSince = server.loop.now }
        server.waitingOutputChanged(by: bytes - waitingOutput)
        waitingOutput = bytes
    }

    /// Updates `waitingOutput`.
    func countWaitingOutput() {
        setWaitingOutput(stream.pendingOutput + (writer == nil ? 0 : responseSize))
    }

    private func report(_ notice: Receipt.Notice?) {
        if let notice { server.handler.delivered(notice.ticket, notice.how) }
    }

    private func drained() {
        countWaitingOutput()
        report(receipt.drained())
        if writer != nil, !waitsForTime { return perform(carryOn()) }
        perform(state.drained(inputPending: stream.hasInput, at: server.loop.now))
    }

    private func perform(_ first: ConnectionState.Action) {
        var action = first
        while true {
            switch action {
            case .wait:
                return
            case .plan(let head):
                action = state.planned(server.handler.bodyPlan(for: head), for: head, at: server.loop.now)
            case .sendContinue:
                return stream.write(ResponseWriter.continue100)
            case .spool(let bytes, let file):
                action = spool(bytes, onto: file)
            case .handle(let request):
                return carryOut(server.handler.respond(to: request), for: request.head)
            case .answer(let response, let head):
                return server.hold(response, to: head, for: self)
            case .reject(let error, let head):
                action = send(server.handler.response(to: error, head: head), to: head)
            case .resume:
                return server.loop.nextIteration { [weak self] in self?.resume() }
            case .close:
                return stream.close(discarding: server.limits.lingeringBytes)
            case .abort:
                return abort()
            case .reset:
                stream.reset()
                return leave()
            }
        }
    }

    /// - Parameter isResumed: whether the answer is the result of work that was just done.
    private func carryOut(_ answer: Answer, for head: RequestHead, isResumed: Bool = false) {
        switch answer {
        case .response(let response): server.hold(response, to: head, for: self)
        case .work(let run, let resume):
            // No work is done for a client that has left.
            server.worker.run(run, isNext: isResumed, isWanted: { [stream] in stream.isOpen }) { [self] result in
                carryOut(resume(result), for: head, isResumed: true)
            }
        }
    }

    private func spool(_ bytes: [UInt8], onto file: SpoolFile?) -> ConnectionState.Action {
        do throws(ProtocolError) {
            let file = if let file { file } else { try SpoolFile(in: server.spoolFolder) }
            try file.append(bytes)
            return state.spooled(onto: file, at: server.loop.now)
        } catch {
            return state.bodyFailed(error, at: server.loop.now)
        }
    }

    private func send(_ response: Response, to head: RequestHead?) -> ConnectionState.Action {
        setArriving(ArrivingBytes())
        receipt.begin(response.ticket)
        later = response.delivery.laterTicket
        responseSize = response.delivery.length
        writer = ResponseWriter(
            response, answersHead: head?.method == .head, keepAlive: state.keepsAlive,
            minorVersion: head?.minorVersion ?? 1)
        return carryOn()
    }

    /// Sends as much of the response as is due and the client reads.
    private func carryOn() -> ConnectionState.Action {
        defer { countWaitingOutput() }
        return writeOn()
    }

    private func writeOn() -> ConnectionState.Action {
        // Taken out, so that it is not copied; put back unless the response is complete.
        guard var writer = writer.take() else { return .wait }
        while true {
            let (bytes, pause) = server.encode(&writer)
            stream.write(bytes)
            switch pause {
            case .end:
                dropParts()
                let outputPending = stream.pendingOutput > 0
                report(receipt.ended(.complete, outputPending: outputPending))
                return state.sent(
                    isLast: !writer.keepsAlive, outputPending: outputPending, inputPending: stream.hasInput,
                    at: server.loop.now)
            case .cut:
                dropParts()
                report(receipt.ended(.cut, outputPending: stream.pendingOutput > 0))
                return state.cut(at: server.loop.now)
            case .reset:
                report(receipt.ended(.cut, outputPending: false))
                return state.reset(at: server.loop.now)
            case .wait(let duration):
                self.writer = writer
                wait(duration)
                return state.delivering(at: server.loop.now)
            case .full:
                guard stream.pendingOutput == 0 else {
                    self.writer = writer
                    return state.delivering(at: server.loop.now)
                }
            case .later:
                self.writer = writer
                // Otherwise it is queued when the earlier output is drained.
                if stream.pendingOutput == 0 { server.queuePart(of: self) }
                return state.delivering(at: server.loop.now)
            }
        }
    }

    private func wait(_ duration: Duration) {
        waitsForTime = true
        if stepTimer == nil {
            stepTimer = Timer(server.loop) { [unowned self] in
                waitsForTime = false
                // Otherwise it continues when the output is drained: for a client that does not read, the steps would
                // pile up.
                if stream.pendingOutput == 0 { perform(carryOn()) }
            }
        }
        stepTimer?.arm(after: duration)
    }
}
