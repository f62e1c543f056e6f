import EventLoop
import HTTP

/// Carries out the actions of a `ConnectionState` on a stream. The server owns it until `Server.remove`.
final class Connection {
    unowned let server: Server
    /// The server's: an unowned reference costs more at each use.
    let (handler, loop, buffers): (any Handler, Loop, SharedBuffers)
    let stream: Stream
    var state: ConnectionState
    /// The writer of the current response.
    var writer: ResponseWriter?
    /// An answer whose batch is not committed yet, and the head of its request.
    private var held: (response: Response, head: RequestHead)?
    /// The receipt of the current response, until the system has all of its bytes.
    var receipt = Receipt()
    /// Armed while the response waits for its next step; made at the first wait.
    private var stepTimer: Timer?
    private var waitsForTime = false
    /// The ticket for the handler's parts of the current response.
    var later: Ticket?
    /// The bytes of the current response, which stay in memory until it is complete.
    private var responseSize = 0
    private var arriving = ArrivingBytes()
    /// The bytes that wait for the client or for their time: output that the system has not accepted, and its response.
    private(set) var waitingOutput = 0
    /// Since when some output has been waiting for the client.
    private(set) var waitsSince = Instant(nanoseconds: 0)

    init(_ server: Server, _ stream: Stream) {
        self.server = server
        (handler, loop, buffers) = (server.handler, server.loop, server.buffers)
        self.stream = stream
        state = ConnectionState(limits: server.limits, at: server.loop.now)
    }

    func start() {
        stream.start { [unowned self] event in
            switch event {
            case .readable:
                reportInputEnd()
                read()
            case .drained: drained()
            case .closed: leave()
            }
        }
    }

    // MARK: For the server

    /// Sends the held answer, or the one for a batch that was dropped. It parses no input, because a new request would
    /// belong to a batch that is already over.
    func release(isSaved: Bool) {
        guard let (answer, head) = held.take() else { return }
        let response = isSaved ? answer : handler.unsavedResponse(to: head, inPlaceOf: answer)
        guard stream.isOpen else {
            receipt.begin(response.ticket)
            response.delivery.laterTicket.map(handler.dropParts)
            return report(receipt.gone())
        }
        perform(send(response, to: head))
    }

    /// Continues with input that arrived before the last answer was sent.
    func resume() {
        guard stream.isOpen else { return }
        perform(state.advance(at: loop.now))
        read()
    }

    func refuse() { perform(state.overcrowded(at: loop.now)) }

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
            guard let count = stream.read(into: buffers.input) else { return }
            let now = loop.now
            let bytes = UnsafeRawBufferPointer(rebasing: buffers.input[..<count])
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
        perform(state.bodyFailed(error, at: loop.now))
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

    private func setWaitingOutput(_ bytes: Int) {
        guard bytes != waitingOutput else { return }
        if waitingOutput == 0 { waitsSince = loop.now }
        server.waitingOutputChanged(by: bytes - waitingOutput)
        waitingOutput = bytes
    }

    /// Updates `waitingOutput`.
    func countWaitingOutput() {
        setWaitingOutput(stream.pendingOutput + (writer == nil ? 0 : responseSize))
    }

    func report(_ notice: Receipt.Notice?) {
        if let notice { handler.delivered(notice.ticket, notice.how) }
    }

    private func drained() {
        countWaitingOutput()
        report(receipt.drained())
        if writer != nil, !waitsForTime { return perform(carryOn()) }
        perform(state.drained(inputPending: stream.hasInput, at: loop.now))
    }

