public import Dialogue
import Exact

/// What walks through one machine have found, each with the variables that the machine can meet.
public struct MachineExploration: Sendable {
    public let machine: Machine
    /// How many configurations were reached, and how many turns were taken for it.
    public let configurations: Int
    public let turns: Int
    /// Nil: all of them were walked.
    public let stop: ExplorationStop?
    /// Whether scores beyond all bounds were taken for one another, so that those of endings may go on.
    public let goesBeyond: Bool
    /// By state and rule, in the order in which they were found.
    public let endings: [FoundEnding]
    /// Those of the machine, in the order of the file.
    public let findings: [Finding]

    /// - Parameters:
    ///   - isProof: whether what the possible walks do not reach is out of reach.
    ///   - cut: why the machine can be met with other variables than those of the walks; nil: it cannot.
    init(
        _ machine: Machine, _ walks: Walks, _ stories: StoryParts, isProof: Bool, cutBy cut: ExplorationStop?,
        isOver: @escaping () -> Bool
    ) {
        let own = walks.byMachine[machine.id] ?? []
        self.machine = machine
        configurations = own.reduce(0) { $0 + $1.nodes.count }
        turns = own.reduce(0) { $0 + $1.turns }
        let stop = own.lazy.compactMap(\.stop).first ?? cut
        self.stop = stop
        goesBeyond = own.contains(where: \.goesBeyond)
        endings = MachineExploration.endings(own)
        var review = WalkReview(machine, walks, stories, stop, isProof: isProof, isOver: isOver)
        findings = review.findings()
    }

    private static func endings(_ walks: [Walk]) -> [FoundEnding] {
        var found: [Walk.EndingKey: FoundEnding] = [:]
        var order: [Walk.EndingKey] = []
        for walk in walks {
            for key in walk.endingKeys {
                guard let way = walk.endings[key] else { continue }
                let scores = way.lowest.session.score...way.highest.session.score
                let known = found[key]
                if known == nil { order.append(key) }
                let isShorter = known.map { way.first.depth < $0.transcript.turns.count } ?? true
                found[key] = FoundEnding(
                    state: key.state, ending: key.ending,
                    scores: known.map { $0.scores.joined(to: scores) } ?? scores,
                    transcript: isShorter
                        ? walk.transcript(to: way.first)
                        : known?.transcript
                            ?? walk.transcript(to: way.first))
            }
        }
        return order.compactMap { found[$0] }
    }
}

extension ClosedRange<Int> {
    fileprivate func joined(to other: ClosedRange<Int>) -> ClosedRange<Int> {
        Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
    }
}

/// The variables that machines set from what players say.
struct CaptureNames {
    private let names: Set<ExactText>

    init(_ persona: Persona) {
        names = Set(
            exact: persona.machines.flatMap(\.outputs).filter {
                if case .capture = $0.source { true } else { false }
            }.map(\.key))
    }

    /// Whether the condition reads one.
    func areRead(by matcher: Matcher) -> Bool {
        matcher.contains { if case .variable(let name, _) = $0 { names.contains(name) } else { false } }
    }
}
