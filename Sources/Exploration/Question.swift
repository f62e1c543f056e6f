import Dialogue
import Exact
import Text

/// A question that a condition asks. Two conditions that ask the same get the same answer in a turn, unless its message is
/// so long that comparing is given up.
enum Question: Hashable {
    /// Texts of which the questions about phrases, whole texts, patterns and numbers are asked.
    enum Subject: Hashable {
        case message
        /// The earlier lines of the player, one of which has to fit.
        case earlier
        case context(ExactText)
        case variable(ExactText)
    }

    case phrase(Subject, Phrase)
    case equals(Subject, FoldedText)
    case pattern(Subject, ExactText)
    case number(Subject, NumberMatcher)
    /// Whether there is such a text at all.
    case isSet(Subject)
    case length(NumberMatcher)
    case event(ExactText)
    case image
    case otherwise
    case turn(NumberMatcher)
    case score(NumberMatcher)
    case redirects(NumberMatcher)
    case inFollowUp
    /// Whether the follow-up at that place can be asked once more.
    case askable(Int)

    /// Whether the answer is in the player's message or event; else it is in the session.
    var isAboutMessage: Bool {
        switch self {
        case .phrase(let subject, _), .equals(let subject, _), .pattern(let subject, _), .number(let subject, _),
            .isSet(let subject):
            subject.isInMessage
        case .length, .event, .image, .otherwise: true
        case .turn, .score, .redirects, .inFollowUp, .askable: false
        }
    }

    /// What is asked about, if it is a text.
    var subject: Subject? {
        switch self {
        case .phrase(let subject, _), .equals(let subject, _), .pattern(let subject, _), .number(let subject, _),
            .isSet(let subject):
            subject
        default: nil
        }
    }
}

extension Question.Subject {
    fileprivate var isInMessage: Bool {
        switch self {
        case .message, .context: true
        case .earlier, .variable: false
        }
    }

    /// The matcher that asks this of the text.
    fileprivate func matcher(_ test: TextMatcher) -> Matcher {
        switch self {
        case .message: .text(test)
        case .earlier: if case .any(let phrases) = test { .said(phrases) } else { .some([]) }
        case .context(let name): .context(name.text, ValueMatcher(texts: [test]))
        case .variable(let name): .variable(name.text, ValueMatcher(texts: [test]))
        }
    }

    fileprivate func matcher(_ number: NumberMatcher?) -> Matcher {
        switch self {
        case .context(let name): .context(name.text, ValueMatcher(number: number))
        case .variable(let name): .variable(name.text, ValueMatcher(number: number))
        case .message, .earlier: .every([])
        }
    }
}

/// A condition as questions that are joined.
indirect enum Formula {
    /// The index of the question.
    case question(Int)
    case all([Formula])
    case some([Formula])
    case not(Formula)
}

/// The questions of conditions, each once.
struct Questions {
    private(set) var all: [Question] = []
    /// The matcher that answers each; nil: the session's counts do.
    private(set) var matchers: [Matcher?] = []
    private var places: [Question: Int] = [:]

    func place(of question: Question) -> Int? { places[question] }

    private mutating func ask(_ question: Question, _ matcher: Matcher?) -> Formula {
        if let place = places[question] { return .question(place) }
        places[question] = all.count
        all.append(question)
        matchers.append(matcher)
        return .question(all.count - 1)
    }

    /// Asks whether the follow-up at that place can be asked once more.
    mutating func askable(_ place: Int) -> Formula { ask(.askable(place), nil) }

    /// The formula of a condition.
    mutating func formula(of matcher: Matcher) -> Formula {
        switch matcher {
        case .text(let test): formula(of: test, .message)
        case .said(let phrases): formula(of: .any(phrases), .earlier)
        case .length(let range): ask(.length(range), matcher)
        case .turn(let range): ask(.turn(range), matcher)
        case .score(let range): ask(.score(range), matcher)
        case .redirects(let range): ask(.redirects(range), matcher)
        case .variable(let name, let value): formula(of: value, .variable(ExactText(name)))
        case .context(let name, let value): formula(of: value, .context(ExactText(name)))
        case .inFollowUp(let wanted): signed(ask(.inFollowUp, .inFollowUp(true)), wanted)
        case .event(let id): ask(.event(ExactText(id)), matcher)
        case .image(let wanted): signed(ask(.image, .image(true)), wanted)
        case .otherwise: ask(.otherwise, matcher)
        case .every(let inside), .allOf(let inside): .all(inside.map { formula(of: $0) })
        case .some(let inside): .some(inside.map { formula(of: $0) })
        case .not(let inside): .not(formula(of: inside))
        }
    }

    private func signed(_ formula: Formula, _ wanted: Bool) -> Formula { wanted ? formula : .not(formula) }

    private mutating func formula(of value: ValueMatcher, _ subject: Question.Subject) -> Formula {
        var parts = [ask(.isSet(subject), subject.matcher(nil as NumberMatcher?))]
        if let number = value.number { parts.append(ask(.number(subject, number), subject.matcher(number))) }
        return .all(parts + value.texts.map { formula(of: $0, subject) })
    }

    private mutating func formula(of test: TextMatcher, _ subject: Question.Subject) -> Formula {
        switch test {
        case .any(let phrases): .some(phrases.map { ask($0, of: subject) })
        case .all(let phrases): .all(phrases.map { ask($0, of: subject) })
        case .none(let phrases): .not(.some(phrases.map { ask($0, of: subject) }))
        case .equals(let text): ask(.equals(subject, text), subject.matcher(test))
        case .pattern(let pattern): ask(.pattern(subject, ExactText(pattern.source)), subject.matcher(test))
        }
    }

    private mutating func ask(_ phrase: Phrase, of subject: Question.Subject) -> Formula {
        ask(.phrase(subject, phrase), subject.matcher(.any([phrase])))
    }
}
