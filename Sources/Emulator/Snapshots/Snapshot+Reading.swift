import Crypto
import Dialogue
import Exact
import Fixtures
import JSON
import Store

extension Snapshot {
    /// Reads a document that `SnapshotBody` wrote, and reports mistakes.
    init?(_ reader: ObjectReader) {
        let kind = reader.text("kind") ?? reader.missing("kind")
        if let kind, kind != Snapshot.kind {
            reader.findings.report("\"kind\" must be \"\(Snapshot.kind)\"", at: reader.position(of: "kind"))
        }
        let version = reader.integer("version") ?? reader.missing("version")
        if let version, version != Snapshot.version {
            reader.findings.report(
                "\"version\" must be \(Snapshot.version), which is what this foilmock reads, not \(version)",
                at: reader.position(of: "version"))
        }
        let place: ObjectReader? = reader.object("sandbox", "the sandbox") ?? reader.missing("sandbox")
        guard let place else { return nil }
        name = place.requiredName("name") ?? ""
        settings = place.settings()
        limits = place.limits()
        place.finish()
        personas = reader.objects("personas", "a persona") { $0.record() }
        counters = reader.objects("counters", "a counter", atMost: Snapshot.mostValues) { item in
            guard let name = item.requiredName("name") else { return nil }
            return (name, item.count("value") ?? 0)
        }
        apiKeys = reader.objects("api_keys", "an API key", atMost: Snapshot.mostValues) { $0.apiKey() }
        seats = reader.objects("players", "a player") { $0.seat() }
        var seen: Set<PlayerKey> = []
        for seat in seats {
            let key = PlayerKey(
                sandbox: Snapshot.noSandbox, channel: seat.channel, persona: seat.persona, player: seat.player)
            guard !seen.insert(key).inserted else { continue }
            reader.findings.report(
                "\"players\" has the player \"\(seat.player)\" of one persona and channel twice",
                at: reader.position(of: "players"))
        }
    }
}

extension ObjectReader {
    fileprivate func objects<Item>(
        _ key: String, _ what: String, atMost limit: Int = .max, _ read: (ObjectReader) -> Item?
    ) -> [Item] {
        let list: [JSONValue] = array(key) ?? missing(key) ?? []
        guard list.count <= limit else {
            findings.report("\"\(key)\" may have \(limit) items, not \(list.count)", at: position(of: key))
            return []
        }
        return list.compactMap { value in
            guard let reader = ObjectReader(value, what, findings) else { return nil }
            defer { reader.finish() }
            return read(reader)
        }
    }

    fileprivate func settings() -> SandboxSettings {
        let reader: ObjectReader? = object("settings", "the settings") ?? missing("settings")
        return reader.map { SandboxSettings($0) } ?? SandboxSettings()
    }

    /// A required count within `Bounds.counts`.
    fileprivate func count(_ key: String) -> Int? { integer(key, in: Bounds.counts) ?? missing(key) }

    /// Reports a number that is outside the range that other numbers of the snapshot allow.
    private func require(_ key: String, _ number: Int, in range: ClosedRange<Int>, _ why: String) {
        guard !range.contains(number) else { return }
        let bound = number < range.lowerBound ? "at least \(range.lowerBound)" : "at most \(range.upperBound)"
        findings.report("\"\(key)\" must be \(bound), \(why), not \(number)", at: position(of: key))
    }

    private func identifier<Subject>(_ key: String) -> Identifier<Subject>? {
        guard let text = requiredText(key) else { return nil }
        if let id = Identifier<Subject>(text) { return id }
        findings.report("\"\(key)\" must be a UUID, not \"\(text)\"", at: position(of: key))
        return nil
    }

    private func time(_ key: String, nullable: Bool = false) -> Timestamp? {
        guard let text = text(key, nullable: nullable) else { return nil }
        if let time = Timestamp(text: text) { return time }
        findings.report(
            "\"\(key)\" must be a time such as 2026-03-10T12:00:00Z, from 1970 to 2261, not \"\(text)\"",
            at: position(of: key))
        return nil
    }

