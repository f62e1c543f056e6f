public import Dialogue
import Exact

/// The owner of API keys, and the sandbox in which its requests act.
public final class Account {
    /// A named account's name, or an open test account's key.
    public let name: String
    /// True for an account that a test key opened on first use.
    public let isOpen: Bool
    /// Whether messages may hold directives.
    public let directives: Bool
    /// The settings that dialects read for it from the fixtures.
    public let settings: DialectSettings
    public let sandbox: Sandbox

    init(name: String, isOpen: Bool, directives: Bool, settings: DialectSettings, sandbox: Sandbox) {
        self.name = name
        self.isOpen = isOpen
        self.directives = directives
        self.settings = settings
        self.sandbox = sandbox
    }

    /// The same account with its requests acting in another sandbox than its own.
    func acting(in sandbox: Sandbox) -> Account {
        guard sandbox !== self.sandbox else { return self }
        return Account(
            name: name, isOpen: isOpen, directives: directives, settings: settings, sandbox: sandbox)
    }

    /// Whether the name of an open account has this magic word.
    func has(_ word: MagicWord) -> Bool { isOpen && MagicWord.words(of: name).contains(word) }

    /// Whether its name says that its plan is paused (`+paused`).
    public var isPaused: Bool { has(.paused) }

    /// Whether the account can use the persona.
    public func owns(_ persona: Persona) -> Bool { persona.owner == .everyone || isOwner(of: persona) }

    /// Whether the persona belongs to this account alone.
    public func isOwner(of persona: Persona) -> Bool {
        switch persona.owner {
        case .everyone: false
        case .account(let owner): !isOpen && owner === name
        // An account that acts in another sandbox keeps the personas made in its own, whose name is the account's.
        case .made(let place): place === sandbox.name || place === name
        }
    }
}
