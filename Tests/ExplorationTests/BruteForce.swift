import Dialogue

@testable import Exploration

/// Conversations of many lines, by which findings are tried.
struct BruteForce {
    let machine: Machine
    let persona: Persona
    private let variables: Texts
    private static let said = ["please", "fish", "open", "a b"]

    struct Talk {
        var session: Session
        var earlier: [String] = []
    }

    private struct Key: Hashable {
        let state: StateKey
        let numbers: [Int]
        let captured: [String]
        let asked: [String]
        let said: Set<String>
    }

    /// The parts that fired, the states that were reached, and the states that were left other than by a kick-out.
    private(set) var fired: Set<Part> = []
    private(set) var reached: Set<StateKey> = []
    private(set) var left: Set<StateKey> = []
    /// Whether a conversation ended other than by a kick-out.
    private(set) var hasEnded = false
    /// Ended sessions.
    private(set) var ended: [Session] = []

    private static let acts: [Act] =
        RandomMachine.lines.map { Act(line: $0) }
        + ["fish", "k", "hello please"].map { Act(line: $0, hasImage: true) }
        + ["fish", "a b", "3", "5", "fishes"].map {
            Act(event: MatchContext.Event(id: "gift", context: ["what": $0]))
        } + [Act(event: MatchContext.Event(id: "gift"))]

    init(_ machine: Machine, of persona: Persona, _ variables: Texts = [:]) {
        (self.machine, self.persona, self.variables) = (machine, persona, variables)
    }

    /// Every conversation from its beginning, and from these sessions, as far as the limit goes.
    mutating func run(from talks: [Talk], limit: Int) {
        var queue = talks
        var seen = Set(talks.map(key))
        var next = 0
        while next < queue.count {
            let talk = queue[next]
            next += 1
            reached.insert(talk.session.stateKey)
            guard talk.session.outcome == nil else {
                if talk.session.turnCount > 0 { ended.append(talk.session) }
                continue
            }
            for act in Self.acts {
                let (after, step) = take(act, talk)
                if let part = step.fired { fired.insert(Part.of(part, in: talk.session.stateKey, of: machine)) }
                if step.ending != .kickOut {
                    if after.session.stateKey != talk.session.stateKey { left.insert(talk.session.stateKey) }
                    if after.session.outcome != nil { hasEnded = true }
                }
                if queue.count < limit, seen.insert(key(after)).inserted { queue.append(after) }
                reached.insert(after.session.stateKey)
            }
        }
    }

    var beginnings: [Talk] {
        Walk.starts(of: machine).map { Talk(session: $0.session(on: machine, of: persona, variables)) }
    }

    /// The session at the end of a conversation.
    func end(of transcript: Transcript, after turns: Int) -> Talk {
        var talk = Talk(session: transcript.start.session(on: machine, of: persona, variables))
        for turn in transcript.turns.prefix(turns) { talk = take(turn.act, talk).after }
        return talk
    }

    private func take(_ act: Act, _ talk: Talk) -> (after: Talk, step: Session.Step) {
        var after = talk
        let step = after.session.step(
            act.input(variables, earlier: talk.earlier), on: machine, of: persona, at: Walk.moment)
        if act.event == nil { after.earlier.append(act.line) }
        return (after, step)
    }

    private func key(_ talk: Talk) -> Key {
        let session = talk.session
        let words = talk.earlier.flatMap { line in Self.said.filter { line.contains($0) } }
        return Key(
            state: session.stateKey,
            numbers: [
                min(max(session.score, -5), 6), session.redirectCount, min(session.turnCount, 5),
                words.count > 0 ? 1 : 0,
                session.memory.isInFollowUp ? 1 : 0, session.outcome == nil ? 0 : 1,
            ],
            captured: session.memory.captures.map { "\($0.key) \($0.value)" }.sorted(),
            asked: session.memory.asked.map { "\($0.key) \($0.value)" }.sorted(), said: Set(words))
    }
}
