import Exact
public import JSON

/// The keys that a dialect adds to the fixture language. It reads them itself; the decoders of this module only keep what it
/// returns.
public protocol DialectKeys: Sendable {
    /// Reads the dialect's keys of an account. It asks for each of them, there or not: a key that nobody asks for is a
    /// mistake.
    func read(_ account: AccountReading)

    /// What it adds to the JSON Schema of accounts.json, as JSON: an object of `account`, `compat` and `$defs`, each an object
    /// of the members that go into the `properties` of an account and of its `compat`, and into `$defs`.
    var accountsSchema: [UInt8] { get }
}

/// An account of `accounts.json` while its dialects read it.
public final class AccountReading {
    /// The account's members.
    public let members: ObjectReader
    /// Those of its `compat`; nil where it has none.
    public let compat: ObjectReader?
    private(set) var settings = DialectSettings()
    private(set) var bindings: [KeyBinding] = []
    private let decoder: AccountsDecoder
    private let name: String

    init(_ members: ObjectReader, compat: ObjectReader?, _ decoder: AccountsDecoder, name: String) {
        (self.members, self.compat) = (members, compat)
        (self.decoder, self.name) = (decoder, name)
    }

    /// Keeps what the dialect has read, as the account's one value of that type.
    public func keep<Value: Equatable & Sendable>(_ value: Value) { settings[Value.self] = value }

    /// Reads a key that stands for one persona and one of its machines: `{"key", "persona", "machine", "credits"}`.
    /// - Parameters:
    ///   - what: its name in messages: "a key".
    ///   - dialect: whose key it is.
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
        guard !known.contains(where: { $0 === machine }) else { return }
        decoder.findings.report(
            "\"machine\" names no machine of the persona \"\(persona)\": \"\(machine)\""
                + Suggestion.text(for: machine, among: known), at: reader.position(of: "machine"))
    }
}

/// What dialects have read of an account: one value of each type.
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

/// A key that stands for one persona and one of its machines: whoever holds it chooses nothing else.
public struct KeyBinding: Equatable, Sendable {
    /// The dialect whose key it is, by the name that it gives itself.
    public let dialect: String
    public let key: String
    /// The persona's slug.
    public let persona: String
    public let machine: String
    /// How many conversations it can start; nil: any number.
    public let credits: Int?

    public init(dialect: String, key: String, persona: String, machine: String, credits: Int? = nil) {
        self.dialect = dialect
        self.key = key
        self.persona = persona
        self.machine = machine
        self.credits = credits
    }
}
