import Dialogue
import Exact
import Text

/// Looks for answers to the questions of rules with which one part fires and none before it, as the message decides them.
///
/// Answers are tried until the conditions are met; what is then left open counts as "no", and a condition before the part
/// that holds so becomes one that must not hold. Answers that exclude one another are known only as far as it is certain
/// (`Solver+Answers.swift`). So "it cannot" is a proof, and answers that are found may still be such that no message has them.
struct Solver {
    /// What has to be.
    enum Goal {
        case formula(Formula, Bool)
        case atLeast(Int)
        case atMost(Int)
    }

    let rules: Rules
    let turn: TurnKind
    /// The answers so far; nil: open.
    var answers: [Bool?]
    /// The questions that were answered on the way, in this order.
    var trail: [Int] = []
    /// The whole texts that were decided on.
    var texts: [Question.Subject: FoldedText] = [:]
    /// The lengths that a line can have.
    var lengths: ClosedRange<Int>

    /// The parts that hold when all that is open counts as "no".
    private var holding: [Int] = []
    private var steps = 0
    private var depth = 0
    private var found = 0

    /// A player's line has at most so many characters.
    static let longest = 10_000
    /// The parts of formulas that one search looks at, and how deep it goes. A search that needs more has found something,
    /// for all it knows.
    private static let stepLimit = 200_000
    private static let depthLimit = 100
    /// The most answers that are offered.
    private static let offers = 24

    /// - Parameter session: the answers of `Rules.ofSession`.
    init(_ rules: Rules, _ session: [Bool?], _ turn: TurnKind) {
        (self.rules, self.turn) = (rules, turn)
        answers = rules.answers(session, to: turn)
        // Beside an image a line may be empty.
        lengths = (turn.hasImage ? 0 : 1)...Solver.longest
        for part in rules.parts.indices where isTried(part) && completed(rules.formulas[part]) { holding.append(part) }
    }

    /// Whether the part is tried in the turn.
    func isTried(_ part: Int) -> Bool { turn.event == nil || rules.areAboutEvents[part] }

    /// Whether the part can fire. False is certain.
    /// - Parameters:
    ///   - part: nil: none of the parts.
    ///   - goals: what has to be besides.
    ///   - take: gets answers, and returns whether they will do; else others are tried.
    mutating func canFire(_ part: Int?, and goals: [Goal] = [], take: (Solver) -> Bool = { _ in true }) -> Bool {
        if let part, !isTried(part) { return false }
        let own = part.map { [Goal.formula(rules.formulas[$0], true)] } ?? []
        guard canBe(goals + own, before: part ?? rules.parts.count, take: take) else { return false }
        return found > 0 || !isCovered(part)
    }

    /// Whether a transition before the part certainly fires whenever the part would. It is asked when a search was given up.
    private func isCovered(_ part: Int?) -> Bool {
        guard let part else { return false }
        return (0..<part).contains { other in
            isTried(other) && rules.parts[other].transition != nil
                && rules.parts[other].when.covers(rules.parts[part].when)
        }
    }

    /// Whether all goals can be met while none of the first parts holds. False is certain.
    mutating func canBe(_ goals: [Goal], before end: Int, take: (Solver) -> Bool) -> Bool {
        (steps, found, depth) = (0, 0, 0)
        let start = place
        defer { goBack(to: start) }
        let isOver = meet(goals, before: end, take)
        return isOver || found > 0
    }

    // MARK: The search

    private struct Place {
        let count: Int
        let texts: [Question.Subject: FoldedText]
        let lengths: ClosedRange<Int>
    }

    private var place: Place { Place(count: trail.count, texts: texts, lengths: lengths) }

    private mutating func goBack(to place: Place) {
        while trail.count > place.count { answers[trail.removeLast()] = nil }
        (texts, lengths) = (place.texts, place.lengths)
    }

