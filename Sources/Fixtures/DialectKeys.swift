import Exact
public import JSON

/// The keys that a dialect adds to the fixture language. The dialect reads them; the decoders of this module only keep
/// the results.
public protocol DialectKeys: Sendable {
    /// Reads the dialect's keys of an account. It must read each of its keys, even missing ones: a key that is never
    /// read is reported as unknown.
    func read(_ account: AccountReading)

    /// The dialect's additions to the JSON Schema of accounts.json, as JSON: an object of `account`, `compat` and
    /// `$defs`. Their members are added to the `properties` of an account, to those of its `compat`, and to `$defs`.
    var accountsSchema: [UInt8] { get }
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
    public func bind(_ value: JSONValue, called what: String, of dialect: String) {
        guard let reader = ObjectReader(value, what, decoder.findings) else { return }
        defer { reader.finish() }
        let key: String? = reader.text("key") ?? reader.missing("key")
        if let key { decoder.claim(key, at: reader.position(of: "key"), for: name) }
        let persona: String? = reader.text("persona") ?? reader.missing("persona")
        let machine: String? = reader.text("machine") ?? reader.missing("machine")
        let credits = reader.integer("credits", in: 0...1_000_000_000)
        guard let key, let persona, let machine else { return }
        check(persona, machine, reader)
        bindings.append(
            KeyBinding(dialect: dialect, key: key, persona: persona, machine: machine, credits: credits))
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

/// The settings that dialects have read from an account: one value of each type.
public struct DialectSettings: Equatable, Sendable {
    private var values: [ObjectIdentifier: any Equatable & Sendable] = [:]

    public init() {}

    public subscript<Value: Equatable & Sendable>(_ type: Value.Type) -> Value? {
        get { values[ObjectIdentifier(type)] as? Value }
        set { values[ObjectIdentifier(type)] = newValue }
    }

    public static func == (one: DialectSettings, other: DialectSettings) -> Bool {
        one.values.count == other.values.count
            && one.values.allSatisfy { type, value in isEqual(value, other.values[type]) }
    }

    private static func isEqual<Value: Equatable>(_ value: Value, _ other: (any Equatable)?) -> Bool {
        value == other as? Value
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
    /// The most conversations that it can start; nil: any number.
    public let credits: Int?

    public init(dialect: String, key: String, persona: String, machine: String, credits: Int? = nil) {
        self.dialect = dialect
        self.key = key
        self.persona = persona
        self.machine = machine
        self.credits = credits
    }
}
