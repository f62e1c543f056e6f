import Dialogue
import Exact

/// What is typed after an event: `reaction=wow note="two words"`.
enum EventWords {
    static func context(of text: String) throws(ChatError) -> Texts {
        var context: Texts = [:]
        var rest = Substring.UnicodeScalarView(text.unicodeScalars)
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            if rest.isEmpty { return context }
            let word = rest.prefix { $0 != " " && $0 != "\t" }
            guard let equals = word.firstIndex(of: "="), equals > word.startIndex else {
                throw ChatError(
                    "what comes with an event is NAME=VALUE, or NAME=\"VALUE\" for a value with blanks, not "
                        + ExplanationText.quoted(String(word)))
            }
            let name = String(word[..<equals])
            rest = rest[rest.index(after: equals)...]
            if rest.first == "\"" {
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: "\"") else {
                    throw ChatError("the value of \(ExplanationText.quoted(name)) has no closing \"")
                }
                context[name] = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
            } else {
                context[name] = String(word[word.index(after: equals)...])
                rest = rest.drop { $0 != " " && $0 != "\t" }
            }
        }
    }
}
