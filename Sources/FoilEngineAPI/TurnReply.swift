import Dialogue
import Emulator
import Emulator
import Fixtures
import JSON

/// The reply to a player's message.
struct TurnReply {
    let answered: Answered
    let compat: FoilEngineCompat
    private var session: Session { answered.session }

    /// The object of a message's reply and of a stream's `done` (spec A.1.3, H-8).
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("message", answered.turn.reply)
        writeStanding(into: &writer)
        writer.endObject()
    }

    /// The object of a stream's `metadata`: the same without the text (spec D).
    func writeMetadata(into writer: inout JSONWriter) {
        writer.beginObject()
        writeStanding(into: &writer)
        writer.endObject()
    }

    private func writeStanding(into writer: inout JSONWriter) {
        writer.member("current_state", session.stateKey.text)
        writer.member("score", session.score)
        writer.member("outcome", session.outcome?.rawValue)
        writer.member("decision", answered.turn.decision(compat)?.rawValue)
        writer.member("follow_up", answered.turn.followUp)
        writer.member("redirect_count", session.redirectCount)
        writer.member("session_id", session.id)
        writer.member("scoring_mode", answered.machine.scoringMode.rawValue)
        writer.member("machine_completed", session.outcome != nil)
        writer.key("unlocked_machines")
        writer.beginArray()
        for unlock in answered.unlocks {
            writer.beginObject()
            writer.member("machine_id", unlock.machine.id)
            writer.member("machine_key", unlock.machine.key)
            writer.member("name", unlock.machine.name)
            writer.member("is_auto_advance", unlock.isAutoAdvance)
            writer.endObject()
        }
        writer.endArray()
    }
}

extension Turn {
    /// The decision that is written for the account: a turn that asked a follow-up has none of its own (spec G-6).
    func decision(_ compat: FoilEngineCompat) -> Decision? {
        followUp && compat.followUpDecision == .pass ? decision ?? .pass : decision
    }
}
