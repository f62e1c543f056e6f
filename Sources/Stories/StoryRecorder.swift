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
    /// Variables that earlier machines had set.
    private let variables: Texts

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
        var variables: Texts = [:]
        for member in progress?["variables"]?.members ?? [] where !own.contains(member.key) {
            variables[member.key] = member.value.string
        }
        self.variables = variables
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
    /// - Parameter loose: the turns of the story, from 1, whose replies are not expected, because they are drawn otherwise.
    public func file(begins: Story.Beginning, loose: Set<Int> = []) -> [UInt8] {
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
        return StoryFile.text(members, turns: steps(loose))
    }

    private func steps(_ loose: Set<Int>) -> [JSONValue] {
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
            let isLoose = loose.contains(steps.count + 1)
            steps.append(.object([action, .init("expect", .object(expected(of: turn, isLoose)))]))
        }
        return steps
    }

    private func expected(of turn: JSONValue, _ isLoose: Bool) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if turn["line"]?.string != nil { members.append(.init("decision", turn["decision"] ?? .null)) }
        members.append(.init("state", turn["state_key"] ?? .null))
        if machine.scoringMode == .scoring { members.append(.init("score", turn["score"] ?? .null)) }
        if turn["follow_up"]?.bool ?? false { members.append(.init("follow_up", .bool(true))) }
        if turn["number"]?.integer == turns.last?["number"]?.integer {
            members.append(.init("outcome", session["outcome"] ?? .null))
        }
        if !isLoose { members.append(.init("reply", turn["reply"] ?? .null)) }
        return members
    }
}
