import Dialogue
import Exact
import Text

/// The acts that make a difference in one state, as a session answers the questions of its rules: of those by which the
/// same part fires the first, and the first that says what later turns ask for.
struct StateActs {
    private(set) var choices: [Choice] = []
    /// The parts that may fire, and for which no act could be made.
    private(set) var unmade: [Part] = []
    /// Whether the time was up before all were made.
    private(set) var isCut = false

    /// An act, and the candidate whose condition it meets first; nil: none.
    struct Choice {
        let act: Act
        let candidate: Candidate?
    }

    /// What comes of an act.
    struct Result {
        let candidate: Candidate?
        let captures: Texts
    }

    private struct Made: Hashable {
        let candidate: Candidate?
        let isEvent: Bool
    }

    private var made: Set<Made> = []
    private let rules: Rules
    private let maker: MessageMaker
    private let tried: (Act) -> Result

    /// The most acts by which the same part fires, with other captures each.
    private static let captureLimit = 12

    /// - Parameters:
    ///   - answers: those of `Rules.ofSession`.
    ///   - captures: the names of captures whose values make a difference.
    ///   - tried: takes an act in the session.
    init(
        _ rules: Rules, _ answers: [Bool?], _ maker: MessageMaker, captures: [String], isOver: () -> Bool,
        tried: @escaping (Act) -> Result
    ) {
        (self.rules, self.maker, self.tried) = (rules, maker, tried)
        var missing: [Int?] = []
        for turn in rules.shownTurns {
            var solver = Solver(rules, answers, turn)
            for part in [nil] + rules.candidates.indices.map({ $0 }) {
                guard !isOver() else {
                    isCut = true
                    return
                }
                let isEvent = turn.event != nil
                let candidate = part.map { rules.candidates[$0] }
                guard !made.contains(Made(candidate: candidate, isEvent: isEvent)) else { continue }
                let first = choices.count
                let (canFire, isMade) = add(candidate, part, [], &solver, after: first)
                if isMade {
                    made.insert(Made(candidate: candidate, isEvent: isEvent))
                    if !isEvent { addSaid(candidate, part, &solver, after: first) }
                } else if canFire {
                    missing.append(part)
                }
            }
        }
        trySamples(missing)
        if !captures.isEmpty { addCaptures(captures) }
        let fired = Set(made.map(\.candidate))
        unmade = missing.compactMap { $0 }.filter { !fired.contains(rules.candidates[$0]) }.map {
            rules.parts[$0].part
        }
    }

    /// Adds an act by which the candidate fires, if it may fire and one can be made that is not there.
    /// - Parameter first: the place of the candidate's first act.
    @discardableResult
    private mutating func add(
        _ candidate: Candidate?, _ part: Int?, _ goals: [Solver.Goal], _ solver: inout Solver, after first: Int
    ) -> (canFire: Bool, isMade: Bool) {
        var found: Act?
        let canFire = solver.canFire(part, and: goals) { solution in
            found = maker.acts(for: solution).first { tried($0).candidate == candidate }
            return found != nil
        }
        if let found, !choices[first...].contains(where: { $0.act.line === found.line && $0.act.event == found.event })
        {
            choices.append(Choice(act: found, candidate: candidate))
        }
        return (canFire, found != nil)
    }

    /// Adds acts that say what a later turn may ask for: one thing each, and all of them.
    private mutating func addSaid(_ candidate: Candidate?, _ part: Int?, _ solver: inout Solver, after first: Int) {
        let goals = rules.said.map { Solver.Goal.formula(.some($0.map { .question($0) }), true) }
        for goal in goals { add(candidate, part, [goal], &solver, after: first) }
        if goals.count > 1 { add(candidate, part, goals, &solver, after: first) }
    }

    /// Tries lines of stories for what could not be made.
    private mutating func trySamples(_ missing: [Int?]) {
        guard !missing.isEmpty else { return }
        let candidates = Set(missing.map { part in part.map { rules.candidates[$0] } })
        for sample in maker.samples {
            for hasImage in rules.asksImage ? [false, true] : [false] {
                let act = Act(line: sample, hasImage: hasImage)
                let candidate = tried(act).candidate
                guard candidates.contains(candidate), made.insert(Made(candidate: candidate, isEvent: false)).inserted
                else { continue }
                choices.append(Choice(act: act, candidate: candidate))
            }
        }
    }

    /// Adds acts by which the same parts fire with other captures.
    private mutating func addCaptures(_ names: [String]) {
        for part in rules.parts where !part.when.captures.isDisjoint(with: names.map { ExactText($0) }) {
            let patterns = part.when.atoms.compactMap(\.pattern)
            let texts = maker.samples + patterns.flatMap { PatternText.texts(for: $0.source) }
            var seen: Set<[String?]> = []
            for text in texts where seen.count < StateActs.captureLimit {
                let act = Act(line: text)
                let result = tried(act)
                guard result.candidate == part.candidate, seen.insert(names.map { result.captures[$0] }).inserted else {
                    continue
                }
                choices.append(Choice(act: act, candidate: part.candidate))
            }
        }
    }
}
