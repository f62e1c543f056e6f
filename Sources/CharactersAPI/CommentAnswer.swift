import Emulator
import HTTP
import JSON

/// What becomes of a reply or of a thread (A.3-8, A.3-9).
struct CommentAnswer {
    enum Decision: String {
        case reply = "comment_reply"
        case nudge = "drive_to_dm_nudge"
        case skip
        case bowOut = "bow_out"
    }

    let decision: Decision
    /// What is to be published, and whether it was cut.
    private let written: (text: String, isTruncated: Bool, cap: TextCap)?
    private var reason: String?
    private var ignoreReason: String?
    private var pauseReason: String?
    private var explain: String?

    init(_ decision: Decision, _ text: String, within cap: TextCap) {
        let (cut, isTruncated) = cap.cut(text)
        self.decision = decision
        written = (cut, isTruncated, cap)
    }

    static func stop(_ stop: CommentStop) -> CommentAnswer {
        var answer = CommentAnswer(decision: stop == .hostile ? .bowOut : .skip)
        answer.reason = stop.rawValue
        answer.ignoreReason = stop == .disabled ? stop.rawValue : nil
        answer.explain = stop.explanation
        return answer
    }

    static func paused(_ reason: String) -> CommentAnswer {
        var answer = CommentAnswer(decision: .skip)
        (answer.reason, answer.pauseReason) = (reason, reason)
        answer.explain = CommentStop.paused(reason)
        return answer
    }

    private init(decision: Decision) { (self.decision, written) = (decision, nil) }

    /// Optional members are always sent, but for those of a text that was written (E-40).
    /// - Parameter more: writes the members of the endpoint.
    func response(_ requestID: String, _ more: (inout JSONWriter) -> Void) -> Response {
        Envelope.response(requestID) { writer in
            writer.member("ok", true)
            writer.member("decision", decision.rawValue)
            writer.member("reply", written?.text)
            writer.member("reason", reason)
            writer.member("ignore_reason", ignoreReason)
            writer.member("pause_reason", pauseReason)
            writer.member("explain", explain)
            more(&writer)
            guard let written else { return }
            writer.member("max_chars", written.cap.most)
            writer.member("truncated", written.isTruncated)
        }
    }
}
