import Dialogue
import JSON

/// Lines that are said in public, such as comments: each is one text, and belongs to no conversation.
extension ReplyDecoder {
    /// The placeholders that such a line can have.
    private static let names = ["target", "persona_name"]

    func publicLine(_ value: JSONValue) -> Reply? {
        if case .string(let text) = value.kind {
            return template(text, at: value.offset, isPublic: true).map { Reply([$0]) }
        }
        guard case .object = value.kind, let reader = ObjectReader(value, "a line", findings) else {
            findings.report("a line must be a text or {\"text\", \"when\"}, not \(value.typeName)", at: value.offset)
            return nil
        }
        defer { reader.finish() }
        for key in ["bubbles", "photo"] {
            reader.refuse(key, "\"\(key)\" is for messages: what is said in public is one \"text\"")
        }
        let when = reader.value("when").flatMap {
            MatcherDecoder(findings: findings, variables: surroundings.variables, scene: .publicText).matcher($0)
        }
        guard let text = reader.requiredText("text") else { return nil }
        return template(text, at: reader.position(of: "text"), isPublic: true).map { Reply([$0], when: when) }
    }

    func checkPublic(_ template: Template, at offset: Int) {
        for placeholder in template.placeholders where placeholder != .target && placeholder != .personaName {
            findings.report(
                "{\(placeholder.name)} is for conversations; what is said in public can name \(ReplyDecoder.listed)",
                at: offset)
        }
    }

    func publicMistake(unknown name: String) -> String {
        let near = Suggestion.text(for: name, among: ReplyDecoder.names)
        return
            "unknown placeholder {\(name)}\(near.isEmpty ? "; what is said in public can name \(ReplyDecoder.listed)" : near)"
    }

    private static var listed: String { names.map { "{\($0)}" }.joined(separator: " and ") }
}
