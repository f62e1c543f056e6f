import Crypto
public import Dialogue
import Exact
import Fixtures
import Store

/// A key that selects one persona and one of its machines, in an account's sandbox.
public struct BoundKey {
    public let account: Account
    public let persona: Persona
    public let machine: Machine
    /// What the key's dialect has read of it.
    public let settings: DialectSettings
    /// How often the key can pay; nil: any number of times.
    let credits: Int?
    /// The name of the counter of payments. It is not the key, because the key is a secret.
    let counter: String
}

extension Emulator {
    public enum BoundKeyFinding {
        case key(BoundKey)
        case unknown
        /// The key would open an account, but the most accounts are open and all are in use.
        case full(limit: Int)
    }

    /// Finds the persona and machine that a dialect's key selects. An open test key selects those of the first key that
    /// the fixtures bind for the dialect, else the first machine that has entries, else the first persona's default
    /// machine.
    public func boundKey(
        _ key: String, testPrefix: String, of dialect: String, for call: Call
    ) throws(Failure) -> BoundKeyFinding {
        if let (owner, definition) = accounts.binding(forKey: key), definition.dialect == dialect {
            let account = call.exchange.acting(owner)
            guard let found = find(definition, for: account) else { return .unknown }
            return .key(
                BoundKey(
                    account: account, persona: found.persona, machine: found.machine,
                    settings: definition.settings, credits: definition.credits,
                    counter: "conversations \(Digest.hex(Digest.sha256(Array(key.utf8))))"))
        }
        guard key.hasPrefix(testPrefix) else { return .unknown }
        switch try account(forKey: key, testPrefix: testPrefix) {
        case .unknown: return .unknown
        case .full(let limit): return .full(limit: limit)
        case .account(let owner):
            let account = call.exchange.acting(owner)
            guard let found = standard(of: dialect, for: account) else { return .unknown }
            return .key(
                BoundKey(
                    account: account, persona: found.persona, machine: found.machine,
                    settings: DialectSettings(), credits: nil, counter: "conversations"))
        }
    }

    /// Counts one more payment of the key. Returns false, and counts nothing, when the key has no credit left.
    public func spend(_ key: BoundKey) throws(Failure) -> Bool {
        guard try canSpend(key) else { return false }
        guard key.credits != nil else { return true }
        try stored { () throws(StoreError) in
            let spent = try store.counter(key.counter, of: key.account.sandbox.id)
            try store.setCounter(key.counter, of: key.account.sandbox.id, to: spent + 1)
        }
        return true
    }

    /// Whether the key has credit left.
    public func canSpend(_ key: BoundKey) throws(Failure) -> Bool {
        guard !key.account.has(.broke) else { return false }
        guard let credits = key.credits else { return true }
        return try stored { () throws(StoreError) in
            try store.counter(key.counter, of: key.account.sandbox.id) < credits
        }
    }

    private func find(_ key: KeyBinding, for account: Account) -> (persona: Persona, machine: Machine)? {
        guard let persona = roster.personas(for: account).first(where: { $0.slug === key.persona }),
            let machine = persona.machines.first(where: { $0.key === key.machine })
        else { return nil }
        return (persona, machine)
    }

    private func standard(of dialect: String, for account: Account) -> (persona: Persona, machine: Machine)? {
        let key = catalog.accounts.accounts.lazy.flatMap(\.bindings).first { $0.dialect == dialect }
        if let found = key.flatMap({ find($0, for: account) }) { return found }
        let personas = roster.personas(for: account)
        for persona in personas {
            if let machine = persona.machines.first(where: { !$0.entries.isEmpty }) { return (persona, machine) }
        }
        return personas.first.map { ($0, $0.defaultMachine) }
    }
}
