/// The result of playing a story.
public struct StoryVerdict {
    /// The first turn that did not come out as expected; nothing is played after it.
    public struct Failure {
        /// The turn's number, from 1; 0 for the beginning of the story.
        public let turn: Int
        /// What the player did.
        public let action: String
        public let mismatches: [Mismatch]
        /// Why the turn has its result, a line each; may be empty.
        public let explanation: [String]
    }

    public let story: Story
    public private(set) var failure: Failure?
    /// The turns that were played.
    public private(set) var turns = 0
    /// The expectations that were compared.
    public private(set) var checked = 0
    /// The keys of expectations that what played the story does not show, each once.
    public private(set) var unchecked: [String] = []

    /// Why it was not played; nil when it was.
    public let obstacle: String?

    public var passed: Bool { failure == nil && obstacle == nil }

    public init(notPlayed story: Story, because obstacle: String) {
        self.story = story
        self.obstacle = obstacle
    }

    /// Plays a story to its end, or to the first turn that does not come out as expected.
    /// - Parameters:
    ///   - begin: begins the story's session, if the story does not begin with a turn that does.
    ///   - play: carries out one turn.
    public init<Failure: Error>(
        of story: Story, begin: () throws(Failure) -> TurnResult,
        play: (StoryTurn) throws(Failure) -> TurnResult
    ) throws(Failure) {
        self.story = story
        obstacle = nil
        if story.beginsItself {
            let start = StoryTurn(action: .begin(story.machine), line: story.line, expectations: [])
            guard take(start, 0, try begin()) else { return }
        }
        for (place, turn) in story.turns.enumerated() {
            turns += 1
            guard take(turn, place + 1, try play(turn)) else { return }
        }
    }

    /// Compares a turn. Returns whether it came out as expected.
    private mutating func take(_ turn: StoryTurn, _ number: Int, _ result: TurnResult) -> Bool {
        let comparison = Comparison(turn, with: result)
        checked += comparison.checked
        for key in comparison.unchecked where !unchecked.contains(key) { unchecked.append(key) }
        guard !comparison.mismatches.isEmpty else { return true }
        failure = Failure(
            turn: number, action: turn.action.description, mismatches: comparison.mismatches,
            explanation: result.explanation())
        return false
    }
}