    func perform(_ first: consuming ConnectionState.Action) {
        var action = first
        while true {
            switch consume action {
            case .wait:
                return
            case .plan(let head):
                action = state.planned(handler.bodyPlan(for: head), for: head, at: loop.now)
            case .sendContinue:
                return stream.write(ResponseWriter.continue100)
            case .spool(let bytes, let file):
                action = spool(bytes, onto: file)
            case .handle(let request):
                return carryOut(handler.respond(to: request), for: request.head)
            case .reject(let error, let head):
                server.hasNews = true
                action = send(handler.response(to: error, head: head), to: head)
            case .resume:
                return loop.nextIteration { [weak self] in self?.resume() }
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
    private func carryOut(_ answer: consuming Answer, for head: RequestHead, isResumed: Bool = false) {
        switch consume answer {
        case .response(let response):
            held = (response, head)
            server.hold(self)
        case .work(let run, let resume):
            // No work is done for a client that has left.
            server.worker.run(run, isNext: isResumed, isWanted: { [stream] in stream.isOpen }) { [self] result in
                carryOut(resume(result), for: head, isResumed: true)
            }
        case .pending(let begin):
            begin { [self] answer in
                guard case .response(let response) = answer else { return carryOut(answer, for: head) }
                server.hasNews = true
                held = (response, head)
                release(isSaved: true)
            }
        }
    }

    private func spool(_ bytes: [UInt8], onto file: SpoolFile?) -> ConnectionState.Action {
        do throws(ProtocolError) {
            let file = if let file { file } else { try SpoolFile(in: server.spoolFolder) }
            try file.append(bytes)
            return state.spooled(onto: file, at: loop.now)
        } catch {
            return state.bodyFailed(error, at: loop.now)
        }
    }

    private func send(_ response: consuming Response, to head: RequestHead?) -> ConnectionState.Action {
        setArriving(ArrivingBytes())
        receipt.begin(response.ticket)
        later = response.delivery.laterTicket
        responseSize = response.delivery.length
        reportInputEnd()
        return writeOn(
            ResponseWriter(
                response, answersHead: head?.method == .head, keepAlive: state.keepsAlive,
                minorVersion: head?.minorVersion ?? 1))
    }

    /// Sends as much of the response as is due and the client reads.
    func carryOn() -> ConnectionState.Action {
        // Taken out, so that it is not copied; put back unless the response is complete.
        if let writer = writer.take() { return writeOn(writer) }
        countWaitingOutput()
        return .wait
    }

    private func writeOn(_ writer: consuming ResponseWriter) -> ConnectionState.Action {
        var output = buffers.takeOutput()
        defer {
            buffers.giveBack(&output)
            countWaitingOutput()
        }
        while true {
            output.removeAll(keepingCapacity: true)
            let pause = writer.write(into: &output, date: buffers.dateText())
            stream.write(output)
            switch pause {
            case .end:
                dropParts()
                let outputPending = stream.pendingOutput > 0
                report(receipt.ended(.complete, outputPending: outputPending))
                return state.sent(
                    isLast: !writer.keepsAlive, outputPending: outputPending, inputPending: stream.hasInput,
                    at: loop.now)
            case .cut:
                dropParts()
                report(receipt.ended(.cut, outputPending: stream.pendingOutput > 0))
                return state.cut(at: loop.now)
            case .reset:
                report(receipt.ended(.cut, outputPending: false))
                return state.reset(at: loop.now)
            case .wait(let duration):
                self.writer = writer
                wait(duration)
                return state.delivering(at: loop.now)
            case .full:
                guard stream.pendingOutput == 0 else {
                    self.writer = writer
                    return state.delivering(at: loop.now)
                }
            case .later:
                self.writer = writer
                // Otherwise it is queued when the earlier output is drained.
                if stream.pendingOutput == 0 { server.queuePart(of: self) }
                return state.delivering(at: loop.now)
            }
        }
    }

    func wait(_ duration: Duration) {
        waitsForTime = true
        if stepTimer == nil {
            stepTimer = Timer(loop) { [unowned self] in
                waitsForTime = false
                // Otherwise it continues when the output is drained: for a client that does not read, the steps would
                // pile up.
                if stream.pendingOutput == 0 { perform(carryOn()) }
            }
        }
        stepTimer?.arm(after: duration)
    }

    /// Ends a wait early.
    func endWait() {
        stepTimer?.cancel()
        waitsForTime = false
        perform(carryOn())
    }
}
