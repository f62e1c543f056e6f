import Dialogue
import Exact
import Text

/// What follows for certain from an answer.
extension Solver {
    /// Nil: it is open.
    func answer(to place: Int) -> Bool? {
        if let answer = answers[place] { return answer }
        switch rules.questions[place] {
        case .length(let range):
            if range.atLeast ?? .min <= lengths.lowerBound, range.atMost ?? .max >= lengths.upperBound { return true }
            let isOutside = range.atLeast ?? .min > lengths.upperBound || range.atMost ?? .max < lengths.lowerBound
            return isOutside ? false : nil
        case .phrase(let subject, let phrase): return texts[subject].map { phrase.occurs(in: $0) }
        case .equals(let subject, let text): return texts[subject].map { $0 == text }
        default: return nil
        }
    }

    mutating func narrow(to range: ClosedRange<Int>) -> Bool {
        guard range.overlaps(lengths) else { return false }
        lengths = range.clamped(to: lengths)
        return true
    }

    /// Answers a question that is open, and all that follows. False when that cannot be.
    mutating func answer(_ place: Int, _ answer: Bool) -> Bool {
        guard note(place, answer) else { return false }
        switch rules.questions[place] {
        case .phrase(let subject, let phrase):
            let others = answer ? rules.implied[place] : rules.implying[place]
            guard others.allSatisfy({ note($0, answer) }) else { return false }
            return !answer || has(subject, characters: phrase.leastLength)
        case .equals(let subject, let text):
            guard answer else { return true }
            texts[subject] = text
            guard trail.allSatisfy({ fits($0) }) else { return false }
            guard rules.phrases(in: text, subject).allSatisfy({ note($0, true) }) else { return false }
            return has(subject, characters: text.leastLength)
        case .number(let subject, let range):
            guard trail.allSatisfy({ fits(range, answer, $0, subject) }) else { return false }
            return !answer || has(subject, characters: 0) && fits(place)
        case .pattern(let subject, _): return !answer || has(subject, characters: 0)
        default: return true
        }
    }

    private mutating func note(_ place: Int, _ answer: Bool) -> Bool {
        if let known = self.answer(to: place) { guard known == answer else { return false } }
        guard answers[place] == nil else { return true }
        answers[place] = answer
        trail.append(place)
        return true
    }

    /// Notes that there is a text, with at least so many characters.
    private mutating func has(_ subject: Question.Subject, characters: Int) -> Bool {
        switch subject {
        case .message: characters <= lengths.upperBound && narrow(to: characters...Solver.longest)
        case .earlier: true
        case .context, .variable: rules.place(of: .isSet(subject)).map { note($0, true) } ?? true
        }
    }

    /// Whether an answer fits the whole text that was decided on.
    private func fits(_ place: Int) -> Bool {
        guard let answer = answers[place], let subject = rules.questions[place].subject, let text = texts[subject]
        else { return true }
        switch rules.questions[place] {
        case .phrase(_, let phrase): return phrase.occurs(in: text) == answer
        case .equals(_, let other): return (other == text) == answer
        // The text itself may have white space at its ends, and is then no number.
        case .number(_, let range): return !answer || Int(text.description).map(range.holds) ?? false
        default: return true
        }
    }

    /// Whether a number can be in one range, or not, as another question was answered about it.
    private func fits(_ range: NumberMatcher, _ answer: Bool, _ place: Int, _ subject: Question.Subject) -> Bool {
        guard case .number(subject, let other) = rules.questions[place], other != range,
            let otherAnswer = answers[place]
        else { return true }
        switch (answer, otherAnswer) {
        case (true, true): return range.overlaps(other)
        case (true, false): return !other.covers(range)
        case (false, true): return !range.covers(other)
        case (false, false): return true
        }
    }
}

extension Phrase {
    fileprivate func occurs(in text: FoldedText) -> Bool {
        var effort = Effort()
        return occurs(in: Line(text.description), &effort)
    }
}

extension NumberMatcher {
    fileprivate func overlaps(_ other: NumberMatcher) -> Bool {
        max(atLeast ?? .min, other.atLeast ?? .min) <= min(atMost ?? .max, other.atMost ?? .max)
    }
}