    /// Reports each of these keys that is missing; an empty value must be null.
    private func require(_ keys: String...) {
        for key in keys { let _: Bool? = missing(key) }
    }

    private func stateKey() -> StateKey? { requiredName("state_key").flatMap { StateKey($0) } }

    private func choiceIfAny<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        value(key).map(\.isNull) ?? true ? nil : choice(key, type)
    }

    fileprivate func record() -> PersonaRecord? {
        let id: PersonaID? = identifier("persona_id")
        require("number", "document")
        let number = value("number").map(\.isNull) ?? true ? nil : integer("number", in: Bounds.counts)
        let document = value("document").flatMap { $0.isNull ? nil : String(decoding: $0.bytes, as: UTF8.self) }
        return id.map { PersonaRecord(sandbox: Snapshot.noSandbox, persona: $0, number: number, document: document) }
    }

    fileprivate func apiKey() -> APIKeyRecord? {
        let id: APIKeyID? = identifier("id")
        let name = self.name("name") ?? missing("name")
        let digest = requiredText("sha256").flatMap { Digest.bytes(hex: $0) }
        if digest?.count != 32, value("sha256")?.string != nil {
            findings.report("\"sha256\" must be 64 hex digits", at: position(of: "sha256"))
        }
        let createdAt = time("created_at") ?? missing("created_at")
        let isRevoked = bool("is_revoked") ?? missing("is_revoked")
        guard let id, let name, let digest, let createdAt, let isRevoked else { return nil }
        return APIKeyRecord(
            id: id, sandbox: Snapshot.noSandbox, name: name, digest: digest, createdAt: createdAt, isRevoked: isRevoked)
    }
}

// MARK: - Players

extension ObjectReader {
    fileprivate func seat() -> Snapshot.Seat? {
        let channel = requiredName("channel")
        let persona: PersonaID? = identifier("persona_id")
        let player = requiredName("player")
        let progress = object("progress", "the progress") ?? missing("progress")
        let conversations = objects("sessions", "a session") { $0.conversation() }
        let sessions = array("sessions")?.count ?? 0
        if Set(conversations.map(\.session.machine)).count < conversations.count {
            findings.report("\"sessions\" has two on one machine", at: position(of: "sessions"))
        }
        defer { progress?.finish() }
        guard let channel, let persona, let player, let read = progress?.progress(sessions: sessions) else {
            return nil
        }
        return Snapshot.Seat(
            channel: channel, persona: persona, player: player, progress: read, conversations: conversations)
    }

    /// - Parameter sessions: how many sessions the player has.
    private func progress(sessions: Int) -> Progress {
        let inits = count("inits")
        if let inits { require("inits", inits, in: sessions...Int.max, "the number of the player's sessions") }
        return Progress(
            inits: inits ?? 0,
            unlocked: (array("unlocked") ?? missing("unlocked") ?? []).compactMap { value in
                if let id = value.string.flatMap({ MachineID($0) }) { return id }
                findings.report("\"unlocked\" lists ids of machines", at: value.offset)
                return nil
            },
            variables: texts("variables"))
    }

    private func texts(_ key: String) -> Texts {
        members(key) { name, value in
            if value.string == nil {
                findings.report("\"\(name)\" of \"\(key)\" must be a text", at: value.offset)
            }
            return value.string
        }
    }

    /// Counts by name, each within `range`.
    private func counts(_ key: String, in range: ClosedRange<Int>) -> [ExactText: Int] {
        members(key) { name, value in
            if let count = value.integer, range.contains(count) { return count }
            let given = value.integer.map { ", not \($0)" } ?? value.number.map { ", not \($0)" } ?? ""
            findings.report(
                "\"\(name)\" of \"\(key)\" must be a whole number between \(range.lowerBound) and \(range.upperBound)"
                    + given, at: value.offset)
            return nil
        }
    }

