import Dialogue
import Exact
package import Exploration
package import Fixtures
import Stories

/// What was found, and whether each conversation comes out again as the walk has it.
package struct ExploreReport {
    /// A conversation that was found, by the way of a player's requests.
    struct Replay {
        let transcript: Transcript
        let name: String
        /// The name of the story's file.
        let file: String
        let story: [UInt8]
        /// What comes out otherwise, which is an error of foilmock; nil: nothing does.
        let difference: String?
    }

    package private(set) var explorations: [Exploration] = []
    private(set) var replays: [Replay] = []
    /// How many conversations were not played again, because the time was up.
    private(set) var notReplayed = 0
    private let catalog: Catalog
    /// The key of the only machine that is reported on; nil: all.
    private let only: String?
    private var files: Set<ExactText> = []
    /// How many stories have a name but for a number.
    private var counts: [ExactText: Int] = [:]

    package init(catalog: Catalog, only: String? = nil) { (self.catalog, self.only) = (catalog, only) }

    /// Adds what was found, and plays each conversation of it as a story, as long as there is time.
    package mutating func add(_ exploration: Exploration, isOver: () -> Bool = { false }) throws(AppError) {
        explorations.append(exploration)
        let slug = exploration.persona.slug
        for explored in machines(of: exploration) {
            for found in explored.endings {
                let place =
                    "\(found.state?.text ?? "anywhere") \(found.outcome.rawValue) by \(found.rule(on: explored))"
                try replay(
                    found.transcript, "\(found.outcome.rawValue) in \(found.transcript.end.state)",
                    "\(slug)-\(explored.machine.key)-ending", place, isOver)
            }
        }
        for finding in findings(of: exploration) {
            guard let transcript = finding.transcript else { continue }
            try replay(
                transcript, finding.message, "\(slug)-\(finding.machine)-\(finding.kind.rawValue)", finding.subject,
                isOver)
        }
    }

    private mutating func replay(
        _ transcript: Transcript, _ name: String, _ kind: String, _ subject: String, _ isOver: () -> Bool
    ) throws(AppError) {
        let file = self.file(kind, subject)
        let bytes = transcript.story(named: name, comment: ExploredStories.mark)
        var difference: String?
        if isOver() {
            notReplayed += 1
        } else {
            let read = StoryFile(FixtureFile(path: file, bytes: bytes), for: catalog)
            difference = read.diagnostics.first { $0.severity == .error }?.message
            if let story = read.stories.first, let failure = try StoryPlayer.verdict(on: story, catalog).failure {
                let mismatches = failure.mismatches.map { "\($0.key) is \($0.actual), not \($0.expected)" }
                difference = "turn \(failure.turn), \(failure.action): \(mismatches.joined(separator: ", "))"
            }
        }
        replays.append(
            Replay(transcript: transcript, name: name, file: file, story: bytes, difference: difference))
    }

    /// The most characters of a file's name that say what the story is about.
    private static let nameLimit = 60

    /// A name that no other story has, and that does not depend on what else is found.
    private mutating func file(_ kind: String, _ subject: String) -> String {
        let name = "\(kind)-\(Slug.of(subject).prefix(ExploreReport.nameLimit))"
        while true {
            counts[name, default: 0] += 1
            let count = counts[name] ?? 1
            let file = "\(name)\(count == 1 ? "" : "-\(count)").story.json"
            if files.insert(ExactText(file)).inserted { return file }
        }
    }

    package func machines(of exploration: Exploration) -> [MachineExploration] {
        exploration.machines.filter { $0.machine.key === only ?? $0.machine.key }
    }

    package func findings(of exploration: Exploration) -> [Finding] {
        exploration.findings.filter { $0.machine === only ?? $0.machine }
    }

    package var findings: [Finding] { explorations.flatMap { findings(of: $0) } }

    /// Conversations that come out otherwise by the way of requests: errors of foilmock.
    package var differences: [String] {
        replays.compactMap { replay in replay.difference.map { "\(replay.name): \($0)" } }
    }

    package var hasFaults: Bool { findings.contains(where: \.isFault) || !differences.isEmpty }

    /// The stories by the names of their files.
    package var stories: [(file: String, bytes: [UInt8])] { replays.map { ($0.file, $0.story) } }

    /// The machines about which everything is known, so that a story of an earlier report that is not among those of this
    /// one is out of date.
    var whole: [(persona: String, machine: String)] {
        explorations.flatMap { exploration in
            machines(of: exploration).filter { $0.stop == nil }.map { (exploration.persona.slug, $0.machine.key) }
        }
    }
}

extension FoundEnding {
    var outcome: Outcome { ending.outcome }

    /// The word for the rule by which the conversation ends.
    func rule(on explored: MachineExploration) -> String {
        switch ending {
        case .kickOut: "kick_out"
        case .earlyFail: "early_fail"
        case .stated: "outcome"
        case .ruled: explored.machine.scoringMode == .scoring ? "score" : "decision"
        case .reject: "reject"
        }
    }
}
