/// Makes a text for a simple pattern: literal characters, groups, classes, repetitions. Of alternatives the first is
/// taken. The text may not match; who asks tries it.
struct PatternText {
    private var rest: Substring.UnicodeScalarView
    private var isSupported = true

    /// Nil when the pattern has a part that is not known here.
    static func of(_ source: String) -> String? {
        var maker = PatternText(rest: source.unicodeScalars[...])
        let text = maker.alternatives()
        return maker.isSupported && maker.rest.isEmpty ? text : nil
    }

    /// What the alternatives up to the end of the group make: the text of the first.
    private mutating func alternatives() -> String {
        let first = sequence()
        while rest.first == "|" {
            rest.removeFirst()
            _ = sequence()
        }
        return first
    }

    private mutating func sequence() -> String {
        var text = ""
        while isSupported, let next = rest.first, next != "|", next != ")" {
            let part = item()
            text += String(repeating: part, count: repetitions())
        }
        return text
    }

    private mutating func item() -> String {
        switch rest.removeFirst() {
        case "(": return group()
        case "[": return characterClass()
        case "\\": return escape()
        case "^", "$": return ""
        case ".": return "a"
        case let other: return String(other)
        }
    }

    private mutating func group() -> String {
        if rest.first == "?" {
            rest.removeFirst()
            switch rest.first {
            case ":": rest.removeFirst()
            case "i":
                // Case makes no difference anyway.
                guard rest.dropFirst().first == ")" else { return unsupported() }
                rest = rest.dropFirst(2)
                return ""
            case "<", "P", "'":
                let name = rest.prefix { $0 != ">" && $0 != ")" }
                let isName = rest.dropFirst(name.count).first == ">" && !name.contains("=") && !name.contains("!")
                guard isName else { return unsupported() }
                rest = rest.dropFirst(name.count + 1)
            default: return unsupported()
            }
        }
        let text = alternatives()
        guard rest.popFirst() == ")" else { return unsupported() }
        return text
    }

    private mutating func characterClass() -> String {
        let isNegated = rest.first == "^"
        if isNegated { rest.removeFirst() }
        var first: String?
        var members: [Unicode.Scalar] = []
        while let next = rest.popFirst(), next != "]" || members.isEmpty && first == nil {
            if next == "\\" {
                first = first ?? escape()
            } else {
                members.append(next)
                first = first ?? String(next)
            }
        }
        guard isNegated else { return first ?? unsupported() }
        return ["a", "1", " "].first { text in !members.contains { String($0) == text } } ?? unsupported()
    }

    private mutating func escape() -> String {
        guard let next = rest.popFirst() else { return unsupported() }
        switch next {
        case "d": return "1"
        case "w", "S", "D": return "a"
        case "s", "W", "h": return " "
        case "b", "B", "A", "z", "Z", "K": return ""
        case "p":
            let isLong = rest.first == "{"
            let name = String(isLong ? rest.dropFirst().prefix { $0 != "}" } : rest.prefix(1))
            rest = rest.dropFirst(name.unicodeScalars.count + (isLong ? 2 : 0))
            let known = ["L": "a", "Ll": "a", "Lu": "A", "N": "1", "Nd": "1"]
            return known[name] ?? unsupported()
        case "0"..."9", "a"..."z", "A"..."Z": return unsupported()
        default: return String(next)
        }
    }

    /// How often the item before is repeated.
    private mutating func repetitions() -> Int {
        var count = 1
        switch rest.first {
        case "?", "*", "+": rest.removeFirst()
        case "{":
            let bounds = rest.dropFirst().prefix { $0 != "}" }
            guard let least = Int(String(bounds.prefix { $0 != "," })), least <= 100 else { return 1 }
            rest = rest.dropFirst(bounds.count + 2)
            count = least
        default: return 1
        }
        if rest.first == "?" || rest.first == "+" { rest.removeFirst() }
        return count
    }

    private mutating func unsupported() -> String {
        isSupported = false
        return ""
    }
}
