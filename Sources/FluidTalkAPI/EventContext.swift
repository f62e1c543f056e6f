import Dialogue
import Emulator
import Exact
import JSON

/// The `entry_context` of an event: the JSON text of the caller's dictionary (A.4).
enum EventContext {
    /// The members as texts. A text that is no JSON is the member `text` (E-19).
    static func members(of text: String?) -> Texts {
        guard let text else { return [:] }
        let value = (try? JSONReader.read(Array(text.utf8))) ?? .string(text)
        return MatchContext.Event.context(of: value)
    }
}
