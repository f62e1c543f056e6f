import Dialogue
import Exact
import JSON

extension Transcript {
    /// The conversation as a story that expects what came of it. It begins on the machine, unlocked or not.
    /// - Parameter comment: its `$comment`.
    public func story(named name: String, comment: String? = nil) -> [UInt8] {
        var head: [(String, JSONValue)] = comment.map { [("$comment", .string($0))] } ?? []
        head += [
            ("name", .string(name)), ("persona", .string(persona.slug)), ("machine", .string(machine.key)),
        ]
        if !variables.isEmpty {
            let sorted = variables.sorted { $0.key < $1.key }
            head.append(("variables", .object(sorted.map { .init($0.key.text, .string($0.value)) })))
        }
        switch start {
        case .greeting: break
        case .opener: head.append(("begins", .string("opener")))
        case .event: head.append(("begins", .string("player")))
        }
        let members = head.map { "  \(Transcript.text(.string($0.0))): \(Transcript.text($0.1)),\n" }.joined()
        let lines = steps.map { "    \(Transcript.text($0))" }.joined(separator: ",\n")
        return Array("{\n\(members)  \"turns\": [\n\(lines)\n  ]\n}\n".utf8)
    }

    private var steps: [JSONValue] {
        var first: [JSONValue.Member] =
            switch start {
            case .greeting, .opener: [.init("init", .string(machine.key))]
            case .event(let event): Act(event: event).members
            }
        first.append(.init("expect", .object(expected(beginning, isLast: turns.isEmpty))))
        let refusal = refused.map { machine in
            JSONValue.object([
                .init("init", .string(machine.key)), .init("expect", .object([.init("error", .string("locked"))])),
            ])
        }
        return [.object(first)]
            + turns.enumerated().map { place, turn in
                var expected: [JSONValue.Member] = [
                    .init("decision", turn.decision.map { .string($0.rawValue) } ?? .null)
                ]
                if turn.followUp { expected.append(.init("follow_up", .bool(true))) }
                expected += self.expected(turn.after, isLast: place == turns.count - 1)
                return .object(turn.act.members + [.init("expect", .object(expected))])
            } + [refusal].compactMap(\.self)
    }

    private func expected(_ position: Position, isLast: Bool) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("state", .string(position.state.text))]
        if machine.scoringMode == .scoring { members.append(.init("score", .integer(position.score))) }
        guard isLast else { return members }
        members.append(.init("outcome", position.outcome.map { .string($0.rawValue) } ?? .null))
        if let unlocks { members.append(.init("unlocks", .array(unlocks.map { .string($0) }))) }
        return members
    }

    private static func text(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }
}

extension Act {
    /// What a turn of a story has of it.
    fileprivate var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if let event {
            members.append(.init("event", .string(event.id)))
            if !event.context.isEmpty {
                let sorted = event.context.sorted { $0.key < $1.key }
                members.append(.init("context", .object(sorted.map { .init($0.key.text, .string($0.value)) })))
            }
        } else {
            members.append(.init("say", .string(line)))
        }
        if hasImage { members.append(.init("image", .bool(true))) }
        return members
    }
}
