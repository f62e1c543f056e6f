import Dialogue
import Exact
import JSON

/// A key that stands for one persona and one of its machines: whoever holds it chooses nothing else (FIXTURES.md
/// accounts.json `handshake_keys`).
public struct HandshakeKey: Equatable, Sendable {
    public let key: String
    /// The persona's slug.
    public let persona: String
    public let machine: String
    /// How many conversations it can start; nil: any number.
    public let credits: Int?

    public init(key: String, persona: String, machine: String, credits: Int? = nil) {
        self.key = key
        self.persona = persona
        self.machine = machine
        self.credits = credits
    }
}

extension AccountsDecoder {
    /// `machines` are those of each persona that there is.
    func handshakeKey(_ value: JSONValue, _ taken: inout Taken, _ account: String) -> HandshakeKey? {
        guard let reader = ObjectReader(value, "a handshake key", findings) else { return nil }
        defer { reader.finish() }
        let key: String? = reader.text("key") ?? reader.missing("key")
        if let key { claim(key, at: reader.position(of: "key"), for: account, &taken) }
        let persona: String? = reader.text("persona") ?? reader.missing("persona")
        let machine: String? = reader.text("machine") ?? reader.missing("machine")
        let credits = reader.integer("credits", in: 0...1_000_000_000)
        guard let key, let persona, let machine else { return nil }
        if let known = machines[persona] {
            if !known.contains(where: { $0 === machine }) {
                findings.report(
                    "\"machine\" names no machine of the persona \"\(persona)\": \"\(machine)\""
                        + Suggestion.text(for: machine, among: known), at: reader.position(of: "machine"))
            }
        } else {
            findings.report(
                "\"persona\" names no persona's folder: \"\(persona)\""
                    + Suggestion.text(for: persona, among: machines.keys.map(\.text)),
                at: reader.position(of: "persona"))
        }
        return HandshakeKey(key: key, persona: persona, machine: machine, credits: credits)
    }
}
