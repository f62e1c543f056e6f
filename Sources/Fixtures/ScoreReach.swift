import Dialogue

/// The scores that sessions on a machine can have. The bounds may be wider than what is possible, and never narrower.
struct ScoreReach {
    /// By state, for those that can be reached.
    private(set) var inStates: [StateKey: ClosedRange<Int>] = [:]
    /// With which a session can end; nil: none ends.
    private(set) var atEnds: ClosedRange<Int>?

    /// More steps than this are not made: then there are no bounds.
    private static let stepLimit = 5_000_000

    init(_ machine: Machine, _ moves: Moves) {
        let starts = machine.entries.targets.union([machine.initialState.key])
        var least = Dictionary(uniqueKeysWithValues: starts.map { ($0, 0) })
        var most = least
        let rounds = machine.stateKeys.count
        let leastIsBounded = ScoreReach.spread(&least, moves, rounds: rounds) { min($0, $1) }
        let mostIsBounded = ScoreReach.spread(&most, moves, rounds: rounds) { max($0, $1) }
        for (state, score) in least {
            inStates[state] = (leastIsBounded ? score : .min)...(mostIsBounded ? most[state] ?? .max : .max)
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

    /// Carries scores along the moves until none changes. False when they still do after as many rounds as there are
    /// states: then a circle of moves goes on changing them.
    private static func spread(
        _ scores: inout [StateKey: Int], _ moves: Moves, rounds: Int, _ better: (Int, Int) -> Int
    ) -> Bool {
        var steps = 0
        for _ in 0...rounds {
            var hasChanged = false
            for move in moves.all where !move.endsAtOnce {
                guard let before = scores[move.from] else { continue }
                let after = sum(before, move.delta)
                let kept = scores[move.to].map { better($0, after) } ?? after
                if scores.updateValue(kept, forKey: move.to) != kept { hasChanged = true }
            }
            if !hasChanged { return true }
            steps += moves.all.count
            if steps > stepLimit { return false }
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
