/// Texts in public, such as posts and comments, which belong to no conversation: what holds for them, and what is said
/// about them. One effort is for all texts of a request.
extension RequestEffort {
    /// Whether a condition holds for a text; false when the effort is spent.
    public mutating func holds(_ matcher: Matcher, for text: String, hasImage: Bool = false) -> Bool {
        matcher.holds(in: MatchContext(text: text, hasImage: hasImage), &effort)
    }
}

/// A line that a character says in public, and its place in its list.
public struct PublicLine: Sendable {
    public let text: String
    public let place: Int

    /// The next line of a list, picked as in a session; nil when none fits.
    /// - Parameters:
    ///   - text: what was written, which the lines' conditions see.
    ///   - target: who wrote it; nil: unknown.
    ///   - turn: how often the character has spoken there before.
    ///   - spoken: the places of the list's lines that were spoken there before.
    ///   - seed: makes the draws there different from those elsewhere.
    public init?(
        of list: ReplyList, by persona: Persona, to target: String?, about text: String, hasImage: Bool = false,
        turn: Int, spoken: Set<Int>, seed: UInt64, _ effort: inout RequestEffort
    ) {
        var memory = Memory()
        for place in spoken { memory.spoken["\(place) \(list.id)"] = 1 }
        var composer = ReplyComposer(
            persona: persona, player: Player(name: target ?? "", gender: .nonBinary), score: 0,
            context: MatchContext(text: text, turn: turn, hasImage: hasImage), seed: seed, memory: memory,
            effort: effort.effort)
        composer.trace = Trace()
        let said = composer.speak(list)
        effort.effort = composer.effort
        guard let said, let place = composer.trace?.choices.first?.line else { return nil }
        (self.text, self.place) = (said.words, place)
    }
}
