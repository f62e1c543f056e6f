import Dialogue
import HTTP
import JSON

extension Fault {
    /// An answer in place of that which was asked for.
    struct Refusal: Sendable {
        enum Content: Sendable {
            /// The error of the API that was called, in these words or in ours.
            case words(String?)
            case json(JSONValue)
            /// Whatever it is: a proxy's page.
            case text(String)
        }

        let status: Int
        let content: Content
        let fields: Fields
    }
}

extension Fault.Effect {
    /// Whether it answers in place of the server, and can so before the request is carried out.
    var refuses: Bool {
        switch self {
        case .refuse, .rateLimit, .cut(_, at: .start): true
        default: false
        }
    }
}

extension FaultLedger.Strike {
    /// What the caller is told instead; nil where the fault changes an answer that there is.
    func failure(in sandbox: Sandbox, caller: String) -> Failure? {
        switch fault.effect {
        case .refuse(let refusal): return refusal.failure(by: id)
        case .rateLimit(let seconds):
            let isScaled = fault.time == .sandbox && !sandbox.clock.isReal
            if isScaled { sandbox.tell(caller, toWait: seconds) }
            return .rateLimited(
                RetryAfter(seconds: seconds, scale: isScaled ? sandbox.clock.retryAfterScale : 1))
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
