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
    private let catalog: Catalog
    /// The key of the only machine that is reported on; nil: all.
    private let only: String?

    package init(catalog: Catalog, only: String? = nil) { (self.catalog, self.only) = (catalog, only) }

    /// Adds what was found, and plays each conversation of it as a story.
    package mutating func add(_ exploration: Exploration) throws(AppError) {
        explorations.append(exploration)
        let slug = exploration.persona.slug
        for explored in machines(of: exploration) {
            for (place, found) in explored.endings.enumerated() {
                try replay(
                    found.transcript, "\(found.outcome.rawValue) in \(found.transcript.end.state)",
                    file: "\(slug)-\(explored.machine.key)-ending-\(place + 1)")
            }
        }
        for (place, finding) in findings(of: exploration).enumerated() {
            guard let transcript = finding.transcript else { continue }
            try replay(
                transcript, finding.message,
                file: "\(slug)-\(finding.machine)-\(finding.kind.rawValue)-\(place + 1)")
        }
    }

    private mutating func replay(_ transcript: Transcript, _ name: String, file: String) throws(AppError) {
        let bytes = transcript.story(named: name)
        let read = StoryFile(FixtureFile(path: "\(file).story.json", bytes: bytes), for: catalog)
        var difference = read.diagnostics.first { $0.severity == .error }?.message
        if let story = read.stories.first, let failure = try StoryPlayer.verdict(on: story, catalog).failure {
            let mismatches = failure.mismatches.map { "\($0.key) is \($0.actual), not \($0.expected)" }
            difference = "turn \(failure.turn), \(failure.action): \(mismatches.joined(separator: ", "))"
        }
        replays.append(
            Replay(
                transcript: transcript, name: name, file: "\(file).story.json", story: bytes, difference: difference))
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

    /// Writes each story to a file of the folder, which is made if it is not there.
    func write(to folder: String) throws(AppError) {
        try Disk.makeFolders(folder)
        for story in stories { try Disk.write(story.bytes, to: "\(folder)/\(story.file)") }
    }
}

extension FoundEnding {
    var outcome: Outcome { ending.outcome }
}
