import Dialogue
import Exact
import Text

/// The conditions of the parts of a state as formulas over the questions that they share.
final class Rules {
    let parts: [Part.Placed]
    let questions: [Question]
    /// The matchers that answer the questions; nil: the session's counts do.
    let matchers: [Matcher?]
    /// One for each part.
    let formulas: [Formula]
    let candidates: [Candidate]
    let areAboutEvents: [Bool]
    /// The parts that ask each question.
    let asking: [[Int]]
    /// The parts that ask for a length.
    let askingLength: [Int]
    /// Lengths on both sides of the bounds that are asked for.
    let lengthEdges: [Int]
    /// For each phrase, the other phrases that occur wherever it does.
    let implied: [[Int]]
    /// For each phrase, the other phrases wherever which occur it does.
    let implying: [[Int]]
    /// The questions that the session answers before the player says anything.
    let ofSession: [Int]
    /// The questions that ask whether the message has one of the phrases, for each condition on earlier lines.
    let said: [[Int]]
    /// What there can be in place of a line, without what comes with it: the events for which the parts ask, and one of
    /// those for which they do not.
    let events: [ExactText]
    /// The events for which the parts ask and of which nothing is said. No conversation that is reported has one,
    /// because not every API has them.
    let heard: [ExactText]
    let asksImage: Bool
    private let places: Questions

    /// - Parameter said: the phrases of the machine's conditions on earlier lines.
    init(of state: State, _ machine: Machine, said: [[Phrase]]) {
        parts = Part.all(in: state, of: machine)
        var questions = Questions()
        formulas = parts.map { part in
            let when = questions.formula(of: part.when)
            guard case .followUp(let place) = part.candidate else { return when }
            return .all([questions.askable(place), when])
        }
        self.said = said.map { phrases in questions.formula(of: .text(.any(phrases))).questions }
        candidates = parts.map(\.candidate)
        areAboutEvents = parts.map(\.isAboutEvents)
        self.questions = questions.all
        matchers = questions.matchers
        places = questions
        var asking = [[Int]](repeating: [], count: questions.all.count)
        for (part, formula) in formulas.enumerated() {
            for question in formula.questions where asking[question].last != part { asking[question].append(part) }
        }
        self.asking = asking
        let all = questions.all
        askingLength = Set(
            all.indices.filter { if case .length = all[$0] { true } else { false } }.flatMap { asking[$0] }
        )
        .sorted()
        lengthEdges = all.flatMap { question -> [Int] in
            if case .length(let range) = question { range.edges } else { [] }
        }
        ofSession = all.indices.filter { !all[$0].isAboutMessage }
        asksImage = all.contains(.image)
        let known = machine.entries.events.keys.sorted()
        let named = known.filter { all.contains(.event($0)) }
        events = named + known.filter { !named.contains($0) }.prefix(1)
        heard = machine.entries.heard.filter { all.contains(.event($0)) && !named.contains($0) }
        (implied, implying) = Rules.implications(questions)
    }

    private static func implications(_ questions: Questions) -> (implied: [[Int]], implying: [[Int]]) {
        var implied = [[Int]](repeating: [], count: questions.all.count)
        var implying = implied
        for (place, question) in questions.all.enumerated() {
            guard case .phrase(let subject, let phrase) = question else { continue }
            for part in phrase.parts where part != phrase {
                guard let other = questions.place(of: .phrase(subject, part)) else { continue }
                implied[place].append(other)
                implying[other].append(place)
            }
        }
        return (implied.map { $0.sorted() }, implying)
    }

    func place(of question: Question) -> Int? { places.place(of: question) }

    /// The phrases that certainly occur in a text.
    func phrases(in text: FoldedText, _ subject: Question.Subject) -> [Int] {
        (Phrase(text.description)?.parts ?? []).compactMap { places.place(of: .phrase(subject, $0)) }
    }

    /// The answers that a session gives, before anything is said, to the questions for which it is asked.
    /// - Parameter isOpen: whether another session of the same configuration may answer otherwise.
    func answers(
        of session: Session, in state: State, _ context: MatchContext,
        isOpen: (Question) -> Bool = { _ in false }
    ) -> [Bool?] {
        ofSession.map { place in
            if isOpen(questions[place]) { return nil }
            guard case .askable(let followUp) = questions[place] else {
                return matchers[place]?.holdsAlone(in: context)
            }
            return (session.memory.asked[String(followUp)] ?? 0) < state.followUps[followUp].limit
        }
    }

    /// The answers to all questions that are known when a session has answered its own; the message decides the rest.
    func answers(_ ofSession: [Bool?], to turn: TurnKind) -> [Bool?] {
        let context = MatchContext(
            text: "", event: turn.event.map { MatchContext.Event(id: $0.text) }, hasImage: turn.hasImage)
        var answers = [Bool?](repeating: nil, count: questions.count)
        for (place, question) in questions.enumerated() where question.isAboutMessage {
            let isKnown =
                switch question.subject {
                case .message?: turn.event != nil
                case .context?: turn.event == nil
                default: if case .length = question { turn.event != nil } else { true }
                }
            if isKnown { answers[place] = matchers[place]?.holdsAlone(in: context) }
        }
        for (place, answer) in zip(self.ofSession, ofSession) { answers[place] = answer }
        return answers
    }

    /// What can come in a turn.
    var turns: [TurnKind] { kinds(of: events + heard) }

    /// What can come in a turn of a conversation that is reported.
    var shownTurns: [TurnKind] { kinds(of: events) }

    private func kinds(of events: [ExactText]) -> [TurnKind] {
        // Only beside an image can a line be empty.
        let images = asksImage || !askingLength.isEmpty ? [false, true] : [false]
        return ([nil] + events.map { $0 }).flatMap { event in images.map { TurnKind(event: event, hasImage: $0) } }
    }
}

/// What a turn has beside the words of a line.
struct TurnKind: Hashable {
    /// The event in place of a line.
    let event: ExactText?
    let hasImage: Bool
}

extension Formula {
    /// The questions in it, some more than once.
    var questions: [Int] {
        switch self {
        case .question(let place): [place]
        case .all(let inside), .some(let inside): inside.flatMap(\.questions)
        case .not(let inside): inside.questions
        }
    }
}

extension Matcher {
    /// Whether it holds, with an effort of its own.
    func holdsAlone(in context: MatchContext) -> Bool {
        var effort = Effort()
        return holds(in: context, &effort)
    }
}