    /// An object of values of one kind.
    private func members<Value>(_ key: String, _ read: (String, JSONValue) -> Value?) -> [ExactText: Value] {
        guard let members = value(key)?.members else {
            findings.report("\"\(key)\" must be an object", at: position(of: key))
            return [:]
        }
        guard members.count <= Snapshot.mostValues else {
            findings.report(
                "\"\(key)\" may have \(Snapshot.mostValues) members, not \(members.count)", at: position(of: key))
            return [:]
        }
        return Dictionary(
            members.compactMap { member in read(member.key, member.value).map { (ExactText(member.key), $0) } },
            uniquingKeysWith: { $1 })
    }

    private func conversation() -> (session: Session, turns: [Turn])? {
        let id: SessionID? = identifier("session_id")
        let machine: MachineID? = identifier("machine_id")
        let name = self.name("player_name") ?? missing("player_name")
        let gender = choice("player_gender", Gender.self) ?? missing("player_gender")
        let startedAt = time("started_at") ?? missing("started_at")
        let lastMessageAt = time("last_message_at") ?? missing("last_message_at")
        let state = stateKey()
        let score = integer("score") ?? missing("score")
        require("outcome")
        let outcome = choiceIfAny("outcome", Outcome.self)
        let redirectCount = count("redirect_count")
        let turnCount = count("turn_count")
        let memory: ObjectReader? = object("memory", "the memory") ?? missing("memory")
        let turns = objects("turns", "a turn") { $0.turn() }
        if turns.isEmpty || !zip(turns, turns.dropFirst()).allSatisfy({ $0.number < $1.number }) {
            findings.report("\"turns\" must be one or more, by their number", at: position(of: "turns"))
        }
        guard let id, let machine, let name, let gender, let startedAt, let lastMessageAt, let state, let score,
            let redirectCount, let turnCount, let memory
        else { return nil }
        if let last = turns.last {
            require("turn_count", turnCount, in: last.number...Int.max, "the number of the last turn")
        }
        let memories = memory.memory(turns: turnCount)
        memory.finish()
        // Each redirect and each nudge is one turn.
        require(
            "redirect_count", redirectCount, in: 0...max(0, turnCount - memories.nudges),
            "the number of turns without nudges")
        let session = Session(
            id: id, machine: machine, player: Player(name: name, gender: gender), startedAt: startedAt,
            lastMessageAt: lastMessageAt, stateKey: state, score: score, outcome: outcome,
            redirectCount: redirectCount, turnCount: turnCount, memory: memories)
        return (session, turns)
    }

    /// - Parameter turns: how many turns the session has had, nudges among them.
    private func memory(turns: Int) -> Memory {
        require("in_follow_up", "nudged_at", "holder")
        let nudges = count("nudges") ?? 0
        require("nudges", nudges, in: 0...turns, "the number of turns")
        let captures: Texts = texts("captures")
        if let mistake = Memory.mistake(in: captures) {
            findings.report("\"captures\": \(mistake)", at: position(of: "captures"))
        }
        return Memory(
            spoken: counts("spoken", in: Bounds.counts), captures: captures,
            asked: counts("asked", in: 0...turns), isInFollowUp: bool("in_follow_up") ?? false,
            nudges: nudges, nudgedAt: time("nudged_at", nullable: true),
            note: text("holder", nullable: true), facts: value("facts") == nil ? [:] : texts("facts"),
            dueAt: value("due_at") == nil ? nil : time("due_at"))
    }

    private func turn() -> Turn? {
        let number = count("number")
        let at = time("at") ?? missing("at")
        require("line", "decision")
        let line = text("line", nullable: true)
        let reply = text("reply") ?? missing("reply")
        let decision = choiceIfAny("decision", Decision.self)
        let followUp = bool("follow_up") ?? missing("follow_up")
        let state = stateKey()
        let score = integer("score") ?? missing("score")
        guard let number, let at, let reply, let followUp, let state, let score else { return nil }
        return Turn(
            number: number, at: at, line: line, reply: reply, decision: decision, followUp: followUp, stateKey: state,
            score: score)
    }
}
