import Dialogue
import Exact
import Text

/// Makes messages that meet wishes.
struct MessageMaker {
    /// Lines that stories say, for patterns.
    private let samples: [String]
    /// Words that no condition of the machine asks for, as far as there are such.
    let neutral: [String]

    /// The most samples that are tried for one wish.
    private static let sampleLimit = 4
    /// The longest message that is made.
    private static let lengthLimit = 10_000

    init(for machine: Machine, samples: [String]) {
        self.samples = samples
        let conditions = machine.conditions
        let words = ["hm", "mm", "?!", "42"]
        let free = words.filter { word in
            !conditions.contains { $0.asks(for: word) }
        }
        neutral = free + words.filter { !free.contains($0) }
    }

    /// The acts that may meet one of the wishes: alone, with one of each other list, and with one of all of them.
    func acts(for wishes: [Wish], past others: [[Wish]], lengths: [Int], asksImage: Bool) -> [Act] {
        let single = others.flatMap { Wish.all([wishes, $0]) }
        let all = wishes + single + (others.count < 2 ? [] : Wish.all([wishes] + others))
        return all.flatMap { acts(for: $0, lengths: lengths, asksImage: asksImage) }
    }

    /// The acts that may meet a wish, shortest first; empty when none can be made.
    /// - Parameters:
    ///   - lengths: lengths at which a condition of the state begins or ends to hold.
    ///   - asksImage: whether a condition of the state asks for an image.
    private func acts(for wish: Wish, lengths: [Int], asksImage: Bool) -> [Act] {
        let images = wish.hasImage.map { [$0] } ?? (asksImage ? [false, true] : [false])
        if let id = wish.event {
            guard let context = context(of: wish) else { return [] }
            let event = MatchContext.Event(id: id, context: context)
            return images.map { Act(event: event, hasImage: $0) }
        }
        guard wish.context.isEmpty else { return [] }
        var texts: [String] = []
        // Two brackets could be a directive.
        for text in self.texts(for: wish) where !text.contains("[[") {
            texts += [text, "\(text) \(neutral[0])"]
            texts += lengths.filter { $0 > text.count && $0 <= MessageMaker.lengthLimit }.map { padded(text, to: $0) }
        }
        return texts.flatMap { text in images.map { Act(line: text, hasImage: $0) } }
    }

    /// Texts that have the wish's words; empty when none can be made.
    private func texts(for wish: Wish) -> [String] {
        let words = wish.phrases.map(\.spoken).joined(separator: " ")
        if let whole = wish.equals.first { return [whole.description] }
        guard !wish.patterns.isEmpty else { return words.isEmpty ? neutral : [words] }
        let made = wish.patterns.map { PatternText.of($0.source) ?? "" }.joined(separator: " ")
        return (samples + [made]).lazy.filter { text in wish.patterns.allSatisfy { $0.matches(text) } }
            .prefix(MessageMaker.sampleLimit).map { words.isEmpty ? $0 : "\($0) \(words)" }
    }

    private func padded(_ text: String, to length: Int) -> String {
        let missing = length - text.count
        let word = neutral[0]
        let padding = String(repeating: " \(word)", count: missing / (word.count + 1) + 1).prefix(missing)
        return text + (padding.last == " " ? padding.dropLast() + "." : padding)
    }

    /// What comes with the event; nil when a value cannot be made.
    private func context(of wish: Wish) -> Texts? {
        var context: Texts = [:]
        for (name, value) in wish.context {
            guard let text = self.value(for: value) else { return nil }
            context[name] = text
        }
        return context
    }

    private func value(for matcher: ValueMatcher) -> String? {
        if let number = matcher.number { return String(number.atLeast ?? number.atMost ?? 0) }
        let wishes = Wish.all(matcher.texts.map { Wish.of(.text($0)) })
        return wishes.lazy.compactMap { texts(for: $0).first }.first
    }
}

extension Phrase {
    /// A text in which it occurs.
    fileprivate var spoken: String {
        let text = description
        return text.hasSuffix("*") ? String(text.dropLast()) : text
    }
}

extension Pattern {
    func matches(_ text: String) -> Bool {
        var effort = Effort()
        return captures(in: text, &effort) != nil
    }
}

extension Matcher {
    /// Whether it or a matcher inside it looks for something that the text has.
    fileprivate func asks(for text: String) -> Bool {
        let context = MatchContext(text: text)
        return contains { matcher in
            switch matcher {
            case .text(.none(let phrases)), .said(let phrases): Matcher.text(.any(phrases)).holdsAlone(in: context)
            case .text: matcher.holdsAlone(in: context)
            default: false
            }
        }
    }

    /// Whether it holds, with an effort of its own.
    func holdsAlone(in context: MatchContext) -> Bool {
        var effort = Effort()
        return holds(in: context, &effort)
    }

    /// The matchers in it that have none inside.
    var atoms: [Matcher] {
        switch self {
        case .every(let inside), .allOf(let inside), .some(let inside): inside.flatMap(\.atoms)
        case .not(let inside): inside.atoms
        default: [self]
        }
    }
}

extension Machine {
    /// The conditions of all transitions and follow-ups.
    var conditions: [Matcher] {
        let states = stateKeys.compactMap(state)
        let followUps = states.flatMap { $0.followUps.compactMap(\.when) }
        var seen: Set<ObjectIdentifier> = []
        let transitions = states.flatMap { self.transitions(from: $0.key) }.filter {
            seen.insert(ObjectIdentifier($0)).inserted
        }
        return followUps + transitions.compactMap(\.when)
    }
}
