import Dialogue
import HTTP
import JSON

extension Fault {
    /// An answer that replaces the one that the client asked for.
    struct Refusal: Sendable {
        enum Content: Sendable {
            /// An error of the API that was called, with this message; nil: a standard message.
            case words(String?)
            case json(JSONValue)
            /// Any text, such as a proxy's page.
            case text(String)
        }

        let status: Int
        let content: Content
        let fields: Fields
    }
}

extension Fault.Effect {
    /// Whether the effect replaces the answer, so that it can strike before the request is carried out.
    var refuses: Bool {
        switch self {
        case .refuse, .rateLimit, .cut(_, at: .start): true
        default: false
        }
    }
}

extension FaultLedger.Strike {
    /// The failure to answer instead; nil when the fault changes the server's own answer.
    func failure(in sandbox: Sandbox, caller: String) -> Failure? {
        switch fault.effect {
        case .refuse(let refusal): return refusal.failure(by: id)
        case .rateLimit(let seconds):
            let isScaled = fault.time == .sandbox && !sandbox.clock.isReal
            if isScaled { sandbox.noteWait(of: caller, seconds: seconds) }
            return .rateLimited(isScaled ? sandbox.clock.retryAfter(seconds) : RetryAfter(seconds: seconds))
        case .cut(let cut, at: .start):
            var failure = Failure(.unavailable, "The fault \(id) ended the connection")
            failure.response = Response(status: .unavailable, delivery: Delivery([cut.step]))
            return failure
        default: return nil
        }
    }
}

extension Fault.Refusal {
    fileprivate func failure(by id: String) -> Failure {
        let words: String? = if case .words(let words) = content { words } else { nil }
        var failure = Failure(Status(status), words ?? "The fault \(id) asked for this error")
        failure.fields = fields
        switch content {
        case .words: break
        case .json(let value): failure.response = response(value.bytes, type: "application/json")
        case .text(let text): failure.response = response(Array(text.utf8), type: "text/plain; charset=utf-8")
        }
        return failure
    }

    private func response(_ body: [UInt8], type: String) -> Response {
        var all = fields
        if fields[.contentType] == nil { all.add(.contentType, type) }
        return Response(status: Status(status), fields: all, body: body)
    }
}

extension Fault.Cut {
    var step: Delivery.Step {
        switch self {
        case .close: .close
        case .reset: .reset
        }
    }
}
