import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The routes for a player's messages (spec A.1.3, A.1.4).
struct MessageRoutes {
    let gate: Gate
    let pacing: Pacing

    func answer(_ call: Call) throws(Failure) -> Response {
        var writer = JSONWriter(capacity: 512)
        try reply(to: call, hasStream: false).write(into: &writer)
        return Response.json(writer.bytes)
    }

    /// The same turn as an event stream (spec D).
    func stream(_ call: Call) throws(Failure) -> Response {
        ReplyStream(reply: try reply(to: call, hasStream: true), pacing: pacing).response
    }

    private func reply(to call: Call, hasStream: Bool) throws(Failure) -> TurnReply {
        let (chat, input) = try ChatCall.withBody(call, gate, .message)
        // A message to a conversation that has ended changes nothing (spec G-4).
        let answered = try chat.player.say(
            Message(try input.message(), hasStream: hasStream),
            in: .latest(
                on: chat.meantMachine, missing: { ChatCall.noSession },
                ended: { Failure(.badRequest, "Conversation has already ended") },
                repeatsLast: chat.compat.afterEnd == .repeat))
        return TurnReply(answered: answered, compat: chat.compat)
    }
}
