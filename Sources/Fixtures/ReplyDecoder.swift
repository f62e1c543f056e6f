import Dialogue
import JSON

/// Decodes what is said (FIXTURES.md "Replies").
struct ReplyDecoder {
    let findings: Findings
    /// The persona's variables, which `{variable.x}` may name.
    let variables: Set<String>

    /// A line or a list of lines under `key`; nil when the key is absent or wrong. What a state says on being entered
    /// cannot insert itself, so `isEntered` forbids `{entering}`.
    func list(_ key: String, of reader: ObjectReader, id: String, isEntered: Bool = false) -> ReplyList? {
        reader.value(key).flatMap { value in
            let list = list(value, key, id: id)
            if isEntered, let list, list.replies.contains(where: { $0.text.placeholders.contains(.entering) }) {
                findings.report(
                    "{entering} stands for this very line; it belongs into a transition's", at: value.offset)
            }
            return list
        }
    }

    /// What `says_on` of a state, a machine or a persona holds: a list a decision.
    func saysOn(of reader: ObjectReader, id: String) -> SaysOn {
        guard let object = reader.object("says_on", "says_on") else { return [:] }
        defer { object.finish() }
        var saysOn: SaysOn = [:]
        for decision in Decision.allCases {
            saysOn[decision] = list(decision.rawValue, of: object, id: "\(decision.rawValue) \(id)")
        }
        return saysOn
    }

    private func list(_ value: JSONValue, _ key: String, id: String) -> ReplyList? {
        let items: [JSONValue]
        if case .array(let list) = value.kind { items = list } else { items = [value] }
        guard !items.isEmpty else {
            findings.report("\"\(key)\" must hold at least one line", at: value.offset)
            return nil
        }
        let replies = items.compactMap(reply)
        return replies.isEmpty ? nil : ReplyList(id: id, replies)
    }

    private func reply(_ value: JSONValue) -> Reply? {
        if case .string(let text) = value.kind { return template(text, at: value.offset).map { Reply($0) } }
        guard case .object = value.kind, let reader = ObjectReader(value, "a line", findings) else {
            findings.report("a line must be a text or {\"text\", \"when\"}, not \(value.typeName)", at: value.offset)
            return nil
        }
        defer { reader.finish() }
        let matcher = reader.value("when").flatMap { MatcherDecoder(findings: findings).matcher($0) }
        guard let text = reader.requiredText("text") else { return nil }
        return template(text, at: reader.position(of: "text")).map { Reply($0, when: matcher) }
    }

    private func template(_ text: String, at offset: Int) -> Template? {
        guard !text.isEmpty else {
            findings.report("a line must not be empty", at: offset)
            return nil
        }
        do {
            let template = try Template(text)
            for case .variable(let key) in template.placeholders where !variables.contains(key) {
                findings.report(
                    "{variable.\(key)} names no variable of the persona"
                        + Suggestion.text(for: key, among: Array(variables)), at: offset)
            }
            return template
        } catch {
            findings.report(error.message, at: offset)
            return nil
        }
    }
}
