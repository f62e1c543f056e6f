/// Makes texts for a simple pattern: literal characters, groups, alternatives, classes, repetitions. A text may not match;
/// who asks tries it.
struct PatternText {
    private var rest: Substring.UnicodeScalarView
    private var isSupported = true

    /// The most texts of a pattern, or of a part of it.
    private static let limit = 24

    /// The simplest first; empty when the pattern has a part that is not known here.
    static func texts(for source: String) -> [String] {
        var maker = PatternText(rest: source.unicodeScalars[...])
        let texts = maker.alternatives()
        return maker.isSupported && maker.rest.isEmpty ? texts : []
    }

    /// What the alternatives up to the end of the group make: first the first text of each.
    private mutating func alternatives() -> [String] {
        var lists = [sequence()]
        while rest.first == "|" {
            rest.removeFirst()
            lists.append(sequence())
        }
        let firsts = lists.compactMap(\.first)
        return Array((firsts + lists.flatMap { $0.dropFirst() }).prefix(PatternText.limit))
    }

    /// The simplest text, then those in which one part is another.
    private mutating func sequence() -> [String] {
        var parts: [[String]] = []
        while isSupported, let next = rest.first, next != "|", next != ")" {
            parts.append(repeated(item()))
        }
        guard isSupported else { return [] }
        let simplest = parts.map { $0.first ?? "" }
        var texts = [simplest.joined()]
        for (place, others) in parts.enumerated() {
            for other in others.dropFirst() where texts.count < PatternText.limit {
                var parts = simplest
                parts[place] = other
                texts.append(parts.joined())
            }
        }
        return texts
    }

    private mutating func item() -> [String] {
        switch rest.removeFirst() {
        case "(": group()
        case "[": characterClass()
        case "\\": escape()
        case "^", "$": [""]
        case ".": ["a", "1", "?"]
        case let other: [String(other)]
        }
    }

    private mutating func group() -> [String] {
        if rest.first == "?" {
            rest.removeFirst()
            switch rest.first {
            case ":": rest.removeFirst()
            case "i":
                // Case makes no difference anyway.
                guard rest.dropFirst().first == ")" else { return unsupported() }
                rest = rest.dropFirst(2)
                return [""]
            case "<", "P", "'":
                let name = rest.prefix { $0 != ">" && $0 != ")" }
                let isName = rest.dropFirst(name.count).first == ">" && !name.contains("=") && !name.contains("!")
                guard isName else { return unsupported() }
                rest = rest.dropFirst(name.count + 1)
            default: return unsupported()
            }
        }
        let texts = alternatives()
        guard rest.popFirst() == ")" else { return unsupported() }
        return texts
    }

    private mutating func characterClass() -> [String] {
        let isNegated = rest.first == "^"
        if isNegated { rest.removeFirst() }
        var members: [String] = []
        while let next = rest.popFirst(), next != "]" || members.isEmpty {
            if next == "\\" {
                members += escape()
            } else if next == "-", let low = members.last?.unicodeScalars.first, let high = rest.first, high != "]" {
                rest.removeFirst()
                let middle = Unicode.Scalar((low.value + high.value) / 2)
                members += [middle, high].compactMap(\.self).map { String($0) }
            } else {
                members.append(String(next))
            }
        }
        guard isSupported, !members.isEmpty else { return unsupported() }
        guard isNegated else { return Array(members.prefix(PatternText.limit)) }
        return ["a", "z", "1", " ", "?"].filter { text in !members.contains { $0 == text } }
    }

    private mutating func escape() -> [String] {
        guard let next = rest.popFirst() else { return unsupported() }
        switch next {
        case "d": return ["1", "7"]
        case "w", "S", "D": return ["a", "z"]
        case "s", "W", "h": return [" "]
        case "b", "B", "A", "z", "Z", "K": return [""]
        case "p":
            let isLong = rest.first == "{"
            let name = String(isLong ? rest.dropFirst().prefix { $0 != "}" } : rest.prefix(1))
            rest = rest.dropFirst(name.unicodeScalars.count + (isLong ? 2 : 0))
            let known = ["L": "a", "Ll": "a", "Lu": "A", "N": "1", "Nd": "1"]
            return known[name].map { [$0] } ?? unsupported()
        case "0"..."9", "a"..."z", "A"..."Z": return unsupported()
        default: return [String(next)]
        }
    }

    /// The texts as often as what follows says: at first once if that can be, then otherwise.
    private mutating func repeated(_ texts: [String]) -> [String] {
        let counts: [Int]
        switch rest.first {
        case "?": counts = [1, 0]
        case "*": counts = [1, 0, 2, 3]
        case "+": counts = [1, 2, 3]
        case "{":
            let bounds = rest.dropFirst().prefix { $0 != "}" }
            let ends = bounds.split(separator: ",", omittingEmptySubsequences: false).map { Int(String($0)) }
            guard let least = ends.first ?? nil, least <= 100 else { return texts }
            let most = ends.count == 1 ? least : (ends[1] ?? least + 1)
            rest = rest.dropFirst(bounds.count + 1)
            counts = least < most ? [least, least + 1, min(most, least + 20)] : [least]
        default: return texts
        }
        rest.removeFirst()
        if rest.first == "?" || rest.first == "+" { rest.removeFirst() }
        let all = counts.flatMap { count in
            texts.prefix(count == counts[0] ? PatternText.limit : 1).map { String(repeating: $0, count: count) }
        }
        return Array(all.prefix(PatternText.limit))
    }

    private mutating func unsupported() -> [String] {
        isSupported = false
        return []
    }
}
