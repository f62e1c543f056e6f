import Dialogue
import Emulator
import JSON

/// What `foilmock chat --format json` prints: one object a line.
enum ChatJSON {
    /// - Parameter line: the number of the line of input, from 1; 0 for what comes before the first.
    static func turn(_ turn: ChatTurn, line: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        let (step, session) = (turn.step, turn.after)
        writer.beginObject()
        writer.member("line", line)
        writer.member("machine", turn.machine.key)
        writer.member("turn", session?.turnCount)
        writer.member("reply", step.said?.text)
        writer.list("bubbles", step.said?.bubbles ?? []) { $0.string($1) }
        writer.member("photo", step.said?.photo)
        writer.member("decision", step.decision?.rawValue)
        writer.member("follow_up", step.followUp)
        writer.member("state", session?.stateKey.text)
        writer.member("score", session?.score)
        writer.member("outcome", session?.outcome?.rawValue)
        writer.member("redirect_count", session?.redirectCount)
        writer.list("unlocks", step.unlocks) { $0.string($1.machine.key) }
        writer.member("why", step.answered.map { ChatText.reason($0.explanation) })
        writer.endObject()
        return writer.bytes
    }

    /// What a command shows.
    static func lines(_ lines: [String], of command: ChatCommand, line: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("line", line)
        writer.member("command", command.rawValue)
        writer.list("lines", lines) { $0.string($1) }
        writer.endObject()
        return writer.bytes
    }

    static func error(_ error: ChatError, line: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.member("line", line)
        writer.member("error", error.message)
        writer.endObject()
        return writer.bytes
    }
}
