import Journal
import Dialogue
import Exact
import Fixtures
import Store

/// The accounts that the fixtures define.
struct NamedAccounts {
    private var defaultName = ""
    private var byName: [ExactText: Account] = [:]
    private var byKey: [ExactText: Account] = [:]
    private var bindings: [ExactText: (account: Account, binding: KeyBinding)] = [:]
    private var users: [UserID: User] = [:]
    private var usersByToken: [ExactText: User] = [:]
    /// The sandbox of every name that was ever an account's, so that an account that returns gets its old sandbox.
    private var sandboxes: [ExactText: SandboxID]
    /// The stored settings of sandboxes, from before this start or from before the fixtures dropped the account.
    private var settings: [SandboxID: String]

    init(_ records: [AccountRecord]) {
        let named = records.filter { !$0.isOpen }
        sandboxes = Dictionary(
            named.map { (ExactText($0.name), $0.sandbox) }, uniquingKeysWith: { first, _ in first })
        settings = Dictionary(named.map { ($0.sandbox, $0.settings) }, uniquingKeysWith: { first, _ in first })
    }

    var defaultAccount: Account {
        guard let account = byName[defaultName] else { preconditionFailure("there is no account \(defaultName)") }
        return account
    }

    func account(forKey key: String) -> Account? { byKey[key] }

    func account(of sandbox: SandboxID) -> Account? { byName.values.first { $0.sandbox.id == sandbox } }

    func binding(forKey key: String) -> (account: Account, binding: KeyBinding)? { bindings[key] }

    var all: [Account] { Array(byName.values) }

    func account(named name: String) -> Account? { byName[name] }

    func user(_ id: UserID) -> User? { users[id] }

    func user(forToken token: String) -> User? { usersByToken[token] }

    /// Replaces all accounts by these. An account that existed before keeps its sandbox, and the sandbox keeps its rate
    /// counts unless its limits change. Only new accounts are written to the store, which is committed.
    /// - Throws: when the store cannot write the new accounts; then nothing has changed, here or in the store.
    mutating func replace(
        with definitions: AccountDefinitions, store: any Store, defaults: Accounts.Defaults, at now: Timestamp,
        in batch: Batch
    ) throws(StoreError) {
        var sandboxes = sandboxes
        do throws(StoreError) {
            for name in definitions.accounts.map(\.name) where sandboxes[name] == nil {
                sandboxes[name] = try store.makeAccount(name: name, isOpen: false, at: now).sandbox
            }
            try store.commit()
        } catch {
            store.rollback()
            throw error
        }
        self.sandboxes = sandboxes
        defaultName = definitions.defaultName
        let before = byName
        for sandbox in before.values.map(\.sandbox) { settings[sandbox.id] = sandbox.state.settings.stored }
        (byName, byKey, bindings, users, usersByToken) = ([:], [:], [:], [:], [:])
        for definition in definitions.accounts {
            guard let id = sandboxes[definition.name] else { continue }
            let standard = Sandbox.Standard(
                seed: definition.seed ?? defaults.seed, limits: definition.limits.limits(or: defaults.limits),
                hasOwnLimits: definition.limits != .server, clock: defaults.clock)
            let sandbox =
                before[definition.name]?.sandbox
                ?? Sandbox(
                    id: id, name: definition.name, isOpen: false, standard: standard, settings: settings[id] ?? "",
                    in: batch)
            if before[definition.name] == nil, settings[id] != nil { sandbox.journal.beginInTheMiddle() }
            sandbox.renew(standard)
            let account = Account(
                name: definition.name, isOpen: false, directives: definition.directives, settings: definition.settings,
                sandbox: sandbox)
            byName[definition.name] = account
            for key in definition.keys { byKey[key] = account }
            for binding in definition.bindings { bindings[binding.key] = (account, binding) }
            for definition in definition.users {
                let user = User(definition: definition, account: account)
                users[definition.id] = user
                if let token = definition.token { usersByToken[token] = user }
            }
        }
    }
}

extension LimitsDefinition {
    fileprivate func limits(or standard: RateLimits?) -> RateLimits? {
        switch self {
        case .server: standard
        case .lifted: nil
        case .perMinute(let limits): limits
        }
    }
}
