import Dialogue
import Exact
import Text

/// Makes messages that may have the answers that a solver has found. Who asks tries them.
struct MessageMaker {
    /// Lines that stories say.
    let samples: [String]
    /// Words that no condition of the machine asks for, as far as there are such.
    private let neutral: [String]

    /// The most lines that are made of one solution.
    private static let limit = 40
    /// The most lines of stories that are tried.
    private static let sampleLimit = 200

    init(for machine: Machine, samples: [String]) {
        var seen: Set<ExactText> = []
        let known = samples.filter { MessageMaker.canBeSaid($0) && seen.insert(ExactText($0)).inserted }
        self.samples = Array(known.prefix(MessageMaker.sampleLimit))
        let conditions = machine.conditions
        let words = ["hm", "mm", "?!", "42", "?", "k"]
        let free = words.filter { word in !conditions.contains { $0.asks(for: word) } }
        neutral = free + words.filter { !free.contains($0) }
    }

    /// Whether a player can send it by every API, and no directive is in it.
    private static func canBeSaid(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        return scalars.contains { $0.value > 0x20 && ($0.isASCII || !$0.properties.isWhitespace) }
            && scalars.dropFirst(Solver.longest).isEmpty && !text.contains("[[")
    }

    /// The simplest first.
    func acts(for solution: Solver) -> [Act] {
        let hasImage = solution.turn.hasImage
        guard let event = solution.turn.event else {
            return lines(for: solution).map { Act(line: $0, hasImage: hasImage) }
        }
        return contexts(for: solution).map { context in
            Act(event: MatchContext.Event(id: event.text, context: context), hasImage: hasImage)
        }
    }

    private func lines(for solution: Solver) -> [String] {
        let wanted = Wanted(solution, .message)
        let texts = wanted.isEmpty ? neutral : self.texts(for: wanted)
        let patched = texts.flatMap { text in
            [text, "\(text) \(neutral[0])", "\(neutral[0]) \(text)"]
                + (wanted.patterns.isEmpty ? [] : ["\(text)x", "x\(text)"])
        }
        let bounds = Set([solution.lengths.lowerBound] + solution.rules.lengthEdges).filter(solution.lengths.contains)
            .sorted()
        let long = texts.prefix(4).flatMap { text in
            bounds.filter { $0 > text.count }.map { padded(text, to: $0) }
        }
        var fitting: [String] = []
        for text in texts + patched + long where fitting.count < MessageMaker.limit {
            let fits = solution.lengths.contains(text.count) && MessageMaker.canBeSaid(text) && wanted.holds(for: text)
            if fits, !fitting.contains(where: { $0 === text }) { fitting.append(text) }
        }
        return fitting
    }

    /// Texts that may have the words and match the patterns; not empty unless nothing is known for a pattern.
    private func texts(for wanted: Wanted) -> [String] {
        if let whole = wanted.whole { return [whole.description] }
        let words = wanted.phrases.map(\.spoken)
        var orders = [words, words.reversed()]
        for place in words.indices.dropFirst().prefix(6) { orders.append(Array(words[place...] + words[..<place])) }
        var texts = orders.map { $0.joined(separator: " ") }
        texts.append(words.joined(separator: " \(neutral[0]) "))
        // A prefix may have to be more than a word by itself.
        for place in words.indices where wanted.phrases[place].isPrefix {
            for more in ["s", "x", "es"] {
                var longer = words
                longer[place] += more
                texts.append(longer.joined(separator: " "))
            }
        }
        guard let first = wanted.patterns.first else { return texts }
        let others = wanted.patterns.dropFirst().compactMap { PatternText.texts(for: $0.source).first }
        let made = PatternText.texts(for: first.source).map { ([$0] + others).joined(separator: " ") }
        let matching = samples.filter { text in wanted.patterns.allSatisfy { $0.matches(text) } }
        return (made + matching).flatMap { text in
            words.isEmpty ? [text] : texts.prefix(2).flatMap { ["\(text) \($0)", "\($0) \(text)"] }
        }
    }

    private func padded(_ text: String, to length: Int) -> String {
        let missing = length - text.count
        let word = neutral[0]
        let padding = String(repeating: " \(word)", count: missing / (word.count + 1) + 1).prefix(missing)
        return text + (padding.last == " " ? padding.dropLast() + "." : padding)
    }

    // MARK: What comes with an event

    /// First the simplest value of each, then those in which one is another.
    private func contexts(for solution: Solver) -> [Texts] {
        var values: [(name: ExactText, values: [String])] = []
        var names: Set<ExactText> = []
        for place in solution.trail where solution.answers[place] == true {
            guard case .context(let name)? = solution.rules.questions[place].subject, names.insert(name).inserted
            else { continue }
            values.append((name, self.values(for: Wanted(solution, .context(name)))))
        }
        guard values.allSatisfy({ !$0.values.isEmpty }) else { return [] }
        let simplest = Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.values[0]) })
        var contexts = [simplest]
        for (name, others) in values {
            for other in others.dropFirst() {
                var context = simplest
                context[name] = other
                contexts.append(context)
            }
        }
        return Array(contexts.prefix(MessageMaker.limit))
    }

    private func values(for wanted: Wanted) -> [String] {
        var numbers: [String] = []
        if !wanted.numbers.isEmpty {
            let least = wanted.numbers.compactMap(\.atLeast).max()
            let most = wanted.numbers.compactMap(\.atMost).min()
            numbers = [least, most, least.map { $0 + 1 }, most.map { $0 - 1 }, 0].compactMap(\.self).map { String($0) }
        }
        let texts = wanted.isEmpty ? neutral : self.texts(for: wanted)
        return (numbers + texts).filter { wanted.holds(for: $0) }
    }
}

/// What a text must have.
private struct Wanted {
    var whole: FoldedText?
    var phrases: [Phrase] = []
    var patterns: [Pattern] = []
    var numbers: [NumberMatcher] = []

    var isEmpty: Bool { whole == nil && phrases.isEmpty && patterns.isEmpty }

    init(_ solution: Solver, _ subject: Question.Subject) {
        whole = solution.texts[subject]
        let held = solution.trail.filter {
            solution.answers[$0] == true && solution.rules.questions[$0].subject == subject
        }
        // What another phrase brings along is not needed.
        let brought = Set(held.flatMap { solution.rules.implied[$0] })
        for place in held {
            switch solution.rules.questions[place] {
            case .phrase(_, let phrase): if !brought.contains(place) { phrases.append(phrase) }
            case .number(_, let range): numbers.append(range)
            case .pattern:
                if let pattern = solution.rules.matchers[place]?.pattern { patterns.append(pattern) }
            default: break
            }
        }
    }

    func holds(for text: String) -> Bool {
        guard phrases.allSatisfy({ $0.occurs(alone: text) }), patterns.allSatisfy({ $0.matches(text) }) else {
            return false
        }
        guard !numbers.isEmpty else { return true }
        guard let number = Int(text) else { return false }
        return numbers.allSatisfy { $0.holds(for: number) }
    }
}

extension Phrase {
    var isPrefix: Bool { description.hasSuffix("*") }

    /// A text in which it occurs.
    fileprivate var spoken: String { isPrefix ? String(description.dropLast()) : description }

    fileprivate func occurs(alone text: String) -> Bool {
        var effort = Effort()
        return occurs(in: Line(text), &effort)
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

    /// The pattern for which it looks in a text.
    var pattern: Pattern? {
        switch self {
        case .text(.pattern(let pattern)): pattern
        case .context(_, let value), .variable(_, let value):
            if case .pattern(let pattern)? = value.texts.first { pattern } else { nil }
        default: nil
        }
    }
}
