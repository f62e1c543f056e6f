public import Dialogue
import Exact
import Fixtures
import Store

/// What a handshake key stands for: one persona and one of its machines, in an account's sandbox.
public struct Engine {
    public let account: Account
    public let persona: Persona
    public let machine: Machine
    /// How many conversations the key can start; nil: any number.
    let credits: Int?
    /// Under which name it is counted how many it has started. Not the key: that is a secret.
    let counter: String
}

extension Emulator {
    public enum EngineFinding {
        case engine(Engine)
        case unknown
        /// It would open an account, but there are as many as may be, all in use.
        case full
    }

    /// Finds what a key stands for. An open test key has the default engine: that of the first handshake key, else the
    /// first machine that has entries, else the first persona's default machine.
    public func engine(forKey key: String, testPrefix: String, of call: Call) throws(Failure) -> EngineFinding {
        if let (owner, definition) = accounts.handshake(forKey: key) {
            let account = call.exchange.acting(owner)
            guard let found = find(definition, for: account) else { return .unknown }
            return .engine(
                Engine(
                    account: account, persona: found.persona, machine: found.machine, credits: definition.credits,
                    counter: "conversations \(Digest.hex(Digest.sha256(Array(key.utf8))))"))
        }
        guard key.hasPrefix(testPrefix) else { return .unknown }
        switch try account(forKey: key, testPrefix: testPrefix) {
        case .unknown: return .unknown
        case .full: return .full
        case .account(let owner):
            let account = call.exchange.acting(owner)
            guard let found = defaultEngine(for: account) else { return .unknown }
            return .engine(
                Engine(
                    account: account, persona: found.persona, machine: found.machine, credits: nil,
                    counter: "conversations"))
        }
    }

    /// Counts one more conversation on the key. False when it has no credit left; then nothing is counted.
    public func spend(_ engine: Engine) throws(Failure) -> Bool {
        guard let credits = engine.credits else { return true }
        return try stored { () throws(StoreError) in
            let spent = try store.counter(engine.counter, of: engine.account.sandbox.id)
            guard spent < credits else { return false }
            try store.setCounter(engine.counter, of: engine.account.sandbox.id, to: spent + 1)
            return true
        }
    }

    private func find(_ key: HandshakeKey, for account: Account) -> (persona: Persona, machine: Machine)? {
        guard let persona = roster.personas(for: account).first(where: { $0.slug === key.persona }),
            let machine = persona.machines.first(where: { $0.key === key.machine })
        else { return nil }
        return (persona, machine)
    }

    private func defaultEngine(for account: Account) -> (persona: Persona, machine: Machine)? {
        let key = catalog.accounts.accounts.lazy.flatMap(\.handshakeKeys).first
        if let found = key.flatMap({ find($0, for: account) }) { return found }
        let personas = roster.personas(for: account)
        for persona in personas {
            if let machine = persona.machines.first(where: { !$0.entries.isEmpty }) { return (persona, machine) }
        }
        return personas.first.map { ($0, $0.defaultMachine) }
    }
}
