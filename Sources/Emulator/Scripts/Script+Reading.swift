import Journal
public import Dialogue
public import Fixtures
import JSON

/// A script as a client sends it.
public struct ScriptRequest {
    /// The most steps.
    private static let limit = 1_000
    let player: String?
    let persona: String?
    let steps: [Script.Step]

    /// - Parameter personas: the known personas; another one is reported, because the script would never apply. Nil:
    ///   none is reported.
    public init?(_ reader: ObjectReader, personas: [Persona]?) {
        player = reader.name("player", nullable: true)
        persona = reader.name("persona", nullable: true)
        if let persona, let personas, !personas.contains(where: { PersonaName($0).isCalled(persona) }) {
            reader.findings.report(
                "\"persona\" names no persona: \"\(persona)\""
                    + Suggestion.text(for: persona, among: personas.flatMap { [$0.slug, $0.name] }),
                at: reader.position(of: "persona"))
        }
        guard let items = reader.array("steps") ?? reader.missing("steps") else { return nil }
        if items.isEmpty || items.count > ScriptRequest.limit {
            reader.findings.report(
                "\"steps\" must list 1 to \(ScriptRequest.limit) steps, not \(items.count)",
                at: reader.position(of: "steps"))
        }
        steps = items.prefix(ScriptRequest.limit).compactMap { value in
            guard let step = ObjectReader(value, "a step", reader.findings) else { return nil }
            defer { step.finish() }
            return ScriptRequest.step(step)
        }
    }

    /// Reads a step. Members that are null count as absent, because the API writes them so.
    private static func step(_ reader: ObjectReader) -> Script.Step {
        func isGiven(_ key: String) -> Bool { reader.value(key).map { !$0.isNull } ?? false }
        let decision = isGiven("decision") ? reader.choice("decision", Decision.self) : nil
        let asksFollowUp = isGiven("follow_up") ? reader.bool("follow_up") ?? false : false
        let reply = isGiven("reply") ? reader.requiredText("reply") : nil
        let status = isGiven("error") ? reader.integer("error", in: 400...599) : nil
        let message = isGiven("message") ? reader.text("message") : nil
        if let status {
            if decision != nil || asksFollowUp || reply != nil {
                reader.findings.report(
                    "an \"error\" makes no turn, so neither decision, follow_up nor reply can stand beside it",
                    at: reader.position(of: "error"))
            }
            return .error(status: status, message: message)
        }
        if message != nil, !isGiven("error") {
            reader.findings.report(
                "\"message\" is what an \"error\" says; what the persona says is a \"reply\"",
                at: reader.position(of: "message"))
        }
        if decision != nil, asksFollowUp {
            reader.findings.report(
                "\"follow_up\" decides nothing, so it cannot stand beside \"decision\"",
                at: reader.position(of: "follow_up"))
        }
        return .turn(decision.map { .decide($0) } ?? (asksFollowUp ? .followUp : nil), reply: reply)
    }
}