    /// Returns whether the search is over.
    private mutating func meet(_ goals: [Goal], before end: Int, _ take: (Solver) -> Bool) -> Bool {
        let start = place
        guard depth < Solver.depthLimit else { return true }
        depth += 1
        defer { depth -= 1 }
        var goals = goals
        while let goal = goals.popLast() {
            if steps > Solver.stepLimit { return true }
            switch goal {
            case .atLeast(let least): if least <= Solver.longest, narrow(to: least...Solver.longest) { continue }
            case .atMost(let most): if most >= 0, narrow(to: 0...most) { continue }
            case .formula(let formula, let wanted):
                if let answer = known(formula) {
                    if answer == wanted { continue }
                    break
                }
                switch (formula, wanted) {
                case (.not(let inside), _):
                    goals.append(.formula(inside, !wanted))
                    continue
                case (.all(let inside), true), (.some(let inside), false):
                    goals += inside.reversed().map { .formula($0, wanted) }
                    continue
                case (.some(let inside), true), (.all(let inside), false):
                    let choices = inside.map { Goal.formula($0, wanted) }
                    if choose(choices, goals, before: end, take) { return true }
                case (.question(let question), _):
                    guard case .length(let range) = rules.questions[question] else {
                        if answer(question, wanted) { continue }
                        break
                    }
                    let inside = [range.atLeast.map { Goal.atLeast($0) }, range.atMost.map { .atMost($0) }]
                    let outside = [range.atLeast.map { Goal.atMost($0 - 1) }, range.atMost.map { .atLeast($0 + 1) }]
                    if wanted {
                        goals += inside.compactMap(\.self)
                        continue
                    }
                    if choose(outside.compactMap(\.self), goals, before: end, take) { return true }
                }
            }
            goBack(to: start)
            return false
        }
        if let other = holdingPart(before: end) {
            if meet([.formula(rules.formulas[other], false)], before: end, take) { return true }
        } else {
            found += 1
            if take(self) || found >= Solver.offers { return true }
        }
        goBack(to: start)
        return false
    }

    private mutating func choose(
        _ choices: [Goal], _ goals: [Goal], before end: Int, _ take: (Solver) -> Bool
    ) -> Bool {
        for choice in choices where meet(goals + [choice], before: end, take) { return true }
        return false
    }

    /// A part before another one that holds when all that is open counts as "no".
    private mutating func holdingPart(before end: Int) -> Int? {
        func holds(_ part: Int) -> Bool {
            part < end && isTried(part) && completed(rules.formulas[part])
        }
        if let part = holding.first(where: { $0 >= end || holds($0) }), part < end { return part }
        if let part = rules.askingLength.first(where: { holds($0) }) { return part }
        for question in trail where answers[question] == true {
            if let part = rules.asking[question].first(where: { $0 >= end || holds($0) }), part < end { return part }
        }
        return nil
    }

    // MARK: What formulas come to

    /// Nil: that is open.
    private mutating func known(_ formula: Formula) -> Bool? {
        steps += 1
        switch formula {
        case .question(let place): return answer(to: place)
        case .not(let inside): return known(inside).map(!)
        case .all(let inside), .some(let inside):
            let isAll = if case .all = formula { true } else { false }
            var isOpen = false
            for part in inside {
                guard let answer = known(part) else {
                    isOpen = true
                    continue
                }
                if answer != isAll { return answer }
            }
            return isOpen ? nil : isAll
        }
    }

    /// With "no" to all that is open.
    private mutating func completed(_ formula: Formula) -> Bool {
        steps += 1
        switch formula {
        case .question(let place): return answer(to: place) ?? isUsual(place)
        case .not(let inside): return !completed(inside)
        case .all(let inside):
            for part in inside where !completed(part) { return false }
            return true
        case .some(let inside):
            for part in inside where completed(part) { return true }
            return false
        }
    }

    /// The answer for a line of usual length; "no" to all other questions.
    private func isUsual(_ question: Int) -> Bool {
        guard case .length(let range) = rules.questions[question] else { return false }
        return range.holds(for: min(max(Solver.usualLength, lengths.lowerBound), lengths.upperBound))
    }

    private static let usualLength = 8
}
