import Dialogue
import Emulator
import HTTP
import JSON

/// The speed at which the text of a stream is sent.
public struct Pacing: Equatable, Sendable {
    /// Between the metadata and the first piece of text.
    public var firstTokenMilliseconds: Int
    /// Pieces of text per second; 0: all at once.
    public var tokensPerSecond: Int

    public init(firstTokenMilliseconds: Int = 0, tokensPerSecond: Int = 0) {
        self.firstTokenMilliseconds = firstTokenMilliseconds
        self.tokensPerSecond = tokensPerSecond
    }

    fileprivate var first: [Delivery.Step] {
        firstTokenMilliseconds == 0 ? [] : [.wait(.milliseconds(firstTokenMilliseconds))]
    }

    fileprivate var next: [Delivery.Step] {
        tokensPerSecond == 0 ? [] : [.wait(.nanoseconds(1_000_000_000 / tokensPerSecond))]
    }
}

/// A turn as an event stream (spec D): metadata, the text in pieces, then the complete reply. The turn is decided
/// before.
struct ReplyStream {
    let reply: TurnReply
    let pacing: Pacing

    var response: Response {
        let directives = reply.answered.instruction.directives
        var steps = steps(failing: directives.contains(.streamError))
        for case .drop(let count) in directives { steps = ReplyStream.cut(steps, afterEvents: count) }
        return Response(status: .ok, fields: EventStream.fields, delivery: Delivery(steps, framing: .stream))
    }

    private func steps(failing: Bool) -> [Delivery.Step] {
        var steps = [ReplyStream.event("metadata", capacity: 400) { reply.writeMetadata(into: &$0) }]
        let pieces = TextPieces.of(reply.answered.turn.reply)
        steps.reserveCapacity(2 * pieces.count + 2)
        for (place, piece) in pieces.prefix(failing ? 1 : pieces.count).enumerated() {
            steps += place == 0 ? pacing.first : pacing.next
            steps.append(ReplyStream.event("text_delta", capacity: 64) { $0.object { $0.member("text", piece) } })
        }
        if failing {
            let text = "The message asked for this error"
            steps.append(ReplyStream.event("error", capacity: 64) { $0.object { $0.member("error", text) } })
        } else {
            steps.append(ReplyStream.event("done", capacity: 512) { reply.write(into: &$0) })
        }
        return steps
    }

    /// Non-ASCII is escaped: some clients end a line at U+2028 and the like (spec D).
    private static func event(
        _ name: String, capacity: Int, _ write: (inout JSONWriter) -> Void
    ) -> Delivery.Step {
        .bytes(
            EventStream.event(name, capacity: capacity) { JSONWriter.append(to: &$0, asciiOnly: true, write) })
    }

    private static func cut(_ steps: [Delivery.Step], afterEvents count: Int) -> [Delivery.Step] {
        var left = count
        let kept = steps.prefix { step in
            guard case .bytes = step else { return true }
            left -= 1
            return left >= 0
        }
        return kept + [.close]
    }
}

extension JSONWriter {
    fileprivate mutating func object(_ write: (inout JSONWriter) -> Void) {
        beginObject()
        write(&self)
        endObject()
    }
}
