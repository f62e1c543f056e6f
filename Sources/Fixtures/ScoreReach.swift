import Dialogue

/// The scores that sessions on a machine can have. The bounds may be wider than what is possible, and never narrower.
struct ScoreReach {
    /// By state, for those that can be reached.
    private(set) var inStates: [StateKey: ClosedRange<Int>] = [:]
    /// With which a session can end; nil: none ends.
    private(set) var atEnds: ClosedRange<Int>?

    /// A change of the score on the way from one state to another, each by its place among the machine's.
    private struct Step: Hashable {
        let from: Int
        let to: Int
        let delta: Int
    }

    /// More steps than this are not made: then there are no bounds.
    private static let stepLimit = 5_000_000

    init(_ machine: Machine, _ moves: Moves) {
        let keys = machine.stateKeys
        let places = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
        // Many transitions differ only in their conditions.
        var steps: Set<Step> = []
        for move in moves.all where !move.endsAtOnce && (move.entered != nil || move.delta != 0) {
            guard let from = places[move.from], let to = places[move.to] else { continue }
            steps.insert(Step(from: from, to: to, delta: move.delta))
        }
        var least = [Int?](repeating: nil, count: keys.count)
        for start in machine.entries.targets.union([machine.initialState.key]) {
            if let place = places[start] { least[place] = 0 }
        }
        var most = least
        let leastIsBounded = ScoreReach.spread(&least, Array(steps)) { min($0, $1) }
        let mostIsBounded = ScoreReach.spread(&most, Array(steps)) { max($0, $1) }
        for (place, key) in keys.enumerated() {
            guard let low = least[place] else { continue }
            inStates[key] = (leastIsBounded ? low : .min)...(mostIsBounded ? most[place] ?? .max : .max)
        }
        for move in moves.all {
            guard let before = inStates[move.from], move.endsAtOnce || machine.endsIn(move.to) else { continue }
            join(ScoreReach.sum(before.lowerBound, move.delta)...ScoreReach.sum(before.upperBound, move.delta))
        }
        // Sessions also end early, at any score up to the bound.
        if machine.scoringMode == .scoring, let lowest = inStates.values.map(\.lowerBound).min(),
            lowest <= machine.earlyFailBound
        {
            join(lowest...machine.earlyFailBound)
        }
    }

    private mutating func join(_ range: ClosedRange<Int>) {
        atEnds =
            atEnds.map {
                min($0.lowerBound, range.lowerBound)...max($0.upperBound, range.upperBound)
            } ?? range
    }

    /// Carries scores along the steps until none changes. False when they still do after as many rounds as there are
    /// states: then a circle of steps goes on changing them.
    private static func spread(_ scores: inout [Int?], _ steps: [Step], _ better: (Int, Int) -> Int) -> Bool {
        var left = stepLimit
        for _ in 0...scores.count {
            var hasChanged = false
            for step in steps {
                guard let before = scores[step.from] else { continue }
                let after = before + step.delta
                let kept = scores[step.to].map { better($0, after) } ?? after
                if scores[step.to] != kept { (scores[step.to], hasChanged) = (kept, true) }
            }
            if !hasChanged { return true }
            left -= steps.count
            if left < 0 { return false }
        }
        return false
    }

    /// Unbounded scores stay so.
    private static func sum(_ score: Int, _ delta: Int) -> Int {
        score == .min || score == .max ? score : score + delta
    }
}

extension Machine {
    fileprivate func endsIn(_ key: StateKey) -> Bool { state(key)?.isTerminal ?? false }
}
