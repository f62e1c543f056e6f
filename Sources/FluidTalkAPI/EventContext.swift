import Exact
import JSON

/// The `entry_context` of an event: the JSON text of the caller's dictionary (A.4).
enum EventContext {
    /// The name of a context that is not a JSON object (E-19), which is read as plain text.
    static let plainName: ExactText = "text"

    /// The members as texts: a text unchanged, any other value as JSON.
    static func members(of text: String?) -> Texts {
        guard let text else { return [:] }
        guard let value = try? JSONReader.read(Array(text.utf8)) else { return [plainName: text] }
        guard let members = value.members else { return [plainName: EventContext.text(of: value)] }
        return Dictionary(
            members.map { (ExactText($0.key), EventContext.text(of: $0.value)) }, uniquingKeysWith: { $1 })
    }

    private static func text(of value: JSONValue) -> String {
        if let text = value.string { return text }
        var writer = JSONWriter(capacity: 64)
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
