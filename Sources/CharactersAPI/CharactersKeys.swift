import Dialogue
import Embedded
import Emulator
import Exact
public import Fixtures
import JSON

/// The behaviour of an account where no source describes the real service (F-18). Each setting can be changed when the
/// real service differs from the default.
struct CharactersCompat: Equatable, Sendable {
    /// A message after the conversation has ended (E-5).
    enum AfterEnd: String, CaseIterable, Sendable {
        /// Nothing is said.
        case silent
        /// A 409.
        case conflict
        /// The last reply again.
        case `repeat`
    }

    /// The `session_id` of a message (E-6).
    enum SessionField: String, CaseIterable, Sendable {
        /// One that is not the lead's own is a 404.
        case check
        case ignore
    }

    /// An event of a lead who never wrote (E-10).
    enum UnknownLead: String, CaseIterable, Sendable {
        /// A 404.
        case refuse
        /// The event is recorded.
        case create
    }

    /// When two handles are the same lead (E-39).
    enum Targets: String, CaseIterable, Sendable {
        case exact, folded
    }

    var afterEnd = AfterEnd.silent
    /// How often the same text is answered in a row; 0: always.
    var duplicateAfter = 2
    var sessionField = SessionField.check
    var unknownLead = UnknownLead.refuse
    var targets = Targets.exact
}

/// How a character treats the caller's several accounts (B.1, B.2).
struct LeadFlags: Equatable, Sendable {
    /// The first account that talks to a lead keeps the lead.
    var ignoresDuplicates = false
    /// Each account has a session of its own with a lead.
    var separatesSessions = false

    init() {}

    init(_ reader: ObjectReader) {
        ignoresDuplicates = reader.bool("ignore_duplicate_leads") ?? false
        separatesSessions = reader.bool("separate_sessions_per_account") ?? false
    }
}

/// Why a token's plan is paused (B.10).
struct PauseReason: Equatable, Sendable {
    static let planLimit = "plan_limit"

    let text: String
}

/// The machines that a persona has for platforms (F-4).
struct Platforms: Equatable, Sendable {
    /// The keys of machines, by platform.
    let machines: Texts
}

/// The pause before a bubble, in milliseconds (F-5).
struct BubbleDelay: Equatable, Sendable {
    var base = 0
    var perCharacter = 0
    var most = BubbleDelay.longest

    static let longest = 600_000

    func milliseconds(before text: String) -> Int { min(most, base + perCharacter * text.unicodeScalars.count) }
}

/// The dialect's keys of the fixtures: `connector_tokens` of accounts, those of `compat`, `platforms`, `character` and
/// `vision` of personas, and `bubble_delay_ms`, `comments`, `posts` and `entries.follow_ups` of machines.
public struct CharactersKeys: DialectKeys {
    public init() {}

    public func read(_ account: AccountReading) {
        for value in account.members.array("connector_tokens") ?? [] {
            account.bind(value, called: "a connector token", of: TokenGate.dialect, in: "token") { reader in
                var settings = DialectSettings()
                settings[LeadFlags.self] = LeadFlags(reader)
                settings[PauseReason.self] = reader.text("paused", nullable: true).map { PauseReason(text: $0) }
                return settings
            }
        }
        guard let object = account.compat else { return }
        var compat = CharactersCompat()
        compat.afterEnd =
            object.choice("characters_after_end", CharactersCompat.AfterEnd.self) ?? compat.afterEnd
        compat.duplicateAfter = object.integer("duplicate_after", in: 0...1_000_000) ?? compat.duplicateAfter
        compat.sessionField = object.choice("session_id", CharactersCompat.SessionField.self) ?? compat.sessionField
        compat.unknownLead = object.choice("unknown_lead", CharactersCompat.UnknownLead.self) ?? compat.unknownLead
        compat.targets = object.choice("targets", CharactersCompat.Targets.self) ?? compat.targets
        account.keep(compat)
    }

    public func read(_ persona: PersonaReading) {
        if let flags = persona.members.object("character", "\"character\"") {
            persona.keep(LeadFlags(flags))
            flags.finish()
        }
        if let platforms = platforms(persona) { persona.keep(platforms) }
        if let list = persona.members.array("vision") { persona.keep(Sights(list, persona.members.findings)) }
    }

    public func read(_ machine: MachineReading) {
        machine.hear(EventRoute.types)
        if let delay = delay(machine.members) { machine.keep(delay) }
        if let reader = machine.entries?.object("follow_ups", "the follow-ups"), let ladder = Ladder(reader, machine) {
            machine.keep(ladder)
        }
        if let reader = machine.members.object("comments", "\"comments\"") { machine.keep(Comments(reader, machine)) }
        if let reader = machine.members.object("posts", "\"posts\""), let posts = Posts(reader, machine) {
            machine.keep(posts)
        }
    }

    private func platforms(_ persona: PersonaReading) -> Platforms? {
        guard let value = persona.members.value("platforms") else { return nil }
        guard let members = value.members else {
            persona.members.findings.report(
                "\"platforms\" must be an object of platforms and machine keys", at: value.offset)
            return nil
        }
        var machines: Texts = [:]
        for member in members {
            guard let key = member.value.string, persona.machines.contains(where: { $0 === key }) else {
                persona.members.findings.report(
                    "the platform \"\(member.key)\" names no machine of this persona"
                        + Suggestion.text(for: member.value.string ?? "", among: persona.machines),
                    at: member.value.offset)
                continue
            }
            machines[member.key] = key
        }
        return Platforms(machines: machines)
    }

    private func delay(_ machine: ObjectReader) -> BubbleDelay? {
        guard let value = machine.value("bubble_delay_ms") else { return nil }
        let range = 0...BubbleDelay.longest
        guard value.members != nil else {
            return machine.integer("bubble_delay_ms", in: range).map { BubbleDelay(base: $0) }
        }
        guard let reader = machine.object("bubble_delay_ms", "\"bubble_delay_ms\"") else { return nil }
        defer { reader.finish() }
        return BubbleDelay(
            base: reader.integer("base", in: range) ?? 0, perCharacter: reader.integer("per_character", in: range) ?? 0,
            most: reader.integer("max", in: range) ?? BubbleDelay.longest)
    }

    public var accountsSchema: [UInt8] { CharactersKeys.bytes(embedded_characters_accounts_schema()) }

    public var personaSchema: [UInt8]? { CharactersKeys.bytes(embedded_characters_persona_schema()) }

    public var machineSchema: [UInt8]? { CharactersKeys.bytes(embedded_characters_machine_schema()) }

    private static func bytes(_ file: EmbeddedFile) -> [UInt8] {
        Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}

extension Account {
    var compat: CharactersCompat { settings[CharactersCompat.self] ?? CharactersCompat() }
}
