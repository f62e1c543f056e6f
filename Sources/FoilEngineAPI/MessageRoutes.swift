import Dialogue
import Emulator
import HTTP
import JSON

/// The player speaks, the character answers (spec A.1.3).
struct MessageRoutes {
    let emulator: Emulator
    private var gate: Gate { Gate(emulator: emulator) }

    init(emulator: Emulator) { self.emulator = emulator }

    func answer(_ call: Call) throws(Failure) -> Response {
        let (visit, input) = try Visit.withBody(call, gate, .message)
        let message = try input.message()
        let instruction = try instruction(message, for: visit.play.account)
        var (session, machine) = try visit.session()
        guard session.outcome == nil else { throw Failure(.badRequest, "Conversation has already ended") }
        try visit.play.failAsTold(instruction, message)
        let (turn, unlocks) = try visit.play.answer(message, meaning: instruction, in: &session, on: machine)
        return .json(MessageRoutes.body(turn, session, machine, unlocks))
    }

    private func instruction(_ message: String, for account: Account) throws(Failure) -> Instruction {
        guard account.directives else { return Instruction(plain: message) }
        do {
            return try Instruction(message)
        } catch {
            throw Failure(
                .badRequest,
                "Unknown directive [[\(error.name)]]: known are \(Directive.forms)")
        }
    }

    private static func body(_ turn: Turn, _ session: Session, _ machine: Machine, _ unlocks: [Unlock]) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("message", turn.reply)
        writer.member("current_state", session.stateKey.text)
        writer.member("score", session.score)
        writer.member("outcome", session.outcome?.rawValue)
        writer.member("decision", turn.decision?.rawValue)
        writer.member("follow_up", turn.followUp)
        writer.member("redirect_count", session.redirectCount)
        writer.member("session_id", session.id.description)
        writer.member("scoring_mode", machine.scoringMode.rawValue)
        writer.member("machine_completed", session.outcome != nil)
        writer.key("unlocked_machines")
        writer.beginArray()
        for unlock in unlocks {
            writer.beginObject()
            writer.member("machine_id", unlock.machine.id.description)
            writer.member("machine_key", unlock.machine.key)
            writer.member("name", unlock.machine.name)
            writer.member("is_auto_advance", unlock.isAutoAdvance)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
