public import Dialogue
import Exact

/// What the player does in one turn of a walk.
public struct Act: Sendable {
    /// What the player says; empty beside an event.
    public let line: String
    /// The event in place of a line.
    public let event: MatchContext.Event?
    public let hasImage: Bool

    init(line: String = "", event: MatchContext.Event? = nil, hasImage: Bool = false) {
        (self.line, self.event, self.hasImage) = (line, event, hasImage)
    }

    /// The turn's input. Its reply is given, because a walk reads none.
    func input(_ variables: Texts, earlier: [String]) -> Session.Input {
        Session.Input(
            message: line, instruction: Instruction(plain: line), variables: variables, earlier: earlier,
            event: event, hasImage: hasImage, reply: "…")
    }
}

extension Act: CustomStringConvertible {
    public var description: String {
        let what =
            event.map { "event \(ExplanationText.quoted($0.id))" } ?? "say \(ExplanationText.quoted(line))"
        let context = (event?.context ?? [:]).sorted { $0.key < $1.key }
            .map { "\($0.key): \(ExplanationText.quoted($0.value))" }
        return what + (context.isEmpty ? "" : " (\(context.joined(separator: ", ")))")
            + (hasImage ? " with an image" : "")
    }
}

/// How a conversation begins. A player's first line without a greeting leads where it leads after one.
public enum Start: Sendable {
    case greeting
    case opener
    case event(MatchContext.Event)
}
