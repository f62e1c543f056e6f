public import Dialogue
import Exact
import Fixtures
public import JSON

/// Makes a story of a session and its turns, as a snapshot has them.
public struct StoryRecorder {
    /// Why a session cannot be told as a story.
    public struct Refusal: Error {
        public let message: String
    }

    private let session: JSONValue
    private let persona: Persona
    private let machine: Machine
    private let turns: [JSONValue]
    /// Variables that earlier machines had set, and those that this one sets.
    private let variables: Texts
    private let results: Texts
    /// The keys of machines that links from this one have unlocked.
    private let unlocks: [String]

    /// What a story does not expect, because it is drawn otherwise in memory, or was changed after the session.
    public struct Exceptions: Sendable {
        /// The turns of the story, from 1, whose replies are not expected.
        public var replies: Set<Int> = []
        /// Whether the last turn expects the unlocks and the variables that the machine sets.
        public var expectsResults = true

        public init() {}
    }

    /// - Parameters:
    ///   - session: an item of `sessions` in a snapshot.
    ///   - progress: the player's `progress` there.
    public init(
        _ session: JSONValue, progress: JSONValue?, of persona: Persona, on machine: Machine
    ) throws(Refusal) {
        (self.session, self.persona, self.machine) = (session, persona, machine)
        turns = session["turns"]?.array ?? []
        guard !turns.isEmpty else { throw Refusal(message: "the session has no turns") }
        let own = Set(
            exact: machine.outputs.map(\.key) + ["outcome.\(machine.key)", "score.\(machine.key)"])
        var (variables, results): (Texts, Texts) = ([:], [:])
        for member in progress?["variables"]?.members ?? [] {
            if own.contains(member.key) {
                results[member.key] = member.value.string
            } else {
                variables[member.key] = member.value.string
            }
        }
        (self.variables, self.results) = (variables, results)
        let open = (progress?["unlocked"]?.array ?? []).compactMap(\.string)
        let targets = persona.links.filter { $0.source == machine.id }.map(\.target)
        unlocks = persona.machines.filter { machine in
            targets.contains(machine.id) && open.contains { $0 === machine.id.description }
        }.map(\.key)
        if let place = unknownEvent {
            throw Refusal(
                message: "turn \(place) answered an event, which a session does not keep: it cannot be played again")
        }
    }

    /// The number of the first turn that answered an event; nil when all are lines and nudges.
    private var unknownEvent: Int? {
        let silent = turns.filter { $0["line"]?.string == nil && $0["number"]?.integer != 0 }
        let nudges = session["memory"]?["nudges"]?.integer ?? 0
        guard silent.count != nudges else { return nil }
        return silent.first { $0["decision"]?.string != nil }?["number"]?.integer ?? silent.last?["number"]?.integer
    }

    /// How the session began, as far as its turns tell: the first of these that comes out as it did is the right one.
    public var beginnings: [Story.Beginning] {
        turns[0]["line"]?.string == nil ? [.greeting, .opener] : [.player]
    }

    /// The file of the story.
    public func file(begins: Story.Beginning, except exceptions: Exceptions = Exceptions()) -> [UInt8] {
        var members: [(String, JSONValue)] = [("persona", .string(persona.slug)), ("machine", .string(machine.key))]
        members.append(
            (
                "player",
                .object([
                    .init("name", session["player_name"] ?? .null), .init("gender", session["player_gender"] ?? .null),
                ])
            ))
        if let started = session["started_at"] { members.append(("clock", started)) }
        if !variables.isEmpty {
            let sorted = variables.sorted { $0.key < $1.key }
            members.append(("variables", .object(sorted.map { .init($0.key.text, .string($0.value)) })))
        }
        if begins != .greeting { members.append(("begins", .string(begins.rawValue))) }
        return StoryFile.text(members, turns: steps(exceptions))
    }

    private func steps(_ exceptions: Exceptions) -> [JSONValue] {
        var steps: [JSONValue] = []
        var before = session["started_at"]?.string.flatMap { Timestamp(text: $0) }
        for turn in turns {
            let at = turn["at"]?.string.flatMap { Timestamp(text: $0) }
            let line = turn["line"]?.string
            let number = turn["number"]?.integer ?? 0
            // Only nudges ask for the time.
            if line == nil, number > 0, let at, let last = before, last < at {
                let passed = Double(at.nanoseconds - last.nanoseconds) / 1_000_000_000
                steps.append(.object([.init("advance", JSONValue(kind: .double(passed), offset: -1))]))
                before = at
            }
            let action: JSONValue.Member =
                switch (line, number) {
                case (let line?, _): .init("say", .string(line))
                case (nil, 0): .init("init", .string(machine.key))
                default: .init("nudge", .bool(true))
                }
            let hasReply = !exceptions.replies.contains(steps.count + 1)
            let expected = expected(of: turn, hasReply: hasReply, hasResults: exceptions.expectsResults)
            steps.append(.object([action, .init("expect", .object(expected))]))
        }
        return steps
    }

    private func expected(of turn: JSONValue, hasReply: Bool, hasResults: Bool) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if turn["line"]?.string != nil { members.append(.init("decision", turn["decision"] ?? .null)) }
        members.append(.init("state", turn["state_key"] ?? .null))
        if machine.scoringMode == .scoring { members.append(.init("score", turn["score"] ?? .null)) }
        if turn["follow_up"]?.bool ?? false { members.append(.init("follow_up", .bool(true))) }
        if turn["number"]?.integer == turns.last?["number"]?.integer {
            members.append(.init("outcome", session["outcome"] ?? .null))
            if hasResults, session["outcome"]?.string != nil { members += ending }
        }
        if hasReply { members.append(.init("reply", turn["reply"] ?? .null)) }
        return members
    }

    /// What the end of the session has unlocked and set.
    private var ending: [JSONValue.Member] {
        let sorted = results.sorted { $0.key < $1.key }
        return (unlocks.isEmpty ? [] : [.init("unlocks", .array(unlocks.map { .string($0) }))])
            + (sorted.isEmpty
                ? [] : [.init("variables", .object(sorted.map { .init($0.key.text, .string($0.value)) }))])
    }
}
