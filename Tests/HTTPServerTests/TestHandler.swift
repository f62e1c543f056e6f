import HTTP

/// Answers every request with its method, path and body, and logs its calls in order.
final class TestHandler: Handler {
    var bodyLimit = 1000
    /// Of the body of `/spooled`.
    var spoolLimit = 0
    var largeBody: [UInt8] = []
    /// The answer to `/steps`.
    var stepwise: Response?
    /// What is worked out on another thread for `/work`, whose answer is the result.
    var work: @Sendable () -> String = { "" }
    var isSaving = true
    /// Of the answer to the next request, and one more each time; 0: none has one.
    var ticket: Ticket = 0
    /// Of the answers in place of those that were not saved.
    var unsavedTicket: Ticket = 0
    /// The reported deliveries, as `1 complete`.
    private(set) var deliveries: [String] = []
    /// The parts that come later, by ticket.
    var parts: [Ticket: [LaterPart]] = [:]
    private(set) var dropped: [Ticket] = []
    private(set) var endedInputs: [Ticket] = []
    /// What follows the parts; nil: their end.
    var rest: LaterPart?
    var date: String?
    /// Paths of the heads for which a body plan was asked.
    private(set) var planned: [String] = []
    private(set) var log: [String] = []
    var whenAsked: (Request) -> Void = { _ in }

    func bodyPlan(for head: RequestHead) -> BodyPlan {
        planned.append(head.path)
        switch head.path {
        case "/spooled": return .spool(limit: spoolLimit)
        default: return .collect(limit: bodyLimit)
        }
    }

    func respond(to request: Request) -> Answer {
        log.append(request.head.path)
        whenAsked(request)
        guard request.head.path == "/work" else { return .response(ticketed(response(to: request))) }
        return .work(work) { [self] result in .response(ticketed(TestHandler.text("\(result)"))) }
    }

    private func ticketed(_ response: Response) -> Response {
        var response = response
        response.ticket = ticket
        if ticket != 0 { ticket += 1 }
        return response
    }

    private func response(to request: Request) -> Response {
        if request.head.path == "/steps", let stepwise { return stepwise }
        if request.head.path == "/spooled" { return TestHandler.text("POST /spooled") }
        if request.head.path == "/large" { return Response(status: .ok, body: largeBody) }
        var response = TestHandler.text(
            "\(request.head.method) \(request.head.path) \(HTTPServerTests.text(request.body))")
        if let date { response.fields.add(.date, date) }
        return response
    }

    func response(to error: ProtocolError, head: RequestHead?) -> Response {
        TestHandler.text("\(head?.path ?? "-") \(error.message)", status: error.status)
    }

    func endBatch() -> Bool {
        log.append("endBatch")
        return isSaving
    }

    func unsavedResponse(to head: RequestHead, inPlaceOf response: Response) -> Response {
        var response = TestHandler.text("unsaved \(head.path)", status: .unavailable)
        response.ticket = unsavedTicket
        return response
    }

    func nextPart(_ ticket: Ticket) -> LaterPart {
        log.append("part \(ticket)")
        guard parts[ticket]?.isEmpty == false else { return rest ?? .end }
        return parts[ticket]?.removeFirst() ?? .end
    }

    func dropParts(_ ticket: Ticket) { dropped.append(ticket) }

    func inputEnded(_ ticket: Ticket) { endedInputs.append(ticket) }

    func beginDrain() {
        log.append("beginDrain")
        rest = nil
    }

    func delivered(_ ticket: Ticket, _ how: Delivered) {
        deliveries.append("\(ticket) \(how)")
    }

    private static func text(_ text: String, status: Status = .ok) -> Response {
        Response(status: status, body: Array(text.utf8))
    }
}
