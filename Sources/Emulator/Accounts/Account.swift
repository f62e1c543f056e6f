public import Dialogue
import Exact
public import Fixtures

/// Who a key belongs to, and the sandbox in which its requests act.
public final class Account {
    /// A named account's name, or an open test account's key.
    public let name: String
    /// True for an account that a test key opened on first use.
    public let isOpen: Bool
    /// Whether messages may hold directives.
    public let directives: Bool
    /// What dialects have read of it in the fixtures.
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

    /// Whether the persona is this account's to use.
    public func owns(_ persona: Persona) -> Bool { persona.owner == .everyone || isOwner(of: persona) }

    /// Whether the persona is this account's alone.
    public func isOwner(of persona: Persona) -> Bool {
        switch persona.owner {
        case .everyone: false
        case .account(let owner): !isOpen && owner === name
        // The second is what it has in place of a fixture of its own, and takes along into other sandboxes.
        case .made(let place): place === sandbox.name || place === name
        }
    }
}
