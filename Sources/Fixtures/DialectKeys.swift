public import Dialogue
import Exact
public import JSON

/// The keys that a dialect adds to the fixture language. The dialect reads them; the decoders of this module only keep
/// the results.
public protocol DialectKeys: Sendable {
    /// Reads the dialect's keys of an account. It must read each of its keys, even missing ones: a key that is never
    /// read is reported as unknown.
    func read(_ account: AccountReading)

    /// The same for the keys of a persona.
    func read(_ persona: PersonaReading)

    /// The same for the keys of a machine.
    func read(_ machine: MachineReading)

    /// The dialect's additions to the JSON Schema of accounts.json, as JSON: an object of `account`, `compat` and
    /// `$defs`. Their members are added to the `properties` of an account, to those of its `compat`, and to `$defs`.
    var accountsSchema: [UInt8] { get }

    /// The same for persona.json: `persona` is added to the schema's `properties`; nil: none.
    var personaSchema: [UInt8]? { get }

    /// The same for the file of a machine: `machine` is added to the schema's `properties`, `entries` to those of its
    /// `entries`; nil: none.
    var machineSchema: [UInt8]? { get }
}

extension DialectKeys {
    /// Reads nothing: most dialects have no keys of a persona.
    public func read(_ persona: PersonaReading) {}

    /// Reads nothing: most dialects have no keys of a machine.
    public func read(_ machine: MachineReading) {}

    public var personaSchema: [UInt8]? { nil }

    public var machineSchema: [UInt8]? { nil }
}

/// A `persona.json` while dialects read it.
public final class PersonaReading {
    /// The persona's members.
    public let members: ObjectReader
    /// The keys of its machines.
    public let machines: [String]
    private(set) var settings = DialectSettings()

    init(_ members: ObjectReader, machines: [String]) { (self.members, self.machines) = (members, machines) }

    /// Keeps a value that the dialect has read. There is one value of each type.
    public func keep<Value: Equatable & Sendable>(_ value: Value) { settings[Value.self] = value }
}

/// The file of a machine while dialects read it.
public final class MachineReading {
    /// The machine's members.
    public let members: ObjectReader
    /// Those of its `entries`; nil without any.
    public let entries: ObjectReader?
    private let replies: ReplyDecoder
    private(set) var settings = DialectSettings()
    private(set) var heard: [ExactText] = []

    init(_ members: ObjectReader, entries: ObjectReader?, _ replies: ReplyDecoder) {
        (self.members, self.entries, self.replies) = (members, entries, replies)
    }

    /// Adds events that come by this dialect without being in `entries` (`Entries.heard`).
    public func hear(_ events: [String]) { heard += events.map { ExactText($0) } }

    /// Reads the line or the lines under a key that are said to a player who has written nothing.
    /// - Parameter id: the list's name within the persona; how often a line was spoken is counted under it.
    public func nudgeLines(_ key: String, of reader: ObjectReader, id: String) -> ReplyList? {
        replies.list(key, of: reader, id: id, in: .nudge)
    }

    /// Reads the line or the lines under a key that are said in public, such as comments.
    /// - Parameter id: the list's name within the persona.
    public func publicLines(_ key: String, of reader: ObjectReader, id: String) -> ReplyList? {
        replies.list(key, of: reader, id: id, in: .publicText)
    }

    /// Reads the condition under a key on a text in public.
    public func publicCondition(_ key: String, of reader: ObjectReader) -> Matcher? {
        reader.value(key).flatMap {
            MatcherDecoder(
                findings: reader.findings, variables: replies.surroundings.variables, scene: .publicText
            ).matcher($0)
        }
    }

    /// Keeps a value that the dialect has read. There is one value of each type.
    public func keep<Value: Equatable & Sendable>(_ value: Value) { settings[Value.self] = value }
}

/// An account of `accounts.json` while its dialects read it.
public final class AccountReading {
    /// The account's members.
    public let members: ObjectReader
    /// The members of its `compat`; nil when it has none.
    public let compat: ObjectReader?
    private(set) var settings = DialectSettings()
    private(set) var bindings: [KeyBinding] = []
    private let decoder: AccountsDecoder
    private let name: String

    init(_ members: ObjectReader, compat: ObjectReader?, _ decoder: AccountsDecoder, name: String) {
        (self.members, self.compat) = (members, compat)
        (self.decoder, self.name) = (decoder, name)
    }

    /// Keeps a value that the dialect has read. An account has one value of each type.
    public func keep<Value: Equatable & Sendable>(_ value: Value) { settings[Value.self] = value }

    /// Reads a key that selects one persona and one of its machines: `{"key", "persona", "machine", "credits"}`.
    /// - Parameters:
    ///   - what: its name in messages: "a key".
    ///   - dialect: the dialect of the key.
    ///   - member: the member that holds the key itself.
    ///   - readMore: reads the dialect's own members.
    public func bind(
        _ value: JSONValue, called what: String, of dialect: String, in member: String = "key",
        _ readMore: (ObjectReader) -> DialectSettings = { _ in DialectSettings() }
    ) {
        guard let reader = ObjectReader(value, what, decoder.findings) else { return }
        defer { reader.finish() }
        let key: String? = reader.text(member) ?? reader.missing(member)
        if let key { decoder.claim(key, at: reader.position(of: member), for: name) }
        let persona: String? = reader.text("persona") ?? reader.missing("persona")
        let machine: String? = reader.text("machine") ?? reader.missing("machine")
        let credits = reader.integer("credits", in: 0...1_000_000_000)
        let settings = readMore(reader)
        guard let key, let persona, let machine else { return }
        check(persona, machine, reader)
        bindings.append(
            KeyBinding(
                dialect: dialect, key: key, persona: persona, machine: machine, credits: credits, settings: settings))
    }

    private func check(_ persona: String, _ machine: String, _ reader: ObjectReader) {
        guard let known = decoder.machines[persona] else {
            return decoder.findings.report(
                "\"persona\" names no persona's folder: \"\(persona)\""
                    + Suggestion.text(for: persona, among: decoder.machines.keys.map(\.text)),
                at: reader.position(of: "persona"))
        }
        // A persona without machines is a mistake of its own.
        guard !known.isEmpty, !known.contains(where: { $0 === machine }) else { return }
        decoder.findings.report(
            "\"machine\" names no machine of the persona \"\(persona)\": \"\(machine)\""
                + Suggestion.text(for: machine, among: known), at: reader.position(of: "machine"))
    }
}

/// A key that selects one persona and one of its machines; its caller cannot choose others.
public struct KeyBinding: Equatable, Sendable {
    /// The name of the key's dialect.
    public let dialect: String
    public let key: String
    /// The persona's slug.
    public let persona: String
    public let machine: String
    /// How often its dialect can make it pay; nil: any number of times.
    public let credits: Int?
    /// What its dialect has read of it.
    public let settings: DialectSettings

    public init(
        dialect: String, key: String, persona: String, machine: String, credits: Int? = nil,
        settings: DialectSettings = DialectSettings()
    ) {
        self.dialect = dialect
        self.key = key
        self.persona = persona
        self.machine = machine
        self.credits = credits
        self.settings = settings
    }
}
