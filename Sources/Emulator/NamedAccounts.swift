import Dialogue
import Fixtures
import Store

/// The accounts that fixtures name.
struct NamedAccounts {
    private var byName: [String: Account] = [:]
    private var byKey: [String: Account] = [:]
    /// Of every name that has ever been an account's: one that comes back finds what it had.
    private var sandboxes: [String: SandboxID]

    init(_ records: [AccountRecord]) {
        sandboxes = Dictionary(
            records.filter { !$0.isOpen }.map { ($0.name, $0.sandbox) }, uniquingKeysWith: { first, _ in first })
    }

    func account(forKey key: String) -> Account? { byKey[key] }

    /// Has these accounts and no others. One that was there before keeps its sandbox, and in it, unless its limits are
    /// other ones, what was counted. Only new ones are written; the store is left committed.
    /// - Throws: when they cannot be written; then nothing has changed, here or in the store.
    mutating func replace(
        with definitions: [AccountDefinition], store: any Store, defaults: Accounts.Defaults, at now: Timestamp
    ) throws(StoreError) {
        var sandboxes = sandboxes
        do throws(StoreError) {
            for name in definitions.map(\.name) where sandboxes[name] == nil {
                sandboxes[name] = try store.makeAccount(name: name, isOpen: false, at: now).sandbox
            }
            try store.commit()
        } catch {
            store.rollback()
            throw error
        }
        self.sandboxes = sandboxes
        let before = byName
        (byName, byKey) = ([:], [:])
        for definition in definitions {
            guard let id = sandboxes[definition.name] else { continue }
            let seed = definition.seed ?? defaults.seed
            let limits = definition.limits.limits(or: defaults.limits)
            let known = before[definition.name]?.sandbox
            let sandbox = known ?? Sandbox(id: id, seed: seed, limiter: RateLimiter(limits: limits))
            sandbox.seed = seed
            if sandbox.limiter.limits != limits { sandbox.limiter = RateLimiter(limits: limits) }
            let account = Account(
                name: definition.name, isOpen: false, directives: definition.directives, compat: definition.compat,
                sandbox: sandbox)
            byName[definition.name] = account
            for key in definition.keys { byKey[key] = account }
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
