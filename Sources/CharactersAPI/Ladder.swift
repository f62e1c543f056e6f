import Dialogue
import Exact
import Fixtures

/// What a character says to a lead who has gone quiet, step by step (F-8): the `entries.follow_ups` of a machine.
struct Ladder: Equatable, Sendable {
    struct Step: Equatable, Sendable {
        let after: Int64
        let says: ReplyList

        static func == (one: Step, other: Step) -> Bool { one.after == other.after && one.says === other.says }
    }

    let steps: [Step]
    /// The least time between two, in nanoseconds.
    let spacing: Int64
    /// The most of a conversation in 90 days; nil: any number.
    let most: Int?

    private static let hour: Int64 = 3_600_000_000_000
    private static let window = 90 * 24 * hour
    /// When the latest were sent, in seconds: as many as the limit of 90 days can ask for.
    private static let sentName: ExactText = "followed_up"
    private static let longest = 1_000_000.0

    /// The ladder of a machine: its own, else one that its nudge makes.
    init?(_ machine: Machine) {
        if let own = machine.settings[Ladder.self] {
            self = own
            return
        }
        guard let nudge = machine.entries.nudge else { return nil }
        steps = Array(repeating: Step(after: 24 * Ladder.hour, says: nudge.says), count: min(nudge.cap ?? 1, 1_000))
        spacing = Int64(nudge.cooldownSeconds) * 1_000_000_000
        most = nil
    }

    /// Reads `follow_ups`; nil when a mistake was reported.
    init?(_ reader: ObjectReader, _ machine: MachineReading) {
        func hours(_ key: String, of reader: ObjectReader) -> Int64? {
            reader.number(key, in: 0...Ladder.longest).map { Int64($0 * Double(Ladder.hour)) }
        }
        let values = reader.array("steps") ?? reader.missing("steps")
        let steps = (values ?? []).enumerated().compactMap { place, value -> Step? in
            guard let step = ObjectReader(value, "a step", reader.findings) else { return nil }
            defer { step.finish() }
            let after = hours("after_hours", of: step) ?? step.missing("after_hours")
            let says = machine.nudgeLines("says", of: step, id: "follow_ups \(place)") ?? step.missing("says")
            guard let after, let says else { return nil }
            return Step(after: after, says: says)
        }
        spacing = hours("min_spacing_hours", of: reader) ?? 0
        most = reader.integer("max_per_90d", in: 0...100)
        reader.finish()
        guard values != nil else { return nil }
        self.steps = steps
    }

    /// The next step of a session; nil: the ladder is at its end.
    func step(of session: Session) -> Step? {
        steps.indices.contains(session.memory.nudges) ? steps[session.memory.nudges] : nil
    }

    /// From when on a session may be followed up, by what was sent before; nil: never.
    func earliest(for memory: Memory) -> Timestamp? {
        var earliest = memory.nudgedAt?.advanced(by: spacing) ?? .earliest
        guard let most else { return earliest }
        guard most > 0 else { return nil }
        let sent = Ladder.sent(memory)
        if sent.count >= most {
            earliest = max(earliest, Timestamp(seconds: sent[sent.count - most]).advanced(by: Ladder.window))
        }
        return earliest
    }

    /// When the next step of a session is due whose last turn is then; nil: there is none.
    func due(_ session: Session, after lastTurn: Timestamp) -> Timestamp? {
        guard let step = step(of: session), let earliest = earliest(for: session.memory) else { return nil }
        return max(lastTurn.advanced(by: step.after), earliest)
    }

    /// The notes of a session whose next step is sent now.
    func sent(_ session: Session, at now: Timestamp) -> SessionNotes {
        var session = session
        let sent = (Ladder.sent(session.memory) + [now.seconds]).suffix(most ?? 0)
        session.memory.facts[Ladder.sentName] = sent.isEmpty ? nil : sent.map { String($0) }.joined(separator: " ")
        session.memory.facts[FollowUpID.missed] = nil
        session.memory.nudges += 1
        session.memory.nudgedAt = now
        session.memory.dueAt = due(session, after: now)
        return session.memory.notes
    }

    private static func sent(_ memory: Memory) -> [Int64] {
        (memory.facts[sentName] ?? "").split(separator: " ").compactMap { Int64($0) }
    }
}

/// The id of a follow-up: it says what it is about, so nothing of it is stored (F-8).
struct FollowUpID {
    /// The fact with the step and the turn of one that was pending when the lead wrote.
    static let missed: ExactText = "missed"

    let session: SessionID
    let step: Int
    let turn: Int

    init(_ session: Session) {
        (self.session, step, turn) = (session.id, session.memory.nudges, session.turnCount)
    }

    /// Nil for a text that is no such id.
    init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "fu", parts[1].utf8.count == 32,
            let step = FollowUpID.number(parts[2]), let turn = FollowUpID.number(parts[3])
        else { return nil }
        let hex = parts[1]
        var id = ""
        for (place, digit) in hex.enumerated() {
            if [8, 12, 16, 20].contains(place) { id += "-" }
            id.append(digit)
        }
        guard let session = SessionID(id) else { return nil }
        (self.session, self.step, self.turn) = (session, step, turn)
    }

    var text: String {
        "fu_\(session.description.replacing("-", with: ""))_\(step)_\(turn)"
    }

    /// A number as this program writes it.
    private static func number(_ text: Substring) -> Int? {
        guard let number = Int(text), number >= 0, String(number) === String(text) else { return nil }
        return number
    }
}
