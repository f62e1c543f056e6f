import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The player speaks, the character answers (spec A.1.3, A.1.4).
struct MessageRoutes {
    let gate: Gate
    let pacing: Pacing

    func answer(_ call: Call) throws(Failure) -> Response {
        let (reply, instruction) = try take(call, forStream: false)
        var writer = JSONWriter(capacity: 512)
        reply.write(into: &writer)
        return Response.json(writer.bytes).delayed(by: instruction.delay)
    }

    /// The same turn as an event stream (spec D).
    func stream(_ call: Call) throws(Failure) -> Response {
        let (reply, instruction) = try take(call, forStream: true)
        return ReplyStream(reply: reply, pacing: pacing).response(instruction)
    }

    private func take(_ call: Call, forStream: Bool) throws(Failure) -> (TurnReply, Instruction) {
        let (visit, input) = try Visit.withBody(call, gate, .message)
        let message = try input.message()
        let instruction = try visit.play.instruction(of: message, hasStream: forStream)
        let (session, machine) = try visit.session()
        let compat = visit.play.account.compat
        guard session.outcome == nil else {
            return (try afterEnd(session, machine, visit.play, compat), instruction)
        }
        try visit.play.failAsTold(instruction, message)
        var line = Playthrough.Input()
        line.message = message
        line.instruction = instruction
        let answered = try visit.play.answer(line, in: session, on: machine)
        let reply = TurnReply(
            turn: answered.turn, session: answered.session, machine: machine, unlocks: answered.unlocks, compat: compat)
        return (reply, instruction)
    }

    /// A message to a conversation that has ended changes nothing (spec G-4).
    private func afterEnd(
        _ session: Session, _ machine: Machine, _ play: Playthrough, _ compat: Compat
    ) throws(Failure) -> TurnReply {
        guard compat.afterEnd == .repeat, let last = try play.latestTurn(of: machine) else {
            throw Failure(.badRequest, "Conversation has already ended")
        }
        return TurnReply(turn: last, session: session, machine: machine, unlocks: [], compat: compat)
    }
}
